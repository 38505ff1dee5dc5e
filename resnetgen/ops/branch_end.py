"""Base class of the slots whose operator ends the residual branch, right before the addition."""

from typing import ClassVar

from resnetgen.ops.operator import Operator
from resnetgen.schema.record import Record


class BranchEndSlot(Record):
    """A setting of a block that places an operator at the end of every branch."""

    needs_shortcut: ClassVar[str]
    """Why that has no sense where a block has no shortcut."""
    shortcut_help: ClassVar[str]
    """The help of that message."""

    def at_end(self, channels: int, blocks: int) -> Operator | None:
        """Return the operator, None for nothing.

        Args:
            channels: those that leave the branch.
            blocks: how many the network has.
        """
        raise NotImplementedError
