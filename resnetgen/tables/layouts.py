"""The tables of networks: each is a module that is imported when it is made."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from resnetgen.tables.subject import Subject
    from resnetgen.tables.table import Table

LAYOUTS: tuple[str, ...] = ("figures", "paper")
"""The modules in this folder with `make_table`. The first is the default."""


def layout(name: str) -> Callable[[Sequence[Subject]], Table]:
    """Return the function that makes a table.

    Args:
        name: one of `LAYOUTS`.
    """
    found: Callable[[Sequence[Subject]], Table] = import_module(f"resnetgen.tables.{name}").make_table
    return found
