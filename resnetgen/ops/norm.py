"""Base class of the norm slots."""

from typing import ClassVar

from resnetgen.ops.operator import Operator
from resnetgen.schema.record import Record


class NormSlot(Record):
    """`norm: ...`: a normalization, independent of the number of channels."""

    brings_activation: ClassVar[bool] = False
    """True if it includes an activation, which replaces the activation after it."""
    of_activation: ClassVar[tuple[str, ...]] = ()
    """The options that have no effect without the included activation."""

    def operator(self, channels: int, rank: int) -> Operator | None:
        """Return the norm of a map, without an activation.

        Raises:
            OperatorError: the norm does not work with this number of channels.
        """
        raise NotImplementedError

    def activated(self, channels: int, rank: int) -> Operator | None:
        """Return the norm with its own activation."""
        return self.operator(channels, rank)
