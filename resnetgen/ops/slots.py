"""What may stand in a spec's `norm` and `act`: the listing of their kinds."""

from typing import Annotated, Any, Literal

from resnetgen.fields import kind, wrong
from resnetgen.ops.activation import ActivationOrHereSlot, ActivationSlot
from resnetgen.ops.batch_norm import BatchNormSlot
from resnetgen.ops.frozen_batch_norm import FrozenBatchNormSlot
from resnetgen.ops.group_norm import GroupNormSlot
from resnetgen.ops.instance_norm import InstanceNormSlot
from resnetgen.ops.operator import Operator
from resnetgen.record import Before, Record, Tagged


class NoneSlot(Record):
    """`none`: the place stays empty."""

    type: Literal["none"]

    def operator(self, channels: int, rank: int) -> Operator | None:
        return None


class HereSlot(Record):
    """`here`: what the block in use has in this place."""

    type: Literal["here"]


NormKind = BatchNormSlot | FrozenBatchNormSlot | GroupNormSlot | InstanceNormSlot | NoneSlot
"""Every normalization there is. A new one is a file in this folder and a name in this line."""


def _spelled_out(value: Any) -> Any:
    """`batch` is short for `{type: batch}`."""
    if isinstance(value, str):
        return {"type": value}
    if isinstance(value, dict):
        return value
    raise wrong("RG203", f"this must be a name, or a mapping with a `type`, not {kind(value)}")


Norm = Annotated[NormKind, Tagged("type"), Before(_spelled_out)]
NormOrHere = Annotated[NormKind | HereSlot, Tagged("type"), Before(_spelled_out)]
Act = Annotated[ActivationSlot, Before(_spelled_out)]
ActOrHere = Annotated[ActivationOrHereSlot, Before(_spelled_out)]
