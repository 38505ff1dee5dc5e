"""The formats of a report: each a function `render` from it to text, in a file with the format's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib import import_module

from resnetgen.reports.report import Report, Result

__all__ = ["SUFFIXES", "Format", "Report", "Result", "renderer"]


class Format(StrEnum):
    """How `check` writes what it finds: each as the module of this room that is called so."""

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
"""How the name of a file ends that a report in each format may be written over."""


def renderer(format: Format) -> Callable[[Report], str]:
    """The function that writes a report in a format; its module alone is imported."""
    found: Callable[[Report], str] = import_module(f"resnetgen.reports.{format.value}").render
    return found
