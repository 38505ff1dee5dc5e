"""`drop_path`: stochastic depth."""

from typing import Annotated, ClassVar, Self

from resnetgen.ops.branch_end import BranchEndSlot
from resnetgen.ops.drop_path import DropPath
from resnetgen.ops.operator import Schedule
from resnetgen.schema.fields import choice, validation_error
from resnetgen.schema.json_forms import Rule
from resnetgen.schema.numbers import Rate


class DropPathOptions(BranchEndSlot):
    """Stochastic depth: the drop rate of the last block, and the schedule from the first block on."""

    needs_shortcut: ClassVar[str] = "`drop_path` drops a whole branch, but without a shortcut nothing would remain"
    shortcut_help: ClassVar[str] = "use a shortcut, or `dropout`"

    rate: Rate
    """The rate, at least 0 and below 1."""
    schedule: Annotated[str, choice("linear", "constant")] = "linear"
    """`linear`: the rate grows with the block's number, from 0 at the first block of the network to `rate` at the last.
    `constant`: every block has `rate`.
    """

    def validate_record(self) -> Self:
        """Reject a schedule at a rate of 0."""
        if "schedule" in self.model_fields_set and not self.rate:
            message = "`schedule` has no effect with a rate of 0"
            raise validation_error("RG209", message, "write `drop_path: 0`", key="schedule")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        return (Rule({"schedule": False}, written={"rate": {"const": 0}}),)

    def at_end(self, channels: int, blocks: int) -> DropPath | None:
        """Return the operator; None at a rate of 0."""
        if not self.rate:
            return None
        if self.schedule == "constant":
            return DropPath(self.rate)
        return DropPath(Schedule(self.rate if blocks > 1 else 0.0, blocks))  # the first block has the rate 0
