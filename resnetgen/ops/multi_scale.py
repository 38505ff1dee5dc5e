"""Multi-scale convolution: a hierarchy of channel groups (Res2Net, arXiv:1904.01169)."""

from typing import ClassVar, Literal, Self

from resnetgen.errors import OperatorError
from resnetgen.ops.composite import ModuleList, Part, mismatch_inside, present
from resnetgen.ops.identity import Identity
from resnetgen.ops.pool import AvgPool
from resnetgen.ops.spatial import Spatial, SpatialSlot, Unit
from resnetgen.ops.window import Shape, ShapeMismatch, Window, hull
from resnetgen.schema.fields import Count, validation_error
from resnetgen.schema.json_forms import Rule

MOST_SCALES = 100
"""The most groups of channels; published networks have 8. Each is a convolution of its own in the emitted module."""


class MultiScale(Spatial):
    """Res2Net convolution: each of `scale` groups but the last is convolved, after adding the previous group's output.

    If the block changes the shape, nothing is added, and the last group is pooled. The modules are attributes of the
    block, with the names of timm.models.res2net.
    """

    template: ClassVar[str] = "multi_scale.py.j2"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "multi_scale"
    class_name: ClassVar[str] = "multi_scale"
    inline: ClassVar[bool] = True
    words: ClassVar[str] = "Convolve one group of channels after another (arXiv:1904.01169)."
    label: ClassVar[str] = "multi-scale conv"

    flag: ClassVar[str] = "is_first"
    optional: ClassVar[tuple[str, ...]] = ("pool",)

    scale: int
    is_first: bool
    inside: tuple[Part, ...]
    asks: bool = False
    """True if the class has `is_first` as an attribute."""

    def flagged(self) -> Self:
        pools = () if self._has("pool") else (Part("pool", Identity()),)
        return self.replace(inside=(*self.inside, *pools), asks=True)

    def sentence(self) -> str:
        only = self.is_first and not self.asks
        return "Convolve each group of channels, and pool the last (arXiv:1904.01169)." if only else self.words

    def parts(self) -> tuple[Part, ...]:
        return self.inside

    def rows(self) -> tuple[tuple[str, ...], ...]:
        return (("convs", "bns"),)

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        return tuple((self.out_channels // self.scale, *output[1:]) for _ in self.inside)

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        """Return an error where the pool over three axes does not fit the map."""
        pools = [part.operator for part in self.inside if part.name == "pool"]
        found = (mismatch_inside(pool, mismatch) for pool in pools if (mismatch := pool.shape_error(shape)))
        return Spatial.shape_error(self, shape) or next(found, None)

    def widths(self) -> tuple[tuple[str, int], ...]:
        return (("width", self.out_channels // self.scale),)

    def receptive(self) -> Window:
        """Return the window of all its convolutions in sequence, or of each of them beside the pool."""
        if not self.is_first:
            kernel = tuple(1 + (k - 1) * (self.scale - 1) for k in self.window.kernel)
            padding = tuple(pad * (self.scale - 1) for pad in self.window.padding)
            return self.window._replace(kernel=kernel, padding=padding)
        pool = next(part.operator.receptive_window() for part in self.inside if part.name == "pool")
        return self.window if pool is None else hull(self.window, pool)

    def template_values(self) -> dict[str, str]:
        normalizes = self._has("bns")
        return {
            "scale": str(self.scale),
            "is_first": "yes" if self.is_first and not self.asks else "",
            "each": "i, (conv, bn)" if normalizes else "i, conv",
            "pairs": "enumerate(zip(self.convs, self.bns, strict=True))" if normalizes else "enumerate(self.convs)",
            "given": self._given(),
            "normalizes": "yes" if normalizes else "",
            "activates": "yes" if self._has("act") else "",
            "last": self.applied(("pool",), "scales[-1]"),
        }

    def _given(self) -> str:
        """Return the input of convolution number `i`."""
        if self.asks:
            return "scales[i] if self.is_first or i == 0 else out + scales[i]"
        return "scales[i]" if self.is_first else "out if i == 0 else out + scales[i]"

    def _has(self, name: str) -> bool:
        return any(part.name == name for part in self.inside)

    def describe(self) -> str:
        return f"multi-scale conv, {self.scale} scales"


class MultiScaleModule(MultiScale):
    """The multi-scale convolution as a module of its own, outside of a block or beside another one in it."""

    role: ClassVar[str] = "spatial"
    class_name: ClassVar[str] = "MultiScale"
    inline: ClassVar[bool] = False


class MultiScaleSlot(SpatialSlot):
    """`spatial: multi_scale`: groups of channels, each convolved after adding the output of the previous one."""

    type: Literal["multi_scale"]
    """`multi_scale`: the multi-scale convolution of Res2Net (arXiv:1904.01169)."""
    scale: Count = 4
    """The number of groups, from 2 to 100. `scale` times `groups` must divide the channels. The layer must have as many
    output as input channels, an odd kernel and no `padding`, so that only its stride changes the size of the map.
    """

    def validate_record(self) -> "MultiScaleSlot":
        """Reject a single scale, which is a plain convolution, and very many."""
        if not 2 <= self.scale <= MOST_SCALES:
            message = f"`scale` must be from 2 to {MOST_SCALES}, not {self.scale:,}"
            raise validation_error("RG204", message, "with one scale this is a plain convolution", key="scale")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        return (Rule({"scale": {"minimum": 2, "maximum": MOST_SCALES}}),)

    def operator(self, unit: Unit) -> Spatial:
        _check(unit, self.scale)
        width = unit.out_channels // self.scale
        norm = unit.normalize(width)
        three = (3,) * unit.rank
        pool = AvgPool(Window(three, unit.window.stride, (1,) * unit.rank, (1,) * unit.rank)) if unit.begins else None
        inside = present(
            ("convs", ModuleList((unit.conv(width, width, unit.window, unit.groups),) * (self.scale - 1))),
            ("bns", ModuleList((norm,) * (self.scale - 1)) if norm else None),
            ("act", unit.activate(width)),
            ("pool", pool),
        )
        kind = MultiScaleModule if unit.apart else MultiScale
        return kind(unit.in_channels, unit.out_channels, unit.window, self.scale, unit.begins, inside)


def _check(unit: Unit, scale: int) -> None:
    if unit.in_channels != unit.out_channels:
        message = (
            f"a multi-scale convolution keeps its channels, but here {unit.in_channels} become {unit.out_channels}"
        )
        raise OperatorError(message, "use a block type whose layer keeps them, such as a bottleneck")
    if unit.out_channels % (scale * unit.groups):
        parts = f"{scale} scales" + (f" of {unit.groups} groups" if unit.groups > 1 else "")
        raise OperatorError(
            f"{parts} do not divide {unit.out_channels} channels", "use a `scale` that divides them", option="scale"
        )
    window = unit.window
    if any(2 * pad != window.reach(axis) - 1 for axis, pad in enumerate(window.padding)):
        message = "a multi-scale convolution must keep the map's size, to match the scale that is not convolved"
        raise OperatorError(message, "use an odd kernel and the default padding")
