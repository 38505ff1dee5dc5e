"""The default of a field, as one would write it in a spec."""

from __future__ import annotations

from typing import Annotated, Any, get_args, get_origin

from resnetgen.schema.json_forms import Json
from resnetgen.schema.marks import Shorthand
from resnetgen.schema.record import Field, Record
from resnetgen.schema.width_expression import Expression
from resnetgen.schema.widths import written_width


def default(field: Field) -> Json:
    """Return the keyword `default`; empty if the field is required, or if its absence means another value."""
    if field.required or field.default is None:
        return {}
    return {"default": _written(field.default, _short(field.annotation))}


def _short(annotation: Any) -> tuple[str, ...]:
    """Return the keys whose value alone can replace a mapping."""
    if get_origin(annotation) is Annotated:
        return next((mark.keys for mark in get_args(annotation) if isinstance(mark, Shorthand)), ())
    return next((found for each in get_args(annotation) if (found := _short(each))), ())


def _written(value: Any, short: tuple[str, ...] = ()) -> Any:
    if isinstance(value, Expression):
        return written_width(value)
    if not isinstance(value, Record):
        return value
    key = next((key for key in short if key in value.model_fields), None)
    if key is not None and value.model_fields_set <= {key}:
        return _written(getattr(value, key))
    return {name: _written(getattr(value, name)) for name in value.model_fields if name in value.model_fields_set}
