"""Expected types at a path of a spec, with the keys and words that they accept.

A place is followed through the types of the fields as `resnetgen.schema.known_keys` follows that of an error;
where the spec says which of several records one is, by a `type` or by the key of a layer, only that one counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from resnetgen.diagnostics.model import Path
from resnetgen.schema.marks import Discriminator, Shorthand, Validator
from resnetgen.schema.record import Record
from resnetgen.spec.spec import Spec


class ExpectedType(NamedTuple):
    """A type expected at a path, with the record and the field that declare it; the whole spec has neither."""

    annotation: Any
    owner: type[Record] | None = None
    field: str = ""


class Word(NamedTuple):
    """A word accepted as a value, and the record that it abbreviates, if any."""

    text: str
    record: type[Record] | None = None


def expected_types(path: Path, data: object) -> list[ExpectedType]:
    """Return the types expected at a path; none where a spec has no field."""
    found = [ExpectedType(Spec)]
    for step in path:
        found = [inner for expected in found for inner in _child_types(expected, step, data)]
        data = _child_value(data, step)
    return found


def value_at(path: Path, data: object) -> object:
    """Return the value at a path of the data; None if there is none."""
    for step in path:
        data = _child_value(data, step)
    return data


def records(expected: ExpectedType, value: object) -> list[type[Record]]:
    """Return the records that a mapping can be, given the keys it has."""
    return [member for member, _ in _members(expected.annotation, value) if _is_record(member)]


def mapping_types(expected: ExpectedType) -> list[tuple[Any, Any]]:
    """Return the key and value types of the mappings with free keys that are accepted here."""
    found = [get_args(member) for member, _ in _members(expected.annotation, None) if get_origin(member) is dict]
    return [(key, value) for key, value in found]


def keys(record: type[Record], value: object) -> tuple[str, ...]:
    """Return the keys that a record accepts, given the value written so far."""
    return record.keys(value if isinstance(value, Mapping) else {})


def words(expected: ExpectedType, value: object = None) -> list[Word]:
    """Return the accepted words, in the order in which they are declared."""
    found: dict[str, Word] = {}
    for member, short in _members(expected.annotation, value):
        if _is_record(member):
            inner = [ExpectedType(member.model_fields[key].annotation) for key in short if key in member.model_fields]
            for word in (word for each in inner[:1] for word in words(each)):
                found.setdefault(word.text, Word(word.text, member))
        else:
            owner = expected.owner if expected.field == "type" else None
            for text in _literal_words(member):
                found.setdefault(text, Word(text, owner))
    return list(found.values())


def accepts(expected: ExpectedType, *types: Any) -> bool:
    """Return whether one of these checked types is accepted."""
    return any(member in types for member, _ in _members(expected.annotation, None))


def _child_value(value: object, step: str | int) -> object:
    if isinstance(value, dict):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _child_types(expected: ExpectedType, step: str | int, value: object) -> Iterator[ExpectedType]:
    for member, short in _members(expected.annotation, value):
        inside = get_args(member)
        if _is_record(member):
            if isinstance(step, int):  # a list is short for a mapping that has it under a key
                for each in (ExpectedType(member.model_fields[key].annotation, member, key) for key in short[1:]):
                    yield from _child_types(each, step, value)
            elif step in member.model_fields:
                yield ExpectedType(member.model_fields[str(step)].annotation, member, str(step))
        elif get_origin(member) is list and isinstance(step, int):
            yield ExpectedType(inside[0], expected.owner, expected.field)
        elif get_origin(member) is dict and isinstance(step, str):
            yield ExpectedType(inside[1], expected.owner, expected.field)


def _members(annotation: Any, value: object, short: tuple[str, ...] = ()) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Yield the members of a type (records, lists, mappings, words, checked types), with the short keys of each."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        if any(isinstance(mark, Validator) for mark in inside[1:]):
            yield annotation, short
            return
        short = tuple(key for mark in inside[1:] if isinstance(mark, Shorthand) for key in mark.keys) or short
        tagged = next((mark for mark in inside[1:] if isinstance(mark, Discriminator)), None)
        members = _by_discriminator(inside[0], tagged, value) if tagged is not None else [inside[0]]
        for member in members:
            yield from _members(member, value, short)
    elif origin in (Union, UnionType):
        for member in inside:
            if member is not type(None):
                yield from _members(member, value, short)
    else:
        yield annotation, short


def _by_discriminator(union: Any, tagged: Discriminator, value: object) -> list[Any]:
    """Return the member of a tagged union that the value selects; all members if it selects none yet."""
    members = list(get_args(union))
    if callable(tagged.key):
        tag = tagged.key(value) if value is not None else None
        known = dict(zip(tagged.tags, members, strict=True))
        return [known[tag]] if tag in known else members
    tag = value.get(tagged.key) if isinstance(value, dict) else None
    return [member for member in members if tag in _type_words(member)] or members


def _type_words(member: type[Record]) -> list[str]:
    """Return the words that the `type` of a record accepts."""
    return [word.text for word in words(ExpectedType(member.model_fields["type"].annotation))]


def _literal_words(member: Any) -> list[str]:
    """Return the words of a checked type or a literal."""
    if get_origin(member) is Literal:
        return [str(word) for word in get_args(member)]
    if get_origin(member) is not Annotated:
        return []
    inner, *marks = get_args(member)
    found = [text for mark in marks if isinstance(mark, Validator) for text in _schema_words(mark.json)]
    literals = [each for each in (inner, *get_args(inner)) if get_origin(each) is Literal]
    return [*found, *(str(word) for each in literals for word in get_args(each) if str(word) not in found)]


def _schema_words(form: Mapping[str, Any]) -> Iterator[str]:
    """Yield the words in a JSON Schema."""
    if form.get("type") == "boolean":
        yield from ("true", "false")
    listed = form.get("enum", [form["const"]] if "const" in form else [])
    yield from (word for word in listed if isinstance(word, str))
    for other in form.get("anyOf", ()):
        yield from _schema_words(other)


def _is_record(member: Any) -> bool:
    return isinstance(member, type) and issubclass(member, Record)
