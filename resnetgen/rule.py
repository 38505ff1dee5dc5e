"""What several fields of a record must agree on, as data that JSON Schema can say."""

from collections.abc import Mapping
from typing import Any

from resnetgen.frozen import Distinct

Json = dict[str, Any]
"""A schema of JSON Schema, which editors read; `resnetgen.json_schema` puts one together."""

WRITTEN: Json = {"not": {"type": "null"}}
"""The form of a field that is written, whatever it is: a null takes one out of a base."""


class Rule(Distinct):
    """A part of what `Record.completed` asks.

    It is for a record in which the fields of `written` are written and of these forms, and those of `holding` are of
    theirs, be it by their default. Then the fields of `then` have these forms where they are written at all; one that
    is False is of no form, so that its field must not be written. Those of `needs` are written.
    """

    then: Mapping[str, Json | bool]
    written: Mapping[str, Json] = {}
    holding: Mapping[str, Json] = {}
    needs: tuple[str, ...] = ()
