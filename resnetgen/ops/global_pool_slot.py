"""Base class of the slots for the pool of a head."""

from typing import ClassVar

from resnetgen.ops.operator import Operator
from resnetgen.schema.record import Record


class GlobalPoolSlot(Record):
    """`pool: ...` in the head: from the last map to a few values for each channel, or to a vector."""

    fixes_size: ClassVar[bool] = False
    """True if the pool has weights for one size of the map."""

    def operator(self, channels: int, size: tuple[int, ...]) -> Operator:
        """Return the pool for a map. Call it only where it is global.

        Args:
            channels: the channels of the map.
            size: the pixels along each axis, or as many ones where the slot does not fix the size.

        Raises:
            OperatorError: there is no such pool for this number of channels.
        """
        raise NotImplementedError
