"""Base class of the anti-aliasing slots: a pool or blur takes over the stride of a layer."""

from typing import Annotated

from resnetgen.ops.operator import Operator
from resnetgen.schema.fields import choice
from resnetgen.schema.record import Record

SIDES = ("before", "after")


class AntialiasSlot(Record):
    """`antialias: ...`: a filter before or after a layer takes over the stride of the layer."""

    place: Annotated[str, choice(*SIDES)] = "after"
    """The position of the filter: `after` the layer with its norm and activation, or `before` the layer."""

    def operator(self, channels: int, stride: tuple[int, ...]) -> Operator:
        """Return the operator that downsamples a map of `channels` channels by a stride."""
        raise NotImplementedError
