"""Blur pool: a binomial filter with a stride, for shift-invariant downsampling (arXiv:1904.11486)."""

from math import comb
from typing import Annotated, ClassVar, Literal

from resnetgen.ops.antialias import AntialiasSlot
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator
from resnetgen.ops.window import Shape, ShapeMismatch, Window, by_axis, per_axis, slide, too_small
from resnetgen.schema.fields import KEY, choice, kind, validation_error
from resnetgen.schema.marks import Validator

_PRODUCTS = {1: "", 2: "taps[:, None] * taps", 3: "taps[:, None, None] * taps[:, None] * taps"}

SIZES = (3, 5, 7)

PADDINGS = {"reflect": "reflect", "zeros": "constant"}


class BlurPool(Operator):
    """timm.layers.BlurPool2d over any number of axes: (channels, *size) to (channels, *size / stride).

    The filter is a buffer that no state dict holds; its use counts as a convolution.
    """

    template: ClassVar[str] = "blur_pool.py.j2"
    class_name: ClassVar[str] = "BlurPool"
    imports: ClassVar[tuple[str, ...]] = ("import torch", "import torch.nn.functional as F")
    role: ClassVar[str] = "antialias"
    label: ClassVar[str] = "blur pool"
    pools: ClassVar[bool] = True

    channels: int
    size: int
    stride: tuple[int, ...]
    padding: str

    def construction(self) -> Construction:
        return Construction(
            self.class_name,
            (
                Argument("channels", self.channels, ArgumentKind.WIDTH, positional=True),
                Argument("stride", per_axis(self.stride), ArgumentKind.STRIDE),
            ),
        )

    def template_values(self) -> dict[str, str]:
        rank = len(self.stride)
        taps = [comb(self.size - 1, k) for k in range(self.size)]
        return {
            "rank": str(rank),
            "taps": ", ".join(f"{tap}.0" for tap in taps),
            "sum": f"{sum(taps)}.0",
            "weight": _PRODUCTS[rank],
            "ones": ", 1" * rank,
            "stride_type": "int" if len(set(self.stride)) == 1 else f"tuple[{', '.join(['int'] * rank)}]",
            "padding": ", ".join(str(pad) for pad in reversed(self.receptive_window().padding) for _ in range(2)),
            "mode": PADDINGS[self.padding],
        }

    def receptive_window(self) -> Window:
        """Return the window; half of the filter is padding, so the output has the size of a strided convolution's."""
        ones = (1,) * len(self.stride)
        kernel, padding = (self.size,) * len(self.stride), (self.size // 2,) * len(self.stride)
        return Window(kernel, self.stride, padding, ones, mode=self.padding)

    def output(self, shape: Shape) -> Shape:
        return slide(self.receptive_window(), self.channels, shape)

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        return too_small(self.receptive_window(), shape)

    def commutes(self, *, shifts: bool) -> bool:
        """Return True for scales; for shifts unless some taps meet zeros of the padding."""
        return not shifts or self.padding == "reflect"

    def unsaved(self) -> int:
        return int(self.channels * self.size ** len(self.stride))

    def macs(self, output: Shape) -> int:
        count = 1
        for extent in (*self.receptive_window().kernel, *output):
            count *= extent
        return count

    def describe(self) -> str:
        stride = self.stride[0] if len(set(self.stride)) == 1 else by_axis(self.stride)
        return f"{self.label} {by_axis(self.receptive_window().kernel)}/{stride}"


def _size(value: object) -> int:
    if type(value) is not int or value not in SIZES:
        raise validation_error("RG204", f"{KEY} must be 3, 5 or 7, not {kind(value)}")
    return value


class BlurPoolSlot(AntialiasSlot):
    """`antialias: blur`: a depthwise binomial filter takes over the stride."""

    type: Literal["blur"]
    """`blur`: a binomial filter (arXiv:1904.11486)."""
    size: Annotated[int, Validator(_size, {"enum": list(SIZES)})] = 3
    """The size of the filter along each axis: 3, 5 or 7."""
    padding: Annotated[str, choice(*PADDINGS)] = "reflect"
    """The padding, half of the filter's size on each side: `reflect` mirrors the map, `zeros` adds zeros."""

    def operator(self, channels: int, stride: tuple[int, ...]) -> Operator:
        return BlurPool(channels, self.size, stride, self.padding)
