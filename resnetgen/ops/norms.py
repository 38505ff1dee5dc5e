"""The union of norm slots: the kinds of norms that a spec may ask for."""

from typing import Annotated, Literal

from resnetgen.ops.batch_norm import BatchNormSlot
from resnetgen.ops.evonorm_s0 import EvoNormS0Slot
from resnetgen.ops.filter_response_norm import FilterResponseNormSlot
from resnetgen.ops.frozen_batch_norm import FrozenBatchNormSlot
from resnetgen.ops.group_norm import GroupNormSlot
from resnetgen.ops.instance_batch_norm import InstanceBatchNormSlot
from resnetgen.ops.instance_norm import InstanceNormSlot
from resnetgen.ops.layer_norm import LayerNormSlot
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Operator
from resnetgen.ops.rms_norm import RMSNormSlot
from resnetgen.schema.fields import spelled_out
from resnetgen.schema.marks import Discriminator, Shorthand


class NoneNormSlot(NormSlot):
    """`norm: none`: no normalization."""

    type: Literal["none"]
    """`none`: no normalization. A convolution without a norm gets a bias."""

    def operator(self, channels: int, rank: int) -> Operator | None:
        return None

    def of_vector(self, channels: int) -> None:
        return None


NormKind = (
    BatchNormSlot
    | FrozenBatchNormSlot
    | GroupNormSlot
    | InstanceNormSlot
    | InstanceBatchNormSlot
    | LayerNormSlot
    | RMSNormSlot
    | EvoNormS0Slot
    | FilterResponseNormSlot
    | NoneNormSlot
)
"""Every kind of norm. A new one is a file in this folder and a name in these lines."""

InnerNormKind = (
    BatchNormSlot | FrozenBatchNormSlot | GroupNormSlot | InstanceNormSlot | LayerNormSlot | RMSNormSlot | NoneNormSlot
)
"""The kinds of norms inside other modules, which have activations of their own."""

InnerNorm = Annotated[InnerNormKind, Discriminator("type"), Shorthand(spelled_out, ("type",))]
Norm = Annotated[NormKind, Discriminator("type"), Shorthand(spelled_out, ("type",))]
