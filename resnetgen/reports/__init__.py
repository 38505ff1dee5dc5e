"""The report formats of `check`: each module has `render`, from a report to text, and the name of its format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the names of formats alone do not need YAML: every command starts faster
    from resnetgen.reports.report import Report


class Format(StrEnum):
    """A report format; its value is the name of the module."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


SUFFIXES: Mapping[Format, tuple[str, ...]] = {
    Format.TEXT: (".txt", ".log"),
    Format.JSON: (".json",),
    Format.GITHUB: (".txt", ".log"),
    Format.SARIF: (".sarif", ".json"),
    Format.JUNIT: (".xml",),
}
"""The suffixes of files that a report in each format may overwrite."""


def renderer(format: Format) -> Callable[[Report], str]:
    """Return the function that renders a report in a format; only its module is imported."""
    found: Callable[[Report], str] = import_module(f"resnetgen.reports.{format.value}").render
    return found
