"""Field types for names of a network's parts: a list of them, or `true` for all."""

from typing import Annotated, Any

from resnetgen.schema.coercion_hints import intended_boolean
from resnetgen.schema.fields import KEY, Identifier, kind, validation_error
from resnetgen.schema.marks import Discriminator, Length, Validator


def _all(value: object) -> bool:
    if not isinstance(value, bool):
        help = "names stand in a list, such as `[layer1]`" if isinstance(value, str) else ""
        message = f"{KEY} must be true, false or a list of names, not {kind(value)}"
        raise validation_error("RG203", message, help, instead=intended_boolean(value))
    return value


def _list_or_all(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<all>"


Names = Annotated[list[Identifier], Length(1, 1000)]
NamesOrAll = Annotated[
    Annotated[bool, Validator(_all, {"type": "boolean"})] | Names,
    Discriminator(_list_or_all, ("<all>", "<list>")),
]
