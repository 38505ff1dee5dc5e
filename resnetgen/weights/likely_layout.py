"""The library whose names a state dict probably has, told from a few names alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from resnetgen.weights.layouts import LAYOUTS
from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable


def likely_layout(names: Collection[str]) -> ForeignLayout | None:
    """Return the layout of the library whose marks are all among the names; of several, the one with the most marks.

    Args:
        names: the names of a state dict, with any prefix.
    """
    best, most = None, 0
    for layout in LAYOUTS.values():
        for table in layout.tables:
            if len(table.marks) > most and all(_has(names, mark) for mark in table.marks):
                best, most = layout, len(table.marks)
    return best


def possible_layouts(names: Collection[str]) -> Iterator[ForeignLayout]:
    """Yield the layouts that a state dict may have: each with the tables of which it has a mark.

    Args:
        names: the names of a state dict, with any prefix.
    """
    for layout in LAYOUTS.values():
        tables = tuple(table for table in layout.tables if _may_have(names, table))
        if tables:
            yield layout._replace(tables=tables)


def _may_have(names: Collection[str], table: NamingTable) -> bool:
    return any(_has(names, mark) for mark in table.marks)


def common_prefix(names: Collection[str]) -> str:
    """Return the modules that all names begin with, with a dot behind each; mostly empty."""
    first, *others = names if names else ("",)
    parts = first.split(".")[:-1]
    for name in others:
        theirs = name.split(".")
        while parts and theirs[: len(parts)] != parts:
            parts.pop()
    return "".join(f"{part}." for part in parts)


def _has(names: Collection[str], mark: str) -> bool:
    return any(name == mark or name.endswith(f".{mark}") for name in names)
