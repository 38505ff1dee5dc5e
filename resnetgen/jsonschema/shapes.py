"""Shapes of a record: the sets of keys that can stand together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, NamedTuple, get_args, get_origin

from resnetgen.schema.marks import Validator
from resnetgen.schema.record import Record


class Shape(NamedTuple):
    """Keys that can stand together; `words` are the values of `type` that select them, empty for the only shape."""

    record: type[Record]
    words: tuple[str, ...]
    keys: tuple[str, ...]


def shapes(record: type[Record]) -> list[Shape]:
    """Return the shapes of a record: one, unless its `type` decides which other keys belong to it."""
    if record.keys.__func__ is Record.keys.__func__:  # type: ignore[attr-defined]  # both are class methods
        return [Shape(record, (), tuple(record.model_fields))]
    found: dict[tuple[str, ...], list[str]] = {}
    for word in _words(record.model_fields["type"].annotation):
        found.setdefault(record.keys({"type": word}), []).append(word)
    return [Shape(record, tuple(words), keys) for keys, words in found.items()]


def union_keys(records: Iterable[type[Record]]) -> tuple[str, ...]:
    """Return the keys of all these records."""
    return tuple(dict.fromkeys(key for record in records for key in record.model_fields))


def _words(annotation: Any) -> list[str]:
    assert get_origin(annotation) is Annotated
    (check,) = [mark for mark in get_args(annotation) if isinstance(mark, Validator)]
    words: list[str] = check.json["enum"]
    return words
