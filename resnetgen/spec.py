"""The spec as its user writes it. Nothing is computed here; docs/spec.md explains every key."""

from typing import Annotated, Any, Self

from resnetgen.amounts import Amount, Bytes
from resnetgen.fields import (
    Blocks,
    Code,
    Count,
    Extent,
    Flag,
    Identifier,
    Rate,
    Reason,
    Text,
    Width,
    choice,
    spelled_out,
    wrong,
)
from resnetgen.layers import Layer
from resnetgen.layout_options import LayoutOptions, LayoutSlot
from resnetgen.ops.activation import Act, ActivationSlot
from resnetgen.ops.batch_norm import BatchNormSlot
from resnetgen.ops.conv import PlainSlot
from resnetgen.ops.global_pool import POOLS
from resnetgen.ops.output_activation import OUTPUT_ACTIVATIONS
from resnetgen.ops.slots import Antialias, Attention, BranchScale, Convolution, DropBlock, Norm, Spatial
from resnetgen.record import Before, Record, Size, Tagged

SHORTCUTS = ("auto", "identity", "projection", "avg_projection", "pad", "none")
ORDERS = ("conv-norm-act", "norm-act-conv", "conv-act-norm", "norm-conv-act", "act-conv-norm", "act-norm-conv")
CLASSIFIERS = ("linear", "conv")
CONV_INITS = ("kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform", "default")


class Input(Record):
    """What goes in: channels, and pixels along each axis; one number is a square of two axes."""

    channels: Count
    size: Extent


class DropPathOptions(Record):
    """How often a branch is dropped: the rate of the last block, and how the blocks before it come to theirs."""

    rate: Rate
    schedule: Annotated[str, choice("linear", "constant")] = "linear"

    def completed(self) -> Self:
        """Whether there is something to drop where a schedule is said."""
        if "schedule" in self.written and not self.rate:
            message = "`schedule` has no effect beside a rate of 0"
            raise wrong("RG209", message, "write `drop_path: 0`", key="schedule")
        return self


class ShortcutOptions(Record):
    """What leads around a branch; `kernel` is that of a projection where the block strides."""

    type: Annotated[str, choice(*SHORTCUTS)]
    kernel: Extent = 1

    def completed(self) -> Self:
        """Whether a kernel stands by a shortcut that may have one."""
        if "kernel" in self.written and self.type not in ("auto", "projection"):
            raise wrong("RG209", f"`shortcut: {self.type}` has no `kernel`", "use auto or projection", key="kernel")
        return self


class Join(Record):
    """What follows the addition."""

    act: Act | None = None


def _with_rate(value: Any) -> Any:
    return value if isinstance(value, dict) else {"rate": value}


class BlockOptions(Record):
    """What may be said of blocks anywhere: in a block type, for all stages, in a stage, for a single block."""

    mid: Width | None = None
    widths: dict[Identifier, Width] | None = None
    groups: Width | None = None
    convolution: Convolution | None = None
    spatial: Spatial | None = None
    norm: Norm | None = None
    act: Act | None = None
    order: Annotated[str, choice(*ORDERS)] | None = None
    antialias: Antialias | None = None
    attention: Attention | None = None
    branch_scale: BranchScale | None = None
    shortcut: Annotated[ShortcutOptions, Before(spelled_out, ("type",))] | None = None
    stride_on: Text | None = None
    dropout: Rate | None = None
    drop_block: DropBlock | None = None
    drop_path: Annotated[DropPathOptions, Before(_with_rate, ("rate",))] | None = None
    join: Join | None = None

    def completed(self) -> Self:
        """Whether each width is written once."""
        if self.mid is not None and "mid" in (self.widths or {}):
            raise wrong("RG209", "`mid` is written twice: as a key, and under `widths`")
        return self


class BlockType(BlockOptions):
    """A block type: its layers, and its own defaults."""

    description: Text = ""
    branch: Annotated[list[Layer], Size(1, 100)]


class BlockDefaults(BlockOptions):
    """What holds for the blocks of every stage that does not say otherwise."""

    type: Text | None = None


class BlockEntry(BlockDefaults):
    """One entry of a stage's list of blocks; where it repeats, only the first block has its stride."""

    channels: Width | None = None
    stride: Extent | None = None
    repeat: Blocks = 1


def _count_or_list(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<count>"


class Stage(BlockDefaults):
    """A row of blocks. The stride is that of its first block."""

    blocks: Annotated[
        Blocks | Annotated[list[BlockEntry], Size(1, 10_000)],
        Tagged(_count_or_list, ("<count>", "<list>")),
    ]
    channels: Width | None = None
    stride: Extent = 1
    dilation: Extent | None = None
    first_dilation: Extent | None = None


class Head(Record):
    """What becomes of the last map: pooled and classified, or handed out with the maps of other stages."""

    layers: Annotated[list[Layer], Size(1, 100)] | None = None
    pool: Annotated[str, choice(*POOLS)] | None = None
    dropout: Rate | None = None
    classes: Count | None = None
    classifier: Annotated[str, choice(*CLASSIFIERS)] = "linear"
    activation: Annotated[str, choice("none", *OUTPUT_ACTIVATIONS)] | None = None
    features: Annotated[list[Identifier], Size(1, 1000)] | None = None


class InitOptions(Record):
    """The first weights; the defaults are torchvision's."""

    conv: Annotated[str, choice(*CONV_INITS)] = "kaiming_normal"
    fan: Annotated[str, choice("fan_out", "fan_in")] | None = None
    zero_init_residual: Flag = False


class BudgetOptions(Record):
    """What the network may cost at most, at the size of its input; `memory` is of its activations for one sample."""

    params: Amount | None = None
    macs: Amount | None = None
    memory: Bytes | None = None


class Spec(Record):
    """A whole spec, after `extends` has been followed."""

    name: Identifier
    description: Text = ""
    reference: Text = ""
    aka: dict[Identifier, Text] = {}  # noqa: RUF012  # as of `blocks`
    input: Input
    layout: LayoutSlot = LayoutOptions()
    convolution: Convolution = PlainSlot(type="plain")
    norm: Norm = BatchNormSlot(type="batch")
    act: Act = ActivationSlot(type="relu")
    stem: Annotated[list[Layer], Size(0, 100)]
    block: BlockDefaults = BlockDefaults()
    blocks: dict[Identifier, BlockType] = {}  # noqa: RUF012  # a record never changes, and so neither does its default
    stages: Annotated[dict[Identifier, Stage], Size(1, 1000)]
    head: Head
    output_stride: Extent | None = None
    init: InitOptions = InitOptions()
    budget: BudgetOptions = BudgetOptions()
    ignore: dict[Code, Reason] = {}  # noqa: RUF012  # as of `blocks`
