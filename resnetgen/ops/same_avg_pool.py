"""Average pooling at stride 1 with "same" padding: ResNet-D's pool where dilation replaces the stride."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator
from resnetgen.ops.window import Window, by_axis


class SameAvgPool(Operator):
    """The mean over `kernel` pixels with zero padding, an odd pixel of it at the far end.

    These are the values of timm's AvgPool2dSame at stride 1.
    """

    template: ClassVar[str] = "same_avg_pool.py.j2"
    class_name: ClassVar[str] = "SameAvgPool"
    pools: ClassVar[bool] = True
    imports: ClassVar[tuple[str, ...]] = ("import torch.nn.functional as F",)
    role: ClassVar[str] = "avg_pool"
    label: ClassVar[str] = "same avg pool"

    kernel: tuple[int, ...]

    def construction(self) -> Construction:
        return Construction(
            self.class_name, (Argument("kernel_size", self.kernel, ArgumentKind.EXTENT, positional=True),)
        )

    def template_values(self) -> dict[str, str]:
        rank = len(self.kernel)
        return {
            "rank": str(rank),
            "kernel_type": f"tuple[{', '.join(['int'] * rank)}]",
        }

    def receptive(self) -> Window:
        ones = (1,) * len(self.kernel)
        return Window(self.kernel, ones, tuple((extent - 1) // 2 for extent in self.kernel), ones)

    def commutes(self, *, shifts: bool) -> bool:
        """Return True for scales; not for shifts, since zeros of the padding are averaged too."""
        return not shifts

    def describe(self) -> str:
        return f"{self.label} {by_axis(self.kernel)}"
