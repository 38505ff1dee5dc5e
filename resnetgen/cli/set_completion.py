"""Completion of `--set` in a shell: the dotted paths of a spec's keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from resnetgen.diagnostics.model import Path

MOST_ENTRIES = 100
"""The most elements of a list that are offered."""


def set_paths(context: typer.Context, incomplete: str) -> list[str]:
    """Return the paths of keys, one step further than what is written.

    A path ends in `=` where a value can be set, and in `.` where keys follow. If a single path is left and keys follow,
    it is taken further, since a shell ends a single candidate with a space.

    Args:
        context: what is known of the command; the keys of its first spec are offered too.
        incomplete: the path as far as it is written.
    """
    if "=" in incomplete:
        return []
    data = _data(context)
    found = [path for path in _paths(incomplete, data) if path.startswith(incomplete)]
    while len(found) == 1 and found[0].endswith("."):
        found = list(_paths(found[0], data))
    return found


def _data(context: typer.Context) -> dict[str, object]:
    """Return the merged data of the first spec that is named; empty if there is none, or it cannot be read."""
    from resnetgen.errors import SpecError
    from resnetgen.targets import document_of

    first = next(_named(context), "-")
    if first == "-":
        return {}
    try:
        return document_of(first, allow_outside=False).data
    except SpecError:  # the command itself will tell
        return {}


def _named(context: typer.Context) -> Iterator[str]:
    """Yield the specs that are named: until the last option has its value, they are words without a parameter."""
    yield from context.args
    for parameter in ("spec", "specs", "paths"):
        value = context.params.get(parameter) or ()
        yield from [value] if isinstance(value, str) else value


def _paths(written: str, data: dict[str, object]) -> Iterator[str]:
    """Yield the paths that continue what is written by one step."""
    from resnetgen.lsp.expected_types import expected_types, mapping_types, records, value_at, words

    before = written[: written.rfind(".") + 1]
    path: Path = ()
    for step in before.split(".")[:-1]:
        path = (*path, int(step) if isinstance(value_at(path, data), list) and step.isdecimal() else step)
    for name in _names(path, data):
        child = (*path, name)
        value, expected = value_at(child, data), expected_types(child, data)
        has_keys = any(records(each, value) or mapping_types(each) for each in expected)
        if not has_keys or any(words(each) for each in expected):
            yield f"{before}{name}="
        if has_keys or (isinstance(value, list) and value):
            yield f"{before}{name}."


def _names(path: Path, data: dict[str, object]) -> list[str | int]:
    """Return the keys, or the numbers of the elements, at a path."""
    from resnetgen.lsp.expected_types import expected_types, keys, records, value_at

    value = value_at(path, data)
    if isinstance(value, list):
        return list(range(min(len(value), MOST_ENTRIES)))
    found = [
        key for each in expected_types(path, data) for record in records(each, value) for key in keys(record, value)
    ]
    return list(dict.fromkeys([*found, *(value if isinstance(value, dict) else ())]))
