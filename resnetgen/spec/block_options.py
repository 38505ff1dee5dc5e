"""Options of blocks: in a block type, for all stages, in a stage, for a single block."""

from typing import Annotated, Any, ClassVar, Self

from resnetgen.layers import Layer
from resnetgen.ops.activation import Act
from resnetgen.ops.branch_end import BranchEndSlot
from resnetgen.ops.drop_path import DropPath
from resnetgen.ops.operator import Schedule
from resnetgen.ops.registry import Antialias, Attention, BranchScale, Convolution, DropBlock, Norm, Spatial
from resnetgen.schema.fields import Blocks, Extent, Identifier, Text, Width, Word, choice, spelled_out, validation_error
from resnetgen.schema.json_forms import WRITTEN, Rule
from resnetgen.schema.marks import Length, Shorthand
from resnetgen.schema.numbers import Rate
from resnetgen.schema.record import Record

SHORTCUTS = ("auto", "identity", "projection", "avg_projection", "pad", "none")
_WITH_KERNEL = ("auto", "projection")
ORDERS = ("conv-norm-act", "norm-act-conv", "conv-act-norm", "norm-conv-act", "act-conv-norm", "act-norm-conv")


class DropPathOptions(BranchEndSlot):
    """Stochastic depth: the drop rate of the last block, and the schedule from the first block on."""

    needs_shortcut: ClassVar[str] = "`drop_path` drops a whole branch, but without a shortcut nothing would remain"
    way_out: ClassVar[str] = "use a shortcut, or `dropout`"

    rate: Rate
    """The rate, at least 0 and below 1."""
    schedule: Annotated[str, choice("linear", "constant")] = "linear"
    """`linear`: from 0 at the first block of the network to `rate` at the last, by the block's number. `constant`:
    `rate` in every block.
    """

    def validate_record(self) -> Self:
        """Refuse a schedule at a rate of 0."""
        if "schedule" in self.model_fields_set and not self.rate:
            message = "`schedule` has no effect with a rate of 0"
            raise validation_error("RG209", message, "write `drop_path: 0`", key="schedule")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        return (Rule({"schedule": False}, written={"rate": {"const": 0}}),)

    def at_end(self, channels: int, blocks: int) -> DropPath | None:
        """Return the operator; None at a rate of 0."""
        if not self.rate:
            return None
        return DropPath(self.rate if self.schedule == "constant" else Schedule(self.rate, blocks))


class ShortcutOptions(Record):
    """The shortcut around a branch; `kernel` is that of a projection where the block strides."""

    type: Annotated[str, choice(*SHORTCUTS)]
    """Which shortcut: `auto`, `identity`, `projection`, `avg_projection`, `pad` or `none`; with `kernel`, `auto` or
    `projection`.
    """
    kernel: Extent = 1
    """The projection's kernel where the block strides, or dilates instead. Elsewhere it is 1x1."""

    def validate_record(self) -> Self:
        """Refuse a kernel for a shortcut without one."""
        if "kernel" in self.model_fields_set and self.type not in _WITH_KERNEL:
            raise validation_error(
                "RG209", f"`shortcut: {self.type}` has no `kernel`", "use auto or projection", key="kernel"
            )
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        others = [word for word in SHORTCUTS if word not in _WITH_KERNEL]
        return (Rule({"kernel": False}, written={"type": {"enum": others}}),)


class Join(Record):
    """The operators after the addition."""

    act: Act | None = None
    """The activation after the addition, or `none`."""


def _with_rate(value: Any) -> Any:
    return value if isinstance(value, dict | Record) else {"rate": value}


class BlockOptions(Record):
    """Options of blocks at any level: in a block type, for all stages, in a stage, for a single block."""

    mid: Width | None = None
    """The width inside the block. Built in, `out / 4` for bottlenecks and `out` for basic blocks."""
    widths: dict[Identifier, Width] | None = None
    """More widths by name."""
    groups: Width | None = None
    """What `groups: here` stands for, a width."""
    convolution: Convolution | None = None
    """How the block's convolutions and its projection use their weights."""
    spatial: Spatial | None = None
    """What `spatial: here` stands for."""
    norm: Norm | None = None
    """The normalization of the block's layers and of its projection."""
    act: Act | None = None
    """The activation of the block's layers and after its addition."""
    order: Annotated[str, choice(*ORDERS)] | None = None
    """The order within each convolution layer: `conv`, `norm` and `act`, joined by `-`, in any of the six orders."""
    antialias: Antialias | None = None
    """What takes over the stride of the block's convolutions."""
    attention: Attention | None = None
    """What weighs the branch."""
    branch_scale: BranchScale | None = None
    """A trained factor of the branch."""
    shortcut: Annotated[ShortcutOptions, Shorthand(spelled_out, ("type",))] | None = None
    """What leads around the branch."""
    stride_on: Word | None = None
    """Moves the stride to another convolution of the branch: `conv1`, `conv2`, ... in the numbering of the emitted
    code.
    """
    dropout: Rate | None = None
    """What `dropout: here` stands for, a rate."""
    drop_block: DropBlock | None = None
    """What `drop_block: here` stands for."""
    drop_path: Annotated[DropPathOptions, Shorthand(_with_rate, ("rate",))] | None = None
    """How often the whole branch is left out."""
    join: Join | None = None
    """What follows the addition."""

    def validate_record(self) -> Self:
        """Refuse a second value for `mid`, under `widths`."""
        if self.mid is not None and "mid" in (self.widths or {}):
            raise validation_error("RG209", "`mid` is written twice: as a key, and under `widths`")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        """Return the conditions of `validate_record` for JSON Schema."""
        return (Rule({"widths": {"properties": {"mid": {"type": "null"}}}}, written={"mid": WRITTEN}),)


class BlockType(BlockOptions):
    """A block type: its layers, and its own defaults."""

    description: Text = ""
    """Text for the docstring of the class; where there is none, it names the block type."""
    branch: Annotated[list[Layer], Length(1, 100)]
    """A list of layers, at least one. The last must give the block's own channels: `to: out`."""


class BlockDefaults(BlockOptions):
    """Options for the blocks of all stages, which a stage can override."""

    type: Word | None = None
    """The block type. Every stage needs one, from wherever."""


class BlockEntry(BlockDefaults):
    """One entry of a stage's list of blocks; if it repeats, only the first block has its stride."""

    channels: Width | None = None
    """The channels that leave these blocks."""
    stride: Extent | None = None
    """The stride of the first of these blocks."""
    repeat: Blocks = 1
    """How many such blocks."""
