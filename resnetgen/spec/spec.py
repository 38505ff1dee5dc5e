"""The spec as its user writes it, without computed values; docs/reference/language/ explains every key."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from resnetgen import display
from resnetgen.layers import Layer, PooledLayer
from resnetgen.ops.activation import Act, ActivationSlot
from resnetgen.ops.batch_norm import BatchNormSlot
from resnetgen.ops.norms import Norm
from resnetgen.ops.output_activation import OUTPUT_ACTIVATIONS
from resnetgen.ops.plain_conv import PlainSlot
from resnetgen.ops.registry import Convolution, GlobalPool
from resnetgen.schema.fields import (
    Blocks,
    Code,
    Count,
    Extent,
    Flag,
    Identifier,
    Reason,
    Text,
    choice,
    validation_error,
)
from resnetgen.schema.json_forms import WRITTEN, Rule
from resnetgen.schema.layout_options import LayoutOptions, LayoutSlot
from resnetgen.schema.marks import Discriminator, Length
from resnetgen.schema.numbers import DivisorByChannel, Rate, RealByChannel
from resnetgen.schema.part_names import Names, NamesOrAll
from resnetgen.schema.quantities import Amount, Bytes
from resnetgen.schema.record import Record
from resnetgen.schema.widths import Width
from resnetgen.spec.block_options import (
    MOST_LAYERS,
    ORDERS,
    SHORTCUTS,
    BlockDefaults,
    BlockEntry,
    BlockGroup,
    BlockOptions,
    BlockType,
    EntryOrGroup,
    Join,
    ShortcutOptions,
)
from resnetgen.spec.drop_path_options import DropPathOptions
from resnetgen.spec.scale_options import ScaleOptions

__all__ = [
    "CLASSIFIERS",
    "CONV_INITS",
    "ORDERS",
    "SHORTCUTS",
    "BlockDefaults",
    "BlockEntry",
    "BlockGroup",
    "BlockOptions",
    "BlockType",
    "BudgetOptions",
    "DropPathOptions",
    "EntryOrGroup",
    "Head",
    "HeadOptions",
    "InitOptions",
    "Input",
    "Join",
    "ShortcutOptions",
    "Spec",
    "Stage",
    "TrainingOptions",
]

LACKING = "write what is missing, or let `extends` name a spec to start from"
"""The help for a spec without a key that it needs."""

CLASSIFIERS = ("linear", "conv")
CONV_INITS = ("kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform", "default")


class Input(Record):
    """The shape of one sample: its channels, and its pixels along each axis."""

    channels: Count
    """Input channels: 3 for RGB."""
    size: Extent
    """Pixels along each axis: one number for a square, or a list of one, two or three numbers."""
    mean: RealByChannel | None = None
    """The mean of each channel, which the network subtracts first: a number for all channels, or a list."""
    std: DivisorByChannel | None = None
    """The standard deviation of each channel, by which the network divides next: a number or a list."""


def _count_or_list(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<count>"


class Stage(BlockDefaults):
    """A sequence of blocks. The stride is that of its first block."""

    blocks: Annotated[
        Blocks | Annotated[list[EntryOrGroup], Length(1, 10_000)],
        Discriminator(_count_or_list, ("<count>", "<list>")),
    ]
    """The number of blocks, or a list that describes them one by one."""
    channels: Width | None = None
    """The output channels of each block, a width."""
    stride: Extent = 1
    """The stride of the first block."""
    dilation: Extent | None = None
    """The dilation of the blocks."""
    first_dilation: Extent | None = None
    """The dilation of the first block, up to and including the strided layer."""
    transition: Annotated[list[Layer], Length(1, MOST_LAYERS)] | None = None
    """Layers before the blocks, at least one. A layer with `stride: here` has the stride of the stage, in place of the
    first block.
    """


class HeadOptions(Record):
    """A head: a pool with an optional classifier."""

    absent: ClassVar[Mapping[str, str]] = {
        "features": "a network with `heads` returns no maps beside them; use `head`, or a head with `pool: none`"
    }

    layers: Annotated[list[Layer], Length(1, 100)] | None = None
    """Layers between the last stage and the pool, at least one."""
    pool: GlobalPool | None = None
    """The pool of the last map: a global pool, `flatten` for all its values, or `none` to return the map."""
    then: Annotated[list[PooledLayer], Length(1, 100)] | None = None
    """Layers between the pool and the classifier, at least one."""
    dropout: Rate | None = None
    """The rate of a dropout before the classifier."""
    classes: Count | None = None
    """The number of scores that the classifier returns."""
    classifier: Annotated[str, choice(*CLASSIFIERS)] = "linear"
    """The type of the classifier: `linear`, or `conv` for a 1x1 convolution with a bias, as in BiT."""
    activation: Annotated[str, choice("none", *OUTPUT_ACTIVATIONS)] | None = None
    """The activation of the scores: `none`, `softmax` or `sigmoid`."""
    normalize: Flag = False
    """If true, each vector is divided by its length. For a map, each pixel is."""


class Head(HeadOptions):
    """The head: a pool with an optional classifier, feature maps, or both."""

    absent: ClassVar[Mapping[str, str]] = {}
    own_last: ClassVar[bool] = True

    features: Annotated[list[Identifier], Length(1, 1000)] | None = None
    """The stages whose maps the network returns: beside the vector of `pool`, or as its only output without `pool`.
    `stem` is the last map of the stem before its final pools and pads.
    """


class InitOptions(Record):
    """The initialization of weights; the defaults are torchvision's."""

    conv: Annotated[str, choice(*CONV_INITS)] = "kaiming_normal"
    """The initialization of convolutions: `kaiming_normal`, `kaiming_uniform`, `xavier_normal`, `xavier_uniform`, as in
    `torch.nn.init`, or `default` for PyTorch's own.
    """
    fan: Annotated[str, choice("fan_out", "fan_in")] | None = None
    """The mode of a kaiming initialization: `fan_out` or `fan_in`."""
    zero_init_residual: Flag = False
    """If true, the last norm of each branch starts at zero, so that each block starts as its shortcut."""


class TrainingOptions(Record):
    """Switches for training: checkpointed stages, frozen parts, and batch norms in eval mode."""

    checkpoint: NamesOrAll = False
    """The stages that recompute their activations in the backward pass instead of keeping them: a list, or `true` for
    all.
    """
    frozen: Names | None = None
    """The parts whose parameters get no gradient: a list of `stem`, names of stages, and `head` or names of heads."""
    norm_eval: NamesOrAll = False
    """The parts whose batch norms keep their statistics in training mode: a list of the same names, or `true` for all.
    """


class BudgetOptions(Record):
    """Upper bounds on the cost of the network for one sample at its input size."""

    params: Amount | None = None
    """The maximum number of parameters: a whole number, or one with `k`, `M`, `G` or `T` for powers of 1000, such as
    `25.6M`.
    """
    macs: Amount | None = None
    """The maximum number of multiply-adds for one sample at the checked input size, in the same notation."""
    memory: Bytes | None = None
    """The maximum size of that sample's activations in float32, with a unit: `512MiB` or `2GiB`. `MB` and `GB` are
    powers of 1000.
    """


class Spec(Record):
    """A complete spec, with `extends` resolved."""

    name: Identifier
    """The name of the class and of the file: `wide_resnet50_2` gives `WideResNet50_2` in `wide_resnet50_2.py`."""
    abstract: Flag = False
    """If true, the spec is only for others to extend: it may lack keys, and has no network of its own."""
    description: Text = ""
    """Text for the docstring of the file. Without it, the docstring begins with the class's name."""
    reference: Text = ""
    """More text for that docstring, such as the URL of a paper."""
    aka: dict[Identifier, Text] = {}  # noqa: RUF012  # as of `blocks`
    """The network's names in other libraries, by library: `{timm: resnet50}`."""
    input: Input
    """The channels and the size of the input."""
    layout: LayoutSlot = LayoutOptions.model_construct()
    """The names of the modules in the state dict."""
    convolution: Convolution = PlainSlot.model_construct(type="plain")
    """The default type of convolutions. Blocks and layers can override it."""
    norm: Norm = BatchNormSlot.model_construct(type="batch")
    """The default normalization of the network. Blocks and layers can override it."""
    act: Act = ActivationSlot.model_construct(type="relu")
    """The default activation of the network. Blocks and layers can override it."""
    stem: Annotated[list[Layer], Length(0, 100)]
    """The list of layers before the stages. It may be empty: `[]`."""
    block: BlockDefaults = BlockDefaults.model_construct()
    """Options for the blocks of all stages."""
    blocks: dict[Identifier, BlockType] = {}  # noqa: RUF012  # a record never changes, and so neither does its default
    """Block types that this spec defines."""
    stages: Annotated[dict[Identifier, Stage], Length(1, 1000)]
    """The stages, by name."""
    head: Head | None = None
    """The pool and the classifier, or the feature maps to return."""
    heads: Annotated[dict[Identifier, HeadOptions], Length(1, 100)] | None = None
    """Several heads in place of `head`, by name: each is the pool and the classifier of one output. The network returns
    the outputs as a dictionary.
    """
    scale: ScaleOptions | None = None
    """Factors for the widths and the depth of the whole network."""
    output_stride: Extent | None = None
    """The output stride of the network. Stages that would exceed it dilate instead of striding."""
    init: InitOptions = InitOptions.model_construct()
    """The initialization of the weights."""
    training: TrainingOptions = TrainingOptions.model_construct()
    """Switches for training."""
    budget: BudgetOptions = BudgetOptions.model_construct()
    """Upper bounds on the cost of the network."""
    ignore: dict[Code, Reason] = {}  # noqa: RUF012  # as of `blocks`
    """Warnings to ignore, each with a reason."""

    one_of: ClassVar[tuple[str, ...]] = ("head", "heads")
    """Keys of which a spec has exactly one."""

    def _repr_html_(self) -> str | None:
        return display.html(self)

    @property
    def written_heads(self) -> dict[str, HeadOptions]:
        """The heads by name; the name of a single `head` is empty."""
        return self.heads or ({} if self.head is None else {"": self.head})

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts: the stem, the stages and the heads."""
        return ("stem", *self.stages, *(self.heads or ("head",)))

    @property
    def features(self) -> list[str] | None:
        """The stages whose maps the network returns."""
        return None if self.head is None else self.head.features

    def validate_record(self) -> Self:
        """Reject a spec with both `head` and `heads`, or with neither."""
        if self.head is not None and self.heads is not None:
            message = "a spec has either `head` or `heads`, not both"
            help = "remove `head`, or write it as one of the heads"
            raise validation_error("RG209", message, help, key="heads")
        if self.head is None and self.heads is None:
            raise validation_error("RG202", "the spec needs the key `head`", LACKING, key="head")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        return (Rule({"heads": False}, written={"head": WRITTEN}), Rule({}, needs_one=("head", "heads")))
