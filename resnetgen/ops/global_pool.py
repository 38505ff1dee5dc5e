"""Global pooling and flattening."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from resnetgen.ops.operator import Argument, Construction, Operator
from resnetgen.ops.window import Shape


class GlobalAvgPool(Operator):
    """torch.nn.AdaptiveAvgPool1d(1), 2d, 3d: (channels, *size) to (channels, 1, ...)."""

    role: ClassVar[str] = "global_avg_pool"
    label: ClassVar[str] = "global avg pool"
    is_global: ClassVar[bool] = True

    rank: int

    def construction(self) -> Construction:
        return Construction(f"nn.AdaptiveAvgPool{self.rank}d", (Argument("output_size", 1, positional=True),))

    def output(self, shape: Shape) -> Shape:
        return (shape[0], *(1 for _ in shape[1:]))

    def commutes(self, *, shifts: bool) -> bool:
        """Return True: the average is linear."""
        return True


class GlobalMaxPool(Operator):
    """torch.nn.AdaptiveMaxPool1d(1), 2d, 3d: (channels, *size) to (channels, 1, ...)."""

    role: ClassVar[str] = "global_pool"
    label: ClassVar[str] = "global max pool"
    is_global: ClassVar[bool] = True

    rank: int

    def construction(self) -> Construction:
        return Construction(f"nn.AdaptiveMaxPool{self.rank}d", (Argument("output_size", 1, positional=True),))

    def output(self, shape: Shape) -> Shape:
        return (shape[0], *(1 for _ in shape[1:]))


class AvgPlusMaxPool(Operator):
    """The sum of the global average and the global maximum."""

    template: ClassVar[str] = "avg_plus_max_pool.py.j2"
    class_name: ClassVar[str] = "AvgPlusMaxPool"
    role: ClassVar[str] = "global_pool"
    label: ClassVar[str] = "global avg + max pool"
    is_global: ClassVar[bool] = True

    rank: int

    def construction(self) -> Construction:
        return Construction(self.class_name)

    def output(self, shape: Shape) -> Shape:
        return (shape[0], *(1 for _ in shape[1:]))


class AvgConcatMaxPool(Operator):
    """The global average and the global maximum beside each other: twice the channels."""

    template: ClassVar[str] = "avg_concat_max_pool.py.j2"
    class_name: ClassVar[str] = "AvgConcatMaxPool"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "global_pool"
    label: ClassVar[str] = "global avg, max pool"
    is_global: ClassVar[bool] = True

    rank: int

    def construction(self) -> Construction:
        return Construction(self.class_name)

    def output(self, shape: Shape) -> Shape:
        return (2 * shape[0], *(1 for _ in shape[1:]))


class Flatten(Operator):
    """torch.flatten(x, 1): one vector a sample."""

    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "flatten"
    label: ClassVar[str] = "flatten"
    is_summarized: ClassVar[bool] = False
    is_module: ClassVar[bool] = False
    allocates: ClassVar[bool] = False

    def construction(self) -> None:
        return None

    def as_module(self) -> Construction:
        return Construction("nn.Flatten")

    def application(self, module: str) -> tuple[str, tuple[str, ...]]:
        return "torch.flatten", ("1",)

    def output(self, shape: Shape) -> Shape:
        count = 1
        for extent in shape:
            count *= extent
        return (count,)

    def commutes(self, *, shifts: bool) -> bool:
        """Return True: a map of one pixel keeps its channels, and a larger one is followed by more features."""
        return True


POOLS: dict[str, Callable[[int], Operator]] = {
    "avg": GlobalAvgPool,
    "max": GlobalMaxPool,
    "avg_plus_max": AvgPlusMaxPool,
    "avg_concat_max": AvgConcatMaxPool,
}
"""The words of `head: {pool: ...}`, each with its operator for a number of axes."""
