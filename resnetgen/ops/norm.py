"""Base class of the norm slots."""

from typing import ClassVar

from resnetgen.ops.operator import Operator
from resnetgen.schema.record import Record


class NormSlot(Record):
    """`norm: ...`: which normalization stands there, whatever the number of channels."""

    brings_activation: ClassVar[bool] = False
    """True if it has a nonlinearity of its own, which takes the place of the activation after it."""
    of_activation: ClassVar[tuple[str, ...]] = ()
    """The options that mean nothing where that nonlinearity is not wanted."""

    def operator(self, channels: int, rank: int) -> Operator | None:
        """Return the norm of a map, without an activation.

        Raises:
            OperatorError: it cannot be for so many channels.
        """
        raise NotImplementedError

    def activated(self, channels: int, rank: int) -> Operator | None:
        """Return the norm with its own activation."""
        return self.operator(channels, rank)
