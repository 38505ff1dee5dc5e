"""Which keys a record knows at a place that an error names: what a misspelt key may have meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_args, get_origin

from resnetgen.schema.marks import Discriminator
from resnetgen.schema.record import Record


def known_keys(loc: tuple[int | str, ...], record: type[Record], data: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys that could stand in the place of the one that `loc` ends in, which is one of the mapping `data`.

    The location holds keys, positions in lists and the tags of unions; it is followed through the fields' types.
    """
    at: list[tuple[str, type[Record]]] = [("", record)]
    for step in loc[:-1]:
        inside = [
            found
            for _, each in at
            if step in each.model_fields
            for found in _records(each.model_fields[str(step)].annotation)
        ]
        tagged = [(tag, each) for tag, each in at if step == tag]
        at = inside or tagged or at
    return tuple(dict.fromkeys(key for _, each in at for key in each.keys(data)))


def _records(annotation: Any, tag: str = "") -> list[tuple[str, type[Record]]]:
    """Every record inside a type, with the tag that its union knows it by."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return [(tag or _word(annotation), annotation)]
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        tags = next((mark.tags for mark in arguments[1:] if isinstance(mark, Discriminator)), ())
        if tags:
            members = zip(get_args(arguments[0]), tags, strict=True)
            return [found for member, word in members for found in _records(member, word)]
        return _records(arguments[0], tag)
    return [found for argument in arguments for found in _records(argument, tag)]


def _word(record: type[Record]) -> str:
    """The word that a member of a union has for its `type`."""
    field = record.model_fields.get("type")
    words = get_args(field.annotation) if field else ()
    return words[0] if words and isinstance(words[0], str) else ""
