"""The formats of tables in files. Each is a module that is imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from resnetgen.tables.table import Table

FORMATS: tuple[str, ...] = ("markdown", "latex", "csv", "json", "html")
"""The modules in this folder with `print_table`. The command line has one more, for the terminal."""


def printer(name: str) -> Callable[[Table], str]:
    """Return the printer of a format.

    Args:
        name: one of `FORMATS`.
    """
    found: Callable[[Table], str] = import_module(f"resnetgen.tables.{name}").print_table
    return found
