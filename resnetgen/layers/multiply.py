"""The layer `{multiply: 0.2}`: a constant factor."""

from typing import Annotated, ClassVar, Literal

from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.layers.builder import LayerBuilder
from resnetgen.ops.multiply import Multiply
from resnetgen.schema.fields import KEY, Identifier, kind, validation_error
from resnetgen.schema.json_forms import either
from resnetgen.schema.marks import Validator
from resnetgen.schema.numbers import MOST
from resnetgen.schema.record import Record
from resnetgen.source.unambiguous import unambiguous_match
from resnetgen.source.yaml_scalars import clip

UNIT_VARIANCE = "unit_variance"


def _factor(value: object) -> float | str:
    """Validate a factor that changes something, or the word."""
    if value == UNIT_VARIANCE:
        return UNIT_VARIANCE
    if isinstance(value, str):
        message = f"unknown {KEY} {clip(value)!r}{did_you_mean(value, (UNIT_VARIANCE,))}"
        instead = unambiguous_match(value, (UNIT_VARIANCE,))
        raise validation_error("RG204", message, f"write a number or `{UNIT_VARIANCE}`", instead=instead)
    if type(value) not in (int, float):
        raise validation_error("RG203", f"{KEY} must be a number or `{UNIT_VARIANCE}`, not {kind(value)}")
    assert isinstance(value, int | float)
    if not 0 < abs(value) <= MOST or value == 1:
        help = "remove the layer" if value == 1 else f"write another number, or `{UNIT_VARIANCE}`"
        raise validation_error("RG204", f"{KEY} must be a number up to 1e9 that is neither 0 nor 1, not {value}", help)
    return float(value)


_NUMBER = {"type": "number", "minimum": -MOST, "maximum": MOST, "not": {"enum": [0, 1]}}
Factor = Annotated[float | Literal["unit_variance"], Validator(_factor, either({"const": UNIT_VARIANCE}, _NUMBER))]


class MultiplyLayer(Record):
    """A multiplication by a constant."""

    numbered: ClassVar[bool] = False

    multiply: Factor
    """The factor. In a block, `unit_variance` is 1 over the square root of the expected variance of the block's input:
    each block before adds the square of the factor at the end of its branch (arXiv:2101.08692).
    """
    name: Identifier | None = None
    """A name in place of the layer's number, for the `*` in names of the layout."""

    def lower(self, builder: LayerBuilder) -> None:
        """Place its operator."""
        builder.add(Multiply(builder.unit_variance() if isinstance(self.multiply, str) else self.multiply))
