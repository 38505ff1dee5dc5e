"""Hints for keys and values that a spec cannot have: what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnetgen.diagnostics.suggestions import closest
from resnetgen.schema.known_keys import known_keys
from resnetgen.schema.record import Record

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_KEYS_ELSEWHERE = {
    "activation": ("act",),
    "act_layer": ("act",),
    "normalization": ("norm",),
    "norm_layer": ("norm",),
    "channels": ("to",),
    "out_channels": ("to", "channels"),
    "filters": ("to", "channels"),
    "depth": ("blocks",),
}
"""Names of keys in other libraries, with the keys of the language that they may stand for."""


def closest_key(key: int | str, known: tuple[str, ...]) -> str:
    """Return the known key that an unknown key may mean, or an empty string."""
    meant = (word for word in _KEYS_ELSEWHERE.get(str(key), ()) if word in known)
    return next(meant, "") or closest(key, known)


def replacement_hint(detail: ErrorDetails, record: type[Record]) -> str:
    """Return what to write in place of a value of the wrong kind, or an empty string."""
    given = detail["input"]
    if detail["type"] == "list_type" and isinstance(given, dict):
        return "write `- ` before each entry"
    if detail["type"] == "list_type" and isinstance(given, str) and given.isidentifier():
        return f"write `[{given}]`"
    if detail["type"] == "dict_type" and isinstance(given, list):
        return "write `name: ...` for each entry"
    if detail["type"] in ("model_type", "model_attributes_type"):
        return f"its keys are {', '.join(known_keys((*detail['loc'], ''), record, {}))}"
    return ""
