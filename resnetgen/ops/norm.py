"""Base class of the norm slots."""

from typing import ClassVar

from resnetgen.errors import OperatorError
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

    def of_vector(self, channels: int) -> Operator | None:
        """Return the norm of a vector, as after the pool of a head.

        Raises:
            OperatorError: the norm needs a map, or does not work with this number of channels.
        """
        message = f"the norm {self.type} needs a map, but what comes here is a vector"  # type: ignore[attr-defined]
        help = "use batch, group, layer or rms, or put the norm before the layer or the pool that makes a vector"
        raise OperatorError(message, help, "RG204")

    def activated(self, channels: int, rank: int) -> Operator | None:
        """Return the norm with its own activation."""
        return self.operator(channels, rank)
