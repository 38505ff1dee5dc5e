"""`scale`: factors for the widths and the depth of a whole network."""

from typing import Self

from resnetgen.schema.fields import Count, validation_error
from resnetgen.schema.json_forms import Rule
from resnetgen.schema.numbers import Positive
from resnetgen.schema.part_names import Names
from resnetgen.schema.record import Record

_NEEDS = {"divisor": "width", "keep_width": "width", "keep_depth": "depth"}
"""Keys that are about another one, which must differ from 1."""


class ScaleOptions(Record):
    """Factors for a whole network, as in MobileNet and EfficientNet: other numbers of channels and of blocks."""

    width: Positive = 1.0
    """The factor for widths. Each number of channels is rounded to the nearest multiple of `divisor`, and up where that
    is less than 90 percent. Expressions of other widths follow by themselves.
    """
    depth: Positive = 1.0
    """The factor for the number of blocks of each stage, rounded up."""
    divisor: Count = 8
    """Scaled widths are a multiple of this."""
    keep_width: Names | None = None
    """The parts whose widths stay: a list of `stem`, `head` and names of stages."""
    keep_depth: Names | None = None
    """The stages whose numbers of blocks stay."""

    def validate_record(self) -> Self:
        """Reject factors of 1, and what is about a factor that is not there."""
        if self.width == 1 and self.depth == 1:
            message = "`scale` has no effect: both `width` and `depth` are 1"
            given = [key for key in self.model_fields_set if key in ("width", "depth")]
            raise validation_error("RG209", message, "remove it, or write another factor", key=next(iter(given), None))
        for key, factor in _NEEDS.items():
            if key in self.model_fields_set and getattr(self, factor) == 1:
                message = f"`{key}` has no effect: `{factor}` is 1"
                raise validation_error("RG209", message, f"write `{factor}`, or remove it", key=key)
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        one = {"const": 1}
        return (
            Rule({"width": {"not": one}, "depth": {"not": one}}, holding={"width": one, "depth": one}),
            Rule({"divisor": False, "keep_width": False}, holding={"width": one}),
            Rule({"keep_depth": False}, holding={"depth": one}),
        )
