"""Two words that replace an operator in a slot: `none` and `here`."""

from typing import Any, Literal

from resnetgen.schema.record import Record


class NoneSlot(Record):
    """`none`: no such module."""

    type: Literal["none"]
    """`none`, in `spatial`, `attention`, `antialias` or `branch_scale`: no such module."""


class HereSlot(Record):
    """`here`: the value of the block; in the stem and the head, of the network."""

    type: Literal["here"]
    """`here`, only in a norm layer: the norm of the block or, in the stem and the head, of the network. In a `spatial`,
    a `drop_block` or an `attention`, `here` is the block's.
    """


def chosen(slot: Any) -> Any:
    """Return the slot, or None where it is `none`."""
    return None if isinstance(slot, NoneSlot) else slot
