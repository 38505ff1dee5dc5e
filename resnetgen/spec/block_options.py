"""Options of blocks: in a block type, for all stages, in a stage, for a single block."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from resnetgen.diagnostics.suggestions import any_of
from resnetgen.layers import Layer
from resnetgen.layers.conv import GROUPS_TWICE
from resnetgen.ops.activation import Act
from resnetgen.ops.norms import Norm
from resnetgen.ops.pad_channels import ZEROS
from resnetgen.ops.registry import Antialias, Attention, BranchScale, Convolution, DropBlock, Spatial
from resnetgen.schema.fields import KEY, Blocks, Extent, Identifier, Text, Word, choice, kind, validation_error
from resnetgen.schema.json_forms import WRITTEN, Json, Rule
from resnetgen.schema.marks import Discriminator, Length, Shorthand
from resnetgen.schema.numbers import Rate
from resnetgen.schema.record import Record
from resnetgen.schema.widths import Width
from resnetgen.spec.drop_path_options import DropPathOptions

SHORTCUTS = ("auto", "identity", "projection", "avg_projection", "pad", "identity_or_none", "none")
MOST_LAYERS = 100
"""The most layers of a branch or a shortcut."""

_KEYS_OF_TYPES = {
    "layers": ("auto", "projection"),
    "resize": ("auto",),
    "kernel": ("auto", "projection"),
    "reads": ("auto", "projection", "avg_projection", "pad"),
    "zeros": ("pad",),
    "pixels": ("pad",),
}
"""The types of shortcut that have each key."""

_IN_LAYERS = "write the layers out: `shortcut: [{conv: 1, to: out, stride: here, ...}]`"
ORDERS = ("conv-norm-act", "norm-act-conv", "conv-act-norm", "norm-conv-act", "act-conv-norm", "act-norm-conv")


class ShortcutOptions(Record):
    """The path around a branch: a word for one that is usual, or layers like a branch's."""

    absent: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("bias", "norm", "stride", "dilation", "groups", "convolution"), _IN_LAYERS),
        "act": f"`join: {{act: ...}}` in the block is the activation after the addition; {_IN_LAYERS}",
        "from": "write `reads: input` or `reads: preact`",
    }

    type: Annotated[str, choice(*SHORTCUTS)] = "auto"
    """The shortcut: `auto`, `identity`, `projection`, `avg_projection`, `pad`, `identity_or_none` or `none`."""
    layers: Annotated[list[Layer], Length(1, MOST_LAYERS)] | None = None
    """The layers of the shortcut, in place of the 1x1 convolution and the norm of `auto` or `projection`."""
    resize: Annotated[list[Layer], Length(1, MOST_LAYERS)] | None = None
    """With `auto`: the layers where a block keeps its channels and changes only the size. By default, those that stand
    where it changes both.
    """
    kernel: Extent = 1
    """The projection's kernel size where the block strides, or dilates instead. Elsewhere the kernel is 1x1. With
    `auto` and `projection`, without `layers`.
    """
    reads: Annotated[str, choice("input", "preact")] | None = None
    """In a block that begins with norms and activations: `input` reads the input of the block, `preact` what leaves
    these. By default, a shortcut with a convolution reads `preact`, and any other `input`.
    """
    zeros: Annotated[str, choice(*ZEROS)] | None = None
    """With `pad`: zero channels `behind` those of the map, or half of them before and half behind (`both`)."""
    pixels: Annotated[str, choice("strided", "mean")] | None = None
    """With `pad`: every stride-th pixel (`strided`), or the `mean` over windows as large as the stride."""

    def validate_record(self) -> Self:
        """Reject keys that the type of shortcut does not read, and a kernel beside layers."""
        if "kernel" in self.model_fields_set and self.layers is not None:
            message = "`kernel` has no effect beside `layers`"
            raise validation_error("RG209", message, "write the kernel in the layer: `{conv: 3, ...}`", key="kernel")
        for key, types in _KEYS_OF_TYPES.items():
            if key in self.model_fields_set and self.type not in types:
                message = f"`shortcut: {self.type}` has no `{key}`"
                raise validation_error("RG209", message, f"use {any_of(types)}", key=key)
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        keys: dict[tuple[str, ...], list[str]] = {}
        for key, types in _KEYS_OF_TYPES.items():
            keys.setdefault(types, []).append(key)
        found = [Rule({"kernel": False}, written={"layers": WRITTEN})]
        for types, few in keys.items():
            others: dict[str, Json] = {"type": {"enum": [word for word in SHORTCUTS if word not in types]}}
            forbidden = dict.fromkeys(few, False)
            found.append(Rule(forbidden, written=others) if "auto" in types else Rule(forbidden, holding=others))
        return tuple(found)


def _as_shortcut(value: Any) -> Any:
    """Expand a word."""
    if isinstance(value, str):
        return {"type": value}
    if isinstance(value, dict | Record):
        return value
    raise validation_error("RG203", f"{KEY} must be a word, a list of layers or a mapping, not {kind(value)}")


def _as_layers(value: Any) -> Any:
    """Expand a list."""
    return {"layers": value} if isinstance(value, list) else value


_LISTED = Shorthand(_as_layers, ("layers",))


class Join(Record):
    """The operators after the addition."""

    act: Act | None = None
    """The activation after the addition, or `none`."""


def _with_rate(value: Any) -> Any:
    return value if isinstance(value, dict | Record) else {"rate": value}


class BlockOptions(Record):
    """Options of blocks at any level: in a block type, for all stages, in a stage, for a single block."""

    mid: Width | None = None
    """The width inside the block. The built-in bottlenecks use `out / 4`, the built-in basic blocks `out`."""
    widths: dict[Identifier, Width] | None = None
    """More widths, by name."""
    groups: Width | None = None
    """The value of `groups: here`, a width."""
    group_width: Width | None = None
    """The input channels of each group where a layer has `groups: here`, a width, in place of `groups`."""
    kernel: Extent | None = None
    """The value of `conv: here`, a kernel size in pixels."""
    convolution: Convolution | None = None
    """The type of the block's convolutions and of its projection."""
    spatial: Spatial | None = None
    """The value of `spatial: here`."""
    norm: Norm | None = None
    """The normalization of the block's layers and of its projection."""
    act: Act | None = None
    """The activation of the block's layers and after its addition."""
    order: Annotated[str, choice(*ORDERS)] | None = None
    """The order in each convolution layer: `conv`, `norm` and `act`, joined by `-`, in any of the six orders."""
    antialias: Antialias | None = None
    """The filter that strides in place of the block's convolutions."""
    attention: Attention | None = None
    """The attention module of the block."""
    branch_scale: BranchScale | None = None
    """A learned factor for the branch."""
    shortcut: Annotated[ShortcutOptions, Shorthand(_as_shortcut, ("type",)), _LISTED] | None = None
    """The path around the branch: a word, a list of layers, or a mapping."""
    stride_on: Word | None = None
    """The convolution of the branch that strides: `conv1`, `conv2`, ..., numbered as in the emitted code."""
    dropout: Rate | None = None
    """The value of `dropout: here`, a rate."""
    drop_block: DropBlock | None = None
    """The value of `drop_block: here`."""
    drop_path: Annotated[DropPathOptions, Shorthand(_with_rate, ("rate",))] | None = None
    """The rate at which training drops the branch of a sample."""
    join: Join | None = None
    """The options of the addition."""

    def validate_record(self) -> Self:
        """Reject a second value for `mid`, under `widths`."""
        if self.mid is not None and "mid" in (self.widths or {}):
            raise validation_error("RG209", "`mid` is written twice: as a key, and under `widths`")
        if self.groups is not None and self.group_width is not None:
            raise validation_error("RG209", GROUPS_TWICE, "remove one of them", key="group_width")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        return (
            Rule({"widths": {"properties": {"mid": {"type": "null"}}}}, written={"mid": WRITTEN}),
            Rule({"groups": False}, written={"group_width": WRITTEN}),
        )


class BlockType(BlockOptions):
    """A block type: its layers, and its own defaults."""

    description: Text = ""
    """Text for the docstring of the class. Without it, the docstring names the block type."""
    branch: Annotated[list[Layer], Length(1, MOST_LAYERS)]
    """The list of layers, at least one. The last must output the block's own channels: `to: out`."""


class BlockDefaults(BlockOptions):
    """Options for the blocks of all stages, which a stage can override."""

    type: Word | None = None
    """The block type. Every stage needs one: set it in `block`, in the stage, or in each of its entries."""


class BlockEntry(BlockDefaults):
    """An entry of a stage's list of blocks. If it repeats, only the first block has its stride."""

    channels: Width | None = None
    """The output channels of these blocks, a width."""
    stride: Extent | None = None
    """The stride of the first of these blocks."""
    dilation: Extent | None = None
    """The dilation of these blocks."""
    first_dilation: Extent | None = None
    """The dilation of the first of these blocks, up to and including the strided layer."""
    repeat: Blocks = 1
    """The number of such blocks."""


class BlockGroup(Record):
    """Entries of a stage's list of blocks that repeat as a whole, as if they were written so many times."""

    blocks: Annotated[list[BlockEntry], Length(1, 1_000)]
    """The entries, at least one."""
    repeat: Blocks
    """The number of times."""


def entry_or_group(value: Any) -> str:
    """Return the kind of an item of a list of blocks: a group has a list of its own."""
    keys = value.model_fields_set if isinstance(value, Record) else value if isinstance(value, dict) else ()
    return "<group>" if "blocks" in keys else "<entry>"


EntryOrGroup = Annotated[BlockEntry | BlockGroup, Discriminator(entry_or_group, ("<entry>", "<group>"))]
"""An item of a stage's list of blocks."""
