"""Gather-excite: gate each channel by averages over spatial regions (arXiv:1810.12348)."""

from collections.abc import Iterator
from math import prod
from typing import Annotated, ClassVar, Literal, Self

from resnetgen.ops.activation import Act, Activation, ActivationSlot
from resnetgen.ops.attention import Attention, Gate, ReducingSlot
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.ops.composite import Composite, Names, Part, mismatch_inside, present
from resnetgen.ops.conv import Conv
from resnetgen.ops.conv_mlp import ConvMLP
from resnetgen.ops.global_pool import GlobalAvgPool
from resnetgen.ops.operator import Operator
from resnetgen.ops.pool import AvgPool
from resnetgen.ops.window import Shape, ShapeMismatch, Window
from resnetgen.schema.fields import KEY, Flag, kind, validation_error
from resnetgen.schema.json_forms import Rule
from resnetgen.schema.marks import Validator

EXTENTS = ("global", 2, 4, 8)


class Gather(Composite):
    """The learned gather operator: strided depthwise convolutions with norms and activations between them."""

    template: ClassVar[str] = "steps.py.j2"
    class_name: ClassVar[str] = "Gather"
    words: ClassVar[str] = "Strided depthwise convolutions, one after another."
    label: ClassVar[str] = "gather"

    channels: int
    inside: tuple[Part, ...]

    def sentence(self) -> str:
        convs = sum(part.operator.role == "conv" for part in self.inside)
        return self.words if convs > 1 else "Halve the map, channel by channel."

    def parts(self) -> tuple[Part, ...]:
        return self.inside

    def rows(self) -> tuple[tuple[str, ...], ...]:
        return (tuple(part.name for part in self.inside),)

    def widths(self) -> tuple[tuple[str, int], ...]:
        return (("channels", self.channels),)

    def output(self, shape: Shape) -> Shape:
        for part in self.inside:
            shape = part.operator.output(shape)
        return shape

    def steps(self, shape: Shape) -> Iterator[tuple[Operator, Shape]]:
        """Return each part with its output shape, given the input shape."""
        for part in self.inside:
            shape = part.operator.output(shape)
            yield part.operator, shape

    def template_values(self) -> dict[str, str]:
        return {"steps": self.in_turn(*self.rows())}


class GatherExcite(Attention):
    """Gather-excite; the output has the shape of the input. Names as in timm.layers.GatherExcite."""

    template: ClassVar[str] = "gather_excite.py.j2"
    class_name: ClassVar[str] = "GatherExcite"
    words: ClassVar[str] = "Gather-excite: gate each pixel by the context around it (arXiv:1810.12348)."
    label: ClassVar[str] = "gather-excite"
    imports: ClassVar[tuple[str, ...]] = ("import torch.nn.functional as F",)
    attention_kind: ClassVar[str] = "gather_excite"

    channels: int
    extent: int | str
    gather: Gather | AvgPool | GlobalAvgPool
    perceptron: ConvMLP | None
    gate: Operator
    names: Names = ()

    def imported(self) -> tuple[str, ...]:
        return () if self.extent == "global" else self.imports

    def parts(self) -> tuple[Part, ...]:
        return self.present(("gather", self.gather), ("mlp", self.perceptron), ("gate", self.gate))

    def with_parts(self, parts: tuple[Part, ...]) -> Operator:
        gather, *others, _ = (part.operator for part in parts)
        return self.replace(gather=gather, perceptron=others[0] if others else None)

    def _inside(self, output: Shape) -> Iterator[tuple[Operator, Shape]]:
        gathered = self.gather.output(output)
        yield from self.gather.steps(output) if isinstance(self.gather, Gather) else [(self.gather, gathered)]
        for part in self.parts()[1:]:
            yield part.operator, gathered

    def values(self, output: Shape) -> int:
        """Return the number of values: those of its parts, the gate at full size, and the output."""
        return Attention.values(self, output) + (0 if self.extent == "global" else prod(output))

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        """Return the reason why the pool inside cannot take this shape, or None."""
        mismatch = self.gather.shape_error(shape) if isinstance(self.gather, AvgPool) else None
        return mismatch and mismatch_inside(self.gather, mismatch)

    def widths(self) -> tuple[tuple[str, int], ...]:
        reduced = () if self.perceptron is None else (("reduced", self.perceptron.reduced),)
        return ("channels", self.channels), *reduced

    def template_values(self) -> dict[str, str]:
        return {
            "scale": self.applied(("gather", "mlp", "gate"), "x"),
            "everywhere": "yes" if self.extent == "global" else "",
        }

    def describe(self) -> str:
        return f"gather-excite, extent {self.extent}"


def _extent(value: object) -> int | str:
    if value in EXTENTS and type(value) in (int, str):
        assert isinstance(value, int | str)
        return value
    raise validation_error("RG204", f"{KEY} must be global, 2, 4 or 8, not {kind(value)}")


class GatherExciteSlot(ReducingSlot):
    """`attention: gather_excite`: gates each channel by its means over regions, or over the whole map.

    With `parameters`, depthwise convolutions replace the means. With `mlp`, an MLP follows them.
    """

    type: Literal["gather_excite"]
    """`gather_excite`: gates channels region by region (arXiv:1810.12348)."""
    extent: Annotated[int | str, Validator(_extent, {"enum": list(EXTENTS)})] = "global"
    """The size of a region along each axis, in pixels: 2, 4, 8, or `global` for the whole map."""
    parameters: Flag = False
    """If true, depthwise convolutions gather the values, instead of a mean. Not with `extent: global`."""
    mlp: Flag = True
    """If true, an MLP of two layers with fewer hidden channels follows."""
    act: Act = ActivationSlot.model_construct(type="relu")
    """The activation between the two layers, or between two gathering convolutions."""
    gate: Gate = "sigmoid"
    """The gate function, one of those of `se`."""

    def validate_record(self) -> Self:
        """Reject options that cannot be combined."""
        if self.extent == "global" and self.parameters:
            message = "`parameters` with a global extent would tie the network to one input size"
            raise validation_error("RG209", message, "use an `extent` of 2, 4 or 8", key="parameters")
        reducing = () if self.mlp else ("ratio", "divisor", "rounding", "width")
        acts = self.mlp or (self.parameters and self.extent != 2)
        for key in (*reducing, *(() if acts else ("act",))):
            if key in self.model_fields_set:
                raise validation_error("RG209", f"`{key}` has no effect without `mlp`", "remove one of them", key=key)
        return ReducingSlot.validate_record(self)

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        no, none = {"const": False}, dict.fromkeys(("ratio", "divisor", "rounding", "width"), False)
        return (
            *super().rules(),
            Rule({"parameters": no}, holding={"extent": {"const": "global"}}),
            Rule(none, written={"mlp": no}),
            Rule({"act": False}, written={"mlp": no}, holding={"parameters": no}),
            Rule({"act": False}, written={"mlp": no, "extent": {"const": 2}}),
        )

    def operator(self, channels: int, rank: int) -> Operator:
        perceptron = self._perceptron(channels, rank) if self.mlp else None
        return GatherExcite(channels, self.extent, self._gather(channels, rank), perceptron, Activation(self.gate))

    def _perceptron(self, channels: int, rank: int) -> ConvMLP:
        reduced = self.reduced(channels)
        return ConvMLP(channels, reduced, rank, None, self.act.operator(reduced))

    def _gather(self, channels: int, rank: int) -> Gather | AvgPool | GlobalAvgPool:
        if isinstance(self.extent, str):
            return GlobalAvgPool(rank)
        if self.parameters:
            return _halving(channels, rank, self.extent, self.act.operator(channels))
        reach, ones = (self.extent - 1,) * rank, (1,) * rank
        window = Window(tuple(2 * r + 1 for r in reach), (self.extent,) * rank, reach, ones)
        return AvgPool(window, counts_padding=False)


def _halving(channels: int, rank: int, extent: int, act: Operator | None) -> Gather:
    """Return one stride-2 convolution for each halving of the extent; the last has no activation."""
    ones = (1,) * rank
    conv = Conv(channels, channels, Window((3,) * rank, (2,) * rank, ones, ones), channels)
    norm = BatchNorm(channels, rank, 1e-5, 0.1)
    count = extent.bit_length() - 1
    layers = [
        present(
            (f"conv{number}", conv),
            (f"norm{number}", norm),
            (f"act{number}", act if number < count else None),
        )
        for number in range(1, count + 1)
    ]
    return Gather(channels, tuple(part for layer in layers for part in layer))
