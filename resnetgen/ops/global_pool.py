"""Global pooling and flattening."""

from collections.abc import Callable
from typing import ClassVar, Literal

from resnetgen.ops.global_pool_slot import GlobalPoolSlot
from resnetgen.ops.operator import Argument, Construction, Operator
from resnetgen.ops.window import Shape, ShapeMismatch, by_axis


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


class GlobalSumPool(Operator):
    """The sum of each channel over the map."""

    template: ClassVar[str] = "global_sum_pool.py.j2"
    class_name: ClassVar[str] = "GlobalSumPool"
    role: ClassVar[str] = "global_pool"
    label: ClassVar[str] = "global sum pool"
    is_global: ClassVar[bool] = True

    rank: int

    def construction(self) -> Construction:
        return Construction(self.class_name)

    def output(self, shape: Shape) -> Shape:
        return (shape[0], *(1 for _ in shape[1:]))

    def commutes(self, *, shifts: bool) -> bool:
        """Return True for a scale alone: a shift before the sum is added once a pixel."""
        return not shifts


class Flatten(Operator):
    """torch.flatten(x, 1): one vector a sample.

    `fixed` is the only size of the map that the weights after it take, in pixels; empty for any size.
    """

    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "flatten"
    label: ClassVar[str] = "flatten"
    is_summarized: ClassVar[bool] = False
    is_module: ClassVar[bool] = False
    allocates: ClassVar[bool] = False
    gives_new: ClassVar[bool] = False
    refuses_pixels: ClassVar[bool] = True

    fixed: tuple[int, ...] = ()

    def construction(self) -> None:
        return None

    def as_module(self) -> Operator:
        return FlattenModule(self.fixed)

    def application(self, module: str) -> tuple[str, tuple[str, ...]]:
        return "torch.flatten", ("1",)

    def output(self, shape: Shape) -> Shape:
        count = 1
        for extent in shape:
            count *= extent
        return (count,)

    def fixed_size(self, axis: int) -> int:
        return self.fixed[axis] if self.fixed else 0

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        if not self.fixed or shape[1:] == self.fixed:
            return None
        sizes = f"a map of {by_axis(self.fixed)}, and this one is {by_axis(shape[1:])}"
        return ShapeMismatch(f"is followed by weights for {sizes}", "use a pool that takes any size: `pool: avg`")

    def commutes(self, *, shifts: bool) -> bool:
        """Return True: a map of one pixel keeps its channels, and a larger one is followed by more features."""
        return True


class FlattenModule(Flatten):
    """torch.nn.Flatten(): the same as a module."""

    imports: ClassVar[tuple[str, ...]] = ()
    is_module: ClassVar[bool] = True

    def construction(self) -> Construction:  # type: ignore[override]  # a function has none
        return Construction("nn.Flatten")

    def application(self, module: str) -> tuple[str, tuple[str, ...]]:
        return module, ()


class PlainPoolSlot(GlobalPoolSlot):
    """`pool: avg` and the other words without options."""

    type: Literal["avg", "max", "avg_plus_max", "avg_concat_max", "sum", "flatten", "none"]
    """The mean `avg`, the maximum `max`, their sum `avg_plus_max`, both of them `avg_concat_max`, or the `sum` over the
    map; `flatten` for all values of the map, or `none` for the map itself.
    """

    def operator(self, channels: int, size: tuple[int, ...]) -> Operator:
        """Return the pool for a map with so many axes. Call it only where it is global."""
        return _POOLS[self.type](len(size))


_POOLS: dict[str, Callable[[int], Operator]] = {
    "avg": GlobalAvgPool,
    "max": GlobalMaxPool,
    "avg_plus_max": AvgPlusMaxPool,
    "avg_concat_max": AvgConcatMaxPool,
    "sum": GlobalSumPool,
}
