"""Base class of the anti-aliasing slots: a pool or blur takes over the stride of a layer."""

from typing import Annotated

from resnetgen.ops.operator import Operator
from resnetgen.schema.fields import choice
from resnetgen.schema.record import Record

SIDES = ("before", "after")


class AntialiasSlot(Record):
    """`antialias: ...`: a strided layer works at stride 1, and this shrinks the map after it or before it."""

    place: Annotated[str, choice(*SIDES)] = "after"
    """`after` the layer, with its norm and activation, or `before` it."""

    def operator(self, channels: int, stride: tuple[int, ...]) -> Operator:
        """Return the operator that downsamples a map of `channels` channels by a stride."""
        raise NotImplementedError
