"""A key of a range: its meaning and its form, for messages, editors and the JSON Schema."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.schema.json_forms import Json


class RangeKey(NamedTuple):
    """The meaning of a key, the form of its value in JSON Schema, and the words that it accepts, if any."""

    meaning: str
    form: Json
    words: tuple[str, ...] = ()


Keys = dict[str, RangeKey]
"""The keys of a kind of range, that of the kind first."""

NAME: Json = {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}
"""The form of the name of a range."""

AS = RangeKey("A name for the range, for `same` and for `increasing` under `constraints`.", NAME)
