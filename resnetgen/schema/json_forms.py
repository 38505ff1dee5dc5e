"""Forms: what JSON Schema says of a value, as data, for editors. Each kind of value states its own beside its check."""

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
    """The form of a whole number; in JSON Schema 1.0 is one too."""
    return {"type": "integer", "minimum": least, "maximum": most}


def either(*forms: Json) -> Json:
    """Any of these forms. Of two that one can be made of, it is made: editors have better messages for that."""
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
    """One form for both, if they are lists of words, or of different types with nothing said twice."""
    if {*form} == {"enum"} and (other == NULL or {*other} == {"enum"}):
        return {"enum": [*form["enum"], *other.get("enum", [None])]}
    if {*form} & {*other} != {"type"} or not {*form, *other} <= _BY_TYPE or {*_types(form)} & {*_types(other)}:
        return None
    return {**form, **other, "type": [*_types(form), *_types(other)]}


def _types(form: Json) -> list[str]:
    types: str | list[str] = form["type"]
    return [types] if isinstance(types, str) else types


class Rule(FrozenIdentity):
    """A part of what `Record.validate_record` asks.

    It is for a record in which the fields of `written` are written and of these forms, and those of `holding` are of
    theirs, be it by their default. Then the fields of `then` have these forms where they are written at all; one that
    is False is of no form, so that its field must not be written. Those of `needs` are written.
    """

    then: Mapping[str, Json | bool]
    written: Mapping[str, Json] = {}
    holding: Mapping[str, Json] = {}
    needs: tuple[str, ...] = ()
