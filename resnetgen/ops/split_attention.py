"""Split attention: feature-map splits, summed with attention weights (ResNeSt, arXiv:2004.08955)."""

from typing import ClassVar, Literal

from resnetgen.errors import OperatorError
from resnetgen.ops.composite import Part, pixel, present
from resnetgen.ops.conv import pointwise
from resnetgen.ops.spatial import Spatial, SpatialSlot, Unit
from resnetgen.ops.window import Shape
from resnetgen.schema.fields import Count
from resnetgen.schema.make_divisible import as_written, divisible
from resnetgen.schema.numbers import Positive


class SplitAttention(Spatial):
    """Split attention: `radix` convolutions, summed with channel weights; names as in timm.layers.SplitAttn."""

    template: ClassVar[str] = "split_attention.py.j2"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    class_name: ClassVar[str] = "SplitAttention"
    words: ClassVar[str] = "Split attention: convolutions in gated splits (arXiv:2004.08955)."
    label: ClassVar[str] = "split attention"
    attention_kind: ClassVar[str] = "split_attention"

    radix: int
    groups: int
    reduced: int
    inside: tuple[Part, ...]

    def sentence(self) -> str:
        if self.radix > 1:
            return self.words
        return "A convolution, each channel gated by the averages (arXiv:2004.08955)."

    def imported(self) -> tuple[str, ...]:
        return self.imports if self.radix > 1 else ()

    def parts(self) -> tuple[Part, ...]:
        return self.inside

    def rows(self) -> tuple[tuple[str, ...], ...]:
        return ("conv", "bn0", "act0"), ("fc1", "bn1", "act1", "fc2")

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        rank = len(output) - 1
        splits = (self.out_channels * self.radix, *output[1:])
        reduced, weights = pixel(self.reduced, rank), pixel(self.out_channels * self.radix, rank)
        shapes = {"conv": splits, "bn0": splits, "act0": splits, "fc2": weights}
        return tuple(shapes.get(part.name, reduced) for part in self.inside)

    def widths(self) -> tuple[tuple[str, int], ...]:
        splits = ("splits", self.out_channels * self.radix)
        return ("in", self.in_channels), ("out", self.out_channels), splits, ("reduced", self.reduced)

    def template_values(self) -> dict[str, str]:
        convolved, weighed = self.rows()
        return {
            "convolved": self.in_turn(convolved),
            "weighed": self.applied(weighed, "mean"),
            "radix": str(self.radix),
            "groups": str(self.groups),
        }

    def describe(self) -> str:
        return f"split attention, radix {self.radix}"


class SplitAttentionSlot(SpatialSlot):
    """`spatial: split_attention`: convolutions, summed with a learned weight for each channel of each."""

    type: Literal["split_attention"]
    """`split_attention`: the split attention of ResNeSt (arXiv:2004.08955)."""
    radix: Count = 2
    """The number of convolutions. `radix` times `groups` must divide the input channels."""
    ratio: Positive = 0.25
    """The hidden channels of the attention, as a fraction of `radix` times the input channels. `groups` must divide
    them.
    """
    divisor: Count = 8
    """The hidden channels are a multiple of this."""
    least: Count = 32
    """The minimum number of hidden channels."""

    def operator(self, unit: Unit) -> Spatial:
        radix, groups = self.radix, unit.groups
        splits = unit.out_channels * radix
        share = unit.in_channels * radix * as_written(self.ratio)
        reduced = divisible(share, self.divisor, least=self.least, tenths=9)
        _divide(unit, radix, reduced)
        inside = present(
            ("conv", unit.conv(unit.in_channels, splits, unit.window, groups * radix)),
            ("bn0", unit.normalize(splits)),
            ("act0", unit.activate(splits)),
            ("fc1", pointwise(unit.out_channels, reduced, unit.rank, groups)),
            ("bn1", unit.normalize(reduced, "that weigh the splits")),
            ("act1", unit.activate(reduced)),
            ("fc2", pointwise(reduced, splits, unit.rank, groups)),
        )
        return SplitAttention(unit.in_channels, unit.out_channels, unit.window, radix, groups, reduced, inside)


def _divide(unit: Unit, radix: int, reduced: int) -> None:
    """Each split is convolved in its own groups."""
    if unit.in_channels % (radix * unit.groups):
        groups = f" and {unit.groups} groups do not" if unit.groups > 1 else " does not"
        message = f"a radix of {radix}{groups} divide the {unit.in_channels} input channels"
        raise OperatorError(message, _radix_help(unit), option="radix")
    if reduced % unit.groups:
        message = f"{unit.groups} groups do not divide the {reduced} channels of the split attention"
        raise OperatorError(
            message, f"use a `divisor` and a `least` that are multiples of {unit.groups}", option="divisor"
        )


def _radix_help(unit: Unit) -> str:
    return f"use a radix whose product with the groups divides {unit.in_channels}"
