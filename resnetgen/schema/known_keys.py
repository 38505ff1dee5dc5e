"""The keys that a record allows at an error's location: candidates for a misspelt key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_args, get_origin

from resnetgen.schema.marks import Discriminator
from resnetgen.schema.record import Record


def known_keys(loc: tuple[int | str, ...], record: type[Record], data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys that are allowed in place of the last one in `loc`.

    Args:
        loc: keys, positions in lists and tags of unions, from `record` on; the fields' types are followed along it.
        record: the outermost record.
        data: the mapping that has the last key of `loc`.
    """
    return tuple(dict.fromkeys(key for _, each in _at(loc, record) for key in each.keys(data)))


def absent_key_help(loc: tuple[int | str, ...], record: type[Record]) -> str:
    """Return what to write in place of the last key in `loc`, empty if no record there tells it."""
    return next((each.absent[str(loc[-1])] for _, each in _at(loc, record) if loc[-1] in each.absent), "")


def union_tags(loc: tuple[int | str, ...], record: type[Record]) -> tuple[str, ...]:
    """Return the tags of the union of which a value is a member whose tag ends `loc`; none if `loc` ends otherwise."""
    *before, key, tag = ("", *loc)
    for _, each in _at((*before[1:], key), record):
        annotation = each.model_fields[str(key)].annotation if key in each.model_fields else None
        for mark in _marks(annotation):
            if isinstance(mark, Discriminator) and tag in mark.tags:
                return mark.tags
    return ()


def _marks(annotation: Any) -> list[Any]:
    """Return the marks of a type, and of the members of a union."""
    if get_origin(annotation) is Annotated:
        return list(get_args(annotation)[1:])
    return [mark for member in get_args(annotation) for mark in _marks(member)]


def _at(loc: tuple[int | str, ...], record: type[Record]) -> list[tuple[str, type[Record]]]:
    """Return the records that may hold the last key in `loc`, each with its tag in the union."""
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
    return at


def _records(annotation: Any, tag: str = "") -> list[tuple[str, type[Record]]]:
    """Return every record inside a type, with its tag in the union."""
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
    """Return the word of a union's member for its `type`."""
    field = record.model_fields.get("type")
    words = get_args(field.annotation) if field else ()
    return words[0] if words and isinstance(words[0], str) else ""
