"""A hint for a value of the wrong type: what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnetgen.schema.known_keys import known_keys
from resnetgen.schema.record import Record
from resnetgen.spec.spec import HeadOptions

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


HEAD_BY_NAME = "each of `heads` has a name: `heads: {NAME: {pool: avg, classes: 10}}`; a single one is `head`"
"""The hint where the keys of a head stand under `heads`."""


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
        if detail["loc"][:1] == ("heads",) and detail["loc"][-1] in HeadOptions.model_fields:
            return HEAD_BY_NAME
        return f"its keys are {', '.join(known_keys((*detail['loc'], ''), record, {}))}"
    return ""
