"""Statistics pooling: mean and standard deviation of each channel (x-vectors, doi:10.1109/ICASSP.2018.8461375)."""

from typing import ClassVar, Literal

from resnetgen.ops.global_pool_slot import GlobalPoolSlot
from resnetgen.ops.operator import Argument, Construction, Operator
from resnetgen.ops.window import Shape
from resnetgen.schema.numbers import Positive


class StatsPool(Operator):
    """Mean and standard deviation over the map: (channels, *size) to (2 * channels, 1, ...).

    `eps` is added to the variance, whose root has no gradient at zero.
    """

    template: ClassVar[str] = "stats_pool.py.j2"
    class_name: ClassVar[str] = "StatsPool"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "global_pool"
    label: ClassVar[str] = "stats pool"
    is_global: ClassVar[bool] = True

    rank: int
    eps: float

    def construction(self) -> Construction:
        return Construction(self.class_name, (Argument("eps", self.eps, default=1e-5),))

    def output(self, shape: Shape) -> Shape:
        return (2 * shape[0], *(1 for _ in shape[1:]))


class StatsSlot(GlobalPoolSlot):
    """`pool: stats`: mean and standard deviation, twice the channels."""

    type: Literal["stats"]
    """`stats`: mean and standard deviation, concatenated (doi:10.1109/ICASSP.2018.8461375)."""
    eps: Positive = 1e-5
    """Added to the variance."""

    def operator(self, channels: int, size: tuple[int, ...]) -> Operator:
        return StatsPool(len(size), self.eps)
