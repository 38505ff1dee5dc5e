"""`scale`: factors for the widths and the depth of a whole network."""

from typing import Self

from resnetgen.schema.fields import Count, validation_error
from resnetgen.schema.json_forms import Json, Rule
from resnetgen.schema.numbers import Positive
from resnetgen.schema.part_names import Names
from resnetgen.schema.record import Record

_NEEDS = {"divisor": "width", "keep_width": "width", "keep_depth": "depth"}
"""Keys that are about another one, which must differ from 1."""


class ScaleOptions(Record):
    """Factors for a whole network, as in MobileNet and EfficientNet: other numbers of channels and of blocks."""

    width: Positive | None = None
    """The factor for widths. Each number of channels is rounded to the nearest multiple of `divisor`, or up where the
    nearest is less than 90 percent of the scaled number. Expressions of other widths follow by themselves.
    """
    depth: Positive | None = None
    """The factor for the number of blocks of each stage, rounded up."""
    divisor: Count = 8
    """Scaled widths are a multiple of this."""
    keep_width: Names | None = None
    """The parts whose widths stay: a list of `stem`, names of stages, and `head` or names of heads."""
    keep_depth: Names | None = None
    """The stages whose numbers of blocks stay."""

    def validate_record(self) -> Self:
        """Reject factors of 1, and what is about a factor that is not there."""
        if not self.scales("width") and not self.scales("depth"):
            message = "`scale` has no effect without a `width` or a `depth` other than 1"
            idle = next((key for key in ("width", "depth") if key in self.model_fields_set), None)
            raise validation_error("RG209", message, "remove it, or write another factor", key=idle)
        for key, factor in _NEEDS.items():
            if key in self.model_fields_set and not self.scales(factor):
                message = f"`{key}` has no effect without a `{factor}` other than 1"
                raise validation_error("RG209", message, f"write `{factor}`, or remove it", key=key)
        return self

    def scales(self, factor: str) -> bool:
        """Return True if a factor is there and changes something."""
        return getattr(self, factor) not in (None, 1)

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        idle: Json = {"enum": [None, 1]}
        return (
            Rule({}, needs_one=("width", "depth")),
            Rule({"width": False, "depth": False}, holding={"width": idle, "depth": idle}),
            Rule({"divisor": False, "keep_width": False}, holding={"width": idle}),
            Rule({"keep_depth": False}, holding={"depth": idle}),
        )
