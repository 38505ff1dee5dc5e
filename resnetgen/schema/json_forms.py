"""Parts of JSON Schema, as data, for editors. Each field type states its own beside its validator."""

from collections.abc import Mapping
from typing import Any

from resnetgen.frozen import FrozenIdentity

Json = dict[str, Any]
"""A form; `resnetgen.jsonschema` puts one together for a whole spec."""

WRITTEN: Json = {"not": {"type": "null"}}
"""The form of a field that is written, whatever it is: a null takes one out of a base."""

NULL: Json = {"type": "null"}

_BY_TYPE = frozenset(
    "type minimum maximum exclusiveMinimum exclusiveMaximum maxLength pattern patternErrorMessage".split()  # noqa: SIM905
)
"""Keywords that speak of numbers or of texts alone. Lists stand apart: else an editor begins one for a number."""


def whole(least: int, most: int) -> Json:
    """Return the schema of a whole number; in JSON Schema 1.0 is one too."""
    return {"type": "integer", "minimum": least, "maximum": most}


def either(*forms: Json) -> Json:
    """Return a schema for any of these. Alternatives are merged if possible: editors have better messages for that."""
    found: list[Json] = []
    for form in forms:
        for each in form["anyOf"] if {*form} == {"anyOf"} else [form]:
            index, joined = next(((i, one) for i, other in enumerate(found) if (one := _joined(other, each))), (-1, {}))
            if joined:
                found[index] = joined
            else:
                found.append(each)
    return found[0] if len(found) == 1 else {"anyOf": found}


def _joined(form: Json, other: Json) -> Json | None:
    """Merge two schemas, if they are lists of words, or of different types with no keyword in common."""
    if {*form} == {"enum"} and (other == NULL or {*other} == {"enum"}):
        return {"enum": [*form["enum"], *other.get("enum", [None])]}
    if {*form} & {*other} != {"type"} or not {*form, *other} <= _BY_TYPE or {*_types(form)} & {*_types(other)}:
        return None
    return {**form, **other, "type": [*_types(form), *_types(other)]}


def _types(form: Json) -> list[str]:
    types: str | list[str] = form["type"]
    return [types] if isinstance(types, str) else types


class Rule(FrozenIdentity):
    """A part of the conditions of `Record.validate_record`, for JSON Schema.

    It applies to a record if the fields of `written` are written and match, and those of `holding` match, even by
    default. Then each field of `then` has to match if it is written; False means that it must not be written. The
    fields of `needs` have to be written, and one or more of `needs_one`.
    """

    then: Mapping[str, Json | bool]
    written: Mapping[str, Json] = {}
    holding: Mapping[str, Json] = {}
    needs: tuple[str, ...] = ()
    needs_one: tuple[str, ...] = ()
