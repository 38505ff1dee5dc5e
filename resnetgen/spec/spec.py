"""The spec as its user writes it. Nothing is computed here; docs/reference/language/ explains every key."""

from typing import Annotated, Any

from resnetgen.layers import Layer
from resnetgen.ops.activation import Act, ActivationSlot
from resnetgen.ops.batch_norm import BatchNormSlot
from resnetgen.ops.conv import PlainSlot
from resnetgen.ops.global_pool import POOLS
from resnetgen.ops.output_activation import OUTPUT_ACTIVATIONS
from resnetgen.ops.registry import Convolution, Norm
from resnetgen.schema.fields import Blocks, Code, Count, Extent, Flag, Identifier, Reason, Text, Width, choice
from resnetgen.schema.layout_options import LayoutOptions, LayoutSlot
from resnetgen.schema.marks import Discriminator, Length
from resnetgen.schema.numbers import Rate
from resnetgen.schema.part_names import Names, NamesOrAll
from resnetgen.schema.quantities import Amount, Bytes
from resnetgen.schema.record import Record
from resnetgen.spec.block_options import (
    ORDERS,
    SHORTCUTS,
    BlockDefaults,
    BlockEntry,
    BlockOptions,
    BlockType,
    DropPathOptions,
    Join,
    ShortcutOptions,
)

__all__ = [
    "CLASSIFIERS",
    "CONV_INITS",
    "ORDERS",
    "SHORTCUTS",
    "BlockDefaults",
    "BlockEntry",
    "BlockOptions",
    "BlockType",
    "BudgetOptions",
    "DropPathOptions",
    "Head",
    "InitOptions",
    "Input",
    "Join",
    "ShortcutOptions",
    "Spec",
    "Stage",
    "TrainingOptions",
]

CLASSIFIERS = ("linear", "conv")
CONV_INITS = ("kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform", "default")


class Input(Record):
    """The input: its channels, and its pixels along each axis; one number is a square of two axes."""

    channels: Count
    """Channels of the input: 3 for RGB."""
    size: Extent
    """Pixels along each axis: one number for a square, or a list of one, two or three numbers."""


def _count_or_list(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<count>"


class Stage(BlockDefaults):
    """A sequence of blocks. The stride is that of its first block."""

    blocks: Annotated[
        Blocks | Annotated[list[BlockEntry], Length(1, 10_000)],
        Discriminator(_count_or_list, ("<count>", "<list>")),
    ]
    """How many blocks, or a list that describes them one by one."""
    channels: Width | None = None
    """The channels that leave each block, a width."""
    stride: Extent = 1
    """The stride of the first block."""
    dilation: Extent | None = None
    """The dilation of its blocks."""
    first_dilation: Extent | None = None
    """The dilation of its first block, up to and with the strided layer."""


class Head(Record):
    """The head: pool and classifier, or feature maps as the output. Maps of other parts can be returned too."""

    layers: Annotated[list[Layer], Length(1, 100)] | None = None
    """Layers between the last stage and the pool, at least one."""
    pool: Annotated[str, choice(*POOLS)] | None = None
    """How the last map becomes one value a channel: `avg`, `max`, `avg_plus_max`, their sum, or `avg_concat_max`, both
    beside each other.
    """
    dropout: Rate | None = None
    """The rate of a dropout before the classifier."""
    classes: Count | None = None
    """How many scores the classifier gives."""
    classifier: Annotated[str, choice(*CLASSIFIERS)] = "linear"
    """What the classifier is: `linear`, or `conv`, a 1x1 convolution of the pooled map with a bias, as in BiT."""
    activation: Annotated[str, choice("none", *OUTPUT_ACTIVATIONS)] | None = None
    """What the scores go through: `none`, `softmax` or `sigmoid`."""
    features: Annotated[list[Identifier], Length(1, 1000)] | None = None
    """The stages whose maps the network gives, beside the vector of `pool` or, without `pool`, as its output. `stem` is
    the stem's last map before the pools and padding that end it.
    """


class InitOptions(Record):
    """The initialization of weights; the defaults are torchvision's."""

    conv: Annotated[str, choice(*CONV_INITS)] = "kaiming_normal"
    """How convolutions begin: `kaiming_normal`, `kaiming_uniform`, `xavier_normal`, `xavier_uniform`, each as in
    `torch.nn.init`, or `default`, which leaves PyTorch's own.
    """
    fan: Annotated[str, choice("fan_out", "fan_in")] | None = None
    """What a kaiming init keeps the scale of: `fan_out` or `fan_in`."""
    zero_init_residual: Flag = False
    """Whether the last norm of each branch begins at zero, so that each block begins as its shortcut."""


class TrainingOptions(Record):
    """Training-only behaviour of the emitted network, and the parts of it that are frozen."""

    checkpoint: NamesOrAll = False
    """The stages whose activations are computed again in the backward pass instead of kept: a list, or `true` for all.
    """
    frozen: Names | None = None
    """The parts whose parameters take no gradient: `stem`, `head` and names of stages."""
    norm_eval: NamesOrAll = False
    """The parts whose batch norms keep their statistics in training mode: a list likewise, or `true` for all."""


class BudgetOptions(Record):
    """Upper bounds for the network's cost at its input size; `memory` is of the activations of one sample."""

    params: Amount | None = None
    """Parameters at most: a whole number, or one with `k`, `M`, `G` or `T` for powers of 1000, such as `25.6M`."""
    macs: Amount | None = None
    """Multiply-adds at most for one sample of the input size that is checked, written likewise."""
    memory: Bytes | None = None
    """Bytes of activations at most for one such sample in float32, with their unit: `512MiB` or `2GiB`; `MB` and `GB`
    are powers of 1000.
    """


class Spec(Record):
    """A complete spec, with `extends` resolved."""

    name: Identifier
    """Names the class and the file: `wide_resnet50_2` gives `WideResNet50_2` in `wide_resnet50_2.py`."""
    description: Text = ""
    """Text for the docstring of the file, which begins with the class's name where there is none."""
    reference: Text = ""
    """More text for that docstring, such as the address of a paper."""
    aka: dict[Identifier, Text] = {}  # noqa: RUF012  # as of `blocks`
    """The network's names elsewhere, by where that is: `{timm: resnet50}`."""
    input: Input
    """What goes in."""
    layout: LayoutSlot = LayoutOptions.model_construct()
    """How the modules are named in the state dict."""
    convolution: Convolution = PlainSlot.model_construct(type="plain")
    """How convolutions use their weights."""
    norm: Norm = BatchNormSlot.model_construct(type="batch")
    """The normalization wherever nothing nearer says otherwise."""
    act: Act = ActivationSlot.model_construct(type="relu")
    """The activation wherever nothing nearer says otherwise."""
    stem: Annotated[list[Layer], Length(0, 100)]
    """A list of layers before the stages. It may be empty: `[]`."""
    block: BlockDefaults = BlockDefaults.model_construct()
    """What holds for the blocks of all stages."""
    blocks: dict[Identifier, BlockType] = {}  # noqa: RUF012  # a record never changes, and so neither does its default
    """Block types of your own."""
    stages: Annotated[dict[Identifier, Stage], Length(1, 1000)]
    """The rows of blocks, by name."""
    head: Head
    """What becomes of the last map."""
    output_stride: Extent | None = None
    """Dilate instead of striding past this."""
    init: InitOptions = InitOptions.model_construct()
    """The first weights."""
    training: TrainingOptions = TrainingOptions.model_construct()
    """What training does besides."""
    budget: BudgetOptions = BudgetOptions.model_construct()
    """What the network may cost at most."""
    ignore: dict[Code, Reason] = {}  # noqa: RUF012  # as of `blocks`
    """The warnings that are meant, each with the reason."""
