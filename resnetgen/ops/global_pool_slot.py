"""Base class of the slots for the pool of a head."""

from resnetgen.ops.operator import Operator
from resnetgen.schema.record import Record


class GlobalPoolSlot(Record):
    """`pool: ...` in the head: from the last map to a few values for each channel."""

    def operator(self, rank: int) -> Operator:
        """Return the pool for a map with so many axes. Call it only where it is global."""
        raise NotImplementedError
