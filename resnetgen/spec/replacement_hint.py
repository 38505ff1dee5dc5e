"""A hint for a value of the wrong type: what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnetgen.schema.known_keys import known_keys
from resnetgen.schema.record import Record

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


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
