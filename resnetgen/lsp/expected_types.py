"""What may stand at a place of a spec: the types of the fields there, and the keys and words that they know.

A place is followed through the types of the fields as `resnetgen.schema.known_keys` follows that of an error;
where the spec says which of several records one is, by a `type` or by the key of a layer, only that one counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from resnetgen.diagnostics.model import Path
from resnetgen.schema.record import Discriminator, Record, Shorthand, Validator
from resnetgen.spec.spec import Spec


class Spot(NamedTuple):
    """A type that may stand at a place, and the record and the field that it is of; of the whole spec, none."""

    annotation: Any
    owner: type[Record] | None = None
    field: str = ""


class Word(NamedTuple):
    """A word that may stand for a value, and the record that it stands for, if any."""

    text: str
    record: type[Record] | None = None


def spots(path: Path, data: object) -> list[Spot]:
    """What may stand at a path; none where no spec has anything."""
    found = [Spot(Spec)]
    for step in path:
        found = [inner for spot in found for inner in _inside(spot, step, data)]
        data = _held(data, step)
    return found


def value_at(path: Path, data: object) -> object:
    """What a spec has at a path; None where it has nothing there."""
    for step in path:
        data = _held(data, step)
    return data


def records(spot: Spot, value: object) -> list[type[Record]]:
    """The records that a mapping there may be, by what it has already."""
    return [member for member, _ in _members(spot.annotation, value) if _is_record(member)]


def tables(spot: Spot) -> list[tuple[Any, Any]]:
    """The types of keys and values that a mapping with keys of one's own has there."""
    found = [get_args(member) for member, _ in _members(spot.annotation, None) if get_origin(member) is dict]
    return [(key, value) for key, value in found]


def keys(record: type[Record], value: object) -> tuple[str, ...]:
    """The keys of a record, by what it has already."""
    return record.keys(value if isinstance(value, Mapping) else {})


def words(spot: Spot, value: object = None) -> list[Word]:
    """The words that may stand there, in the order in which they are listed."""
    found: dict[str, Word] = {}
    for member, short in _members(spot.annotation, value):
        if _is_record(member):
            inner = [Spot(member.model_fields[key].annotation) for key in short if key in member.model_fields]
            for word in (word for each in inner[:1] for word in words(each)):
                found.setdefault(word.text, Word(word.text, member))
        else:
            owner = spot.owner if spot.field == "type" else None
            for text in _texts(member):
                found.setdefault(text, Word(text, owner))
    return list(found.values())


def takes(spot: Spot, *types: Any) -> bool:
    """Whether one of these types may stand there, which are marked with a check."""
    return any(member in types for member, _ in _members(spot.annotation, None))


def _held(value: object, step: str | int) -> object:
    if isinstance(value, dict):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _inside(spot: Spot, step: str | int, value: object) -> Iterator[Spot]:
    for member, _ in _members(spot.annotation, value):
        inside = get_args(member)
        if _is_record(member):
            if step in member.model_fields:
                yield Spot(member.model_fields[str(step)].annotation, member, str(step))
        elif get_origin(member) is list and isinstance(step, int):
            yield Spot(inside[0], spot.owner, spot.field)
        elif get_origin(member) is dict and isinstance(step, str):
            yield Spot(inside[1], spot.owner, spot.field)


def _members(annotation: Any, value: object, short: tuple[str, ...] = ()) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """The records, lists, mappings, words and checked types in a type, with the keys whose value is short for each."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        if any(isinstance(mark, Validator) for mark in inside[1:]):
            yield annotation, short
            return
        short = next((mark.keys for mark in inside[1:] if isinstance(mark, Shorthand)), short)
        tagged = next((mark for mark in inside[1:] if isinstance(mark, Discriminator)), None)
        members = _told(inside[0], tagged, value) if tagged is not None else [inside[0]]
        for member in members:
            yield from _members(member, value, short)
    elif origin in (Union, UnionType):
        for member in inside:
            if member is not type(None):
                yield from _members(member, value, short)
    else:
        yield annotation, short


def _told(union: Any, tagged: Discriminator, value: object) -> list[Any]:
    """The member of a union that a value tells it is; all of them where it does not tell yet."""
    members = list(get_args(union))
    if callable(tagged.key):
        tag = tagged.key(value) if value is not None else None
        known = dict(zip(tagged.tags, members, strict=True))
        return [known[tag]] if tag in known else members
    tag = value.get(tagged.key) if isinstance(value, dict) else None
    return [member for member in members if tag in _kinds(member)] or members


def _kinds(member: type[Record]) -> list[str]:
    """The words that the `type` of a record may be."""
    return [word.text for word in words(Spot(member.model_fields["type"].annotation))]


def _texts(member: Any) -> list[str]:
    """The words of a checked type or a literal."""
    if get_origin(member) is Literal:
        return [str(word) for word in get_args(member)]
    if get_origin(member) is not Annotated:
        return []
    inner, *marks = get_args(member)
    found = [text for mark in marks if isinstance(mark, Validator) for text in _listed(mark.json)]
    literals = [each for each in (inner, *get_args(inner)) if get_origin(each) is Literal]
    return [*found, *(str(word) for each in literals for word in get_args(each) if str(word) not in found)]


def _listed(form: Mapping[str, Any]) -> Iterator[str]:
    """The words in a form of JSON Schema."""
    if form.get("type") == "boolean":
        yield from ("true", "false")
    listed = form.get("enum", [form["const"]] if "const" in form else [])
    yield from (word for word in listed if isinstance(word, str))
    for other in form.get("anyOf", ()):
        yield from _listed(other)


def _is_record(member: Any) -> bool:
    return isinstance(member, type) and issubclass(member, Record)
