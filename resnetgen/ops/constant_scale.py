"""A branch times a number that is not learned."""

from typing import ClassVar, Literal, Self

from resnetgen.ops.branch_scale import BranchScaleSlot
from resnetgen.ops.multiply import Multiply
from resnetgen.ops.operator import Operator
from resnetgen.schema.fields import validation_error
from resnetgen.schema.json_forms import Rule
from resnetgen.schema.numbers import Real


class ConstantScale(Multiply):
    """A branch times a number that training does not change, as in Inception-ResNet (arXiv:1602.07261)."""

    role: ClassVar[str] = "branch_scale"


class ConstantScaleSlot(BranchScaleSlot):
    """`branch_scale: {type: constant, value: 0.2}`: a number that is not learned."""

    type: Literal["constant"]
    """`constant`: a number that is not learned (arXiv:1602.07261)."""
    value: Real
    """The number, not 0 or 1."""

    def validate_record(self) -> Self:
        """Reject numbers without an effect."""
        if self.value == 0:
            raise validation_error("RG204", "`value: 0` removes the branch", "use a number such as 0.2", key="value")
        if self.value == 1:
            message = "`value: 1` has no effect"
            raise validation_error("RG209", message, "remove `branch_scale`, or use another number", key="value")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        return (Rule({"value": {"not": {"enum": [0, 1]}}}),)

    def at_end(self, channels: int, blocks: int) -> Operator:
        return ConstantScale(self.value)
