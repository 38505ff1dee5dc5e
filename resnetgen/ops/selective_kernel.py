"""Selective kernels: paths of several kernel sizes, summed with attention weights (SKNet, arXiv:1903.06586)."""

from typing import ClassVar, Literal

from resnetgen.errors import OperatorError
from resnetgen.ops.composite import Composite, ModuleList, Part, pixel, present
from resnetgen.ops.conv import pointwise
from resnetgen.ops.conv_norm_act import ConvNormAct
from resnetgen.ops.operator import Operator
from resnetgen.ops.spatial import Spatial, SpatialSlot, Unit
from resnetgen.ops.window import Shape, Window
from resnetgen.schema.fields import Count, Flag, validation_error
from resnetgen.schema.json_forms import Rule
from resnetgen.schema.make_divisible import as_written, divisible
from resnetgen.schema.numbers import Positive

MOST_PATHS = 16
"""The maximum number of paths, each with a larger receptive field than the one before. The paper uses 2 and tests 3."""


class SelectiveAttention(Composite):
    """Attention over paths: (paths, channels, *size) to a weight for each channel of each path."""

    template: ClassVar[str] = "selective_attention.py.j2"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    class_name: ClassVar[str] = "SelectiveAttention"
    words: ClassVar[str] = "Gate the paths, channel by channel, by the averages of their sum."
    label: ClassVar[str] = "selective attention"

    channels: int
    paths: int
    reduced: int
    inside: tuple[Part, ...]

    def parts(self) -> tuple[Part, ...]:
        return self.inside

    def rows(self) -> tuple[tuple[str, ...], ...]:
        return (("fc_reduce", "bn", "act", "fc_select"),)

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        reduced = pixel(self.reduced, len(output) - 1)
        return tuple(output if part.name == "fc_select" else reduced for part in self.inside)

    def widths(self) -> tuple[tuple[str, int], ...]:
        return ("channels", self.channels), ("reduced", self.reduced), ("weights", self.channels * self.paths)

    def template_values(self) -> dict[str, str]:
        (row,) = self.rows()
        return {"weighed": self.applied(row, "mean"), "paths": str(self.paths)}


class SelectiveKernel(Spatial):
    """The attention-weighted sum of convolutions of growing reach; names as in timm.layers.SelectiveKernel.

    With `split` each of them sees channels of its own, else each sees all.
    """

    template: ClassVar[str] = "selective_kernel.py.j2"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    class_name: ClassVar[str] = "SelectiveKernel"
    words: ClassVar[str] = "Selective kernel: gated convolutions of several sizes (arXiv:1903.06586)."
    label: ClassVar[str] = "selective kernel"
    attention_kind: ClassVar[str] = "selective_kernel"

    paths: tuple[Operator, ...]
    split: bool
    attention: SelectiveAttention

    def parts(self) -> tuple[Part, ...]:
        return Part("paths", ModuleList(self.paths)), Part("attn", self.attention)

    def with_parts(self, parts: tuple[Part, ...]) -> Operator:
        paths, attention = (part.operator for part in parts)
        assert isinstance(paths, ModuleList)
        return self.replace(paths=paths.items, attention=attention)

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        return output, pixel(self.out_channels * len(self.paths), len(output) - 1)

    def widths(self) -> tuple[tuple[str, int], ...]:
        each = (("split", self.in_channels // len(self.paths)),) if self.split else ()
        return *Spatial.widths(self), *each

    def receptive(self) -> Window:
        window = self.paths[-1].receptive_window()
        assert window is not None, "each of them convolves"
        return window

    def template_values(self) -> dict[str, str]:
        return {"paths": str(len(self.paths)), "split": "yes" if self.split else ""}

    def describe(self) -> str:
        return f"{self.label}, {len(self.paths)} paths"


class SelectiveKernelSlot(SpatialSlot):
    """`spatial: selective_kernel`: convolutions with several receptive fields, summed with learned weights.

    The first has the kernel of the layer. The others have larger dilations, or larger kernels.
    """

    type: Literal["selective_kernel"]
    """`selective_kernel`: the selective kernel convolution of SKNet (arXiv:1903.06586)."""
    paths: Count = 2
    """The number of convolutions, from 2 to 16. The first has the layer's kernel, which must be odd and more than 1."""
    split: Flag = True
    """If true, each convolution reads its own part of the input channels, and `paths` times `groups` must divide them.
    If false, each reads all of them.
    """
    dilated: Flag = True
    """If true, the other convolutions have larger dilations. If false, they have larger kernels."""
    ratio: Positive = 1 / 16
    """The hidden channels of the attention, as a fraction of the output channels."""
    divisor: Count = 8
    """The hidden channels are a multiple of this."""

    def validate_record(self) -> "SelectiveKernelSlot":
        """Reject a number of paths that leaves nothing to select, or too many."""
        if not 2 <= self.paths <= MOST_PATHS:
            message = f"`paths` must be from 2 to {MOST_PATHS}, not {self.paths}"
            raise validation_error("RG204", message, "with one path this is a plain convolution", key="paths")
        return self

    @classmethod
    def rules(cls) -> tuple[Rule, ...]:
        return (Rule({"paths": {"minimum": 2, "maximum": MOST_PATHS}}),)

    def operator(self, unit: Unit) -> Spatial:
        in_channels = _width(unit, self.paths) if self.split else unit.in_channels
        windows = [_reaching(unit.window, index + 1, self.dilated) for index in range(self.paths)]
        return SelectiveKernel(
            unit.in_channels,
            unit.out_channels,
            unit.window,
            tuple(_path(unit, in_channels, window) for window in windows),
            self.split,
            self._attention(unit),
        )

    def _attention(self, unit: Unit) -> SelectiveAttention:
        reduced = divisible(unit.out_channels * as_written(self.ratio), self.divisor, tenths=9)
        norm = unit.normalize(reduced, "that weigh the paths")
        inside = present(
            ("fc_reduce", pointwise(unit.out_channels, reduced, unit.rank, bias=norm is None)),
            ("bn", norm),
            ("act", unit.activate(reduced)),
            ("fc_select", pointwise(reduced, unit.out_channels * self.paths, unit.rank, bias=False)),
        )
        return SelectiveAttention(unit.out_channels, self.paths, reduced, inside)


def _path(unit: Unit, in_channels: int, window: Window) -> ConvNormAct:
    conv = unit.conv(in_channels, unit.out_channels, window, unit.groups)
    norm: Operator | None = unit.normalize(unit.out_channels)
    return ConvNormAct(conv, present(("conv", conv), ("bn", norm), ("act", unit.activate(unit.out_channels))))


def _width(unit: Unit, paths: int) -> int:
    """Return the number of input channels of each path."""
    if unit.in_channels % (paths * unit.groups):
        parts = f"{paths} paths" + (f" of {unit.groups} groups" if unit.groups > 1 else "")
        message = f"{parts} do not divide the {unit.in_channels} input channels"
        raise OperatorError(message, "use `split: false`, with which each path sees all of them", option="paths")
    return unit.in_channels // paths


def _reaching(window: Window, times: int, dilated: bool) -> Window:
    """Return the window with `times` the reach and enough padding to keep the output size."""
    reach = [window.reach(axis) - 1 for axis in range(len(window.kernel))]
    if not any(reach) or any(each * (times - 1) % 2 for each in reach):
        raise OperatorError("a selective kernel needs an odd kernel, of more than one pixel", "use 3")
    padding = tuple(p + each * (times - 1) // 2 for p, each in zip(window.padding, reach, strict=True))
    if not dilated:
        kernel = tuple((k - 1) * times + 1 for k in window.kernel)
        return window._replace(kernel=kernel, padding=padding)
    dilation = tuple(d * times if k > 1 else d for k, d in zip(window.kernel, window.dilation, strict=True))
    return window._replace(dilation=dilation, padding=padding)
