"""Instance norm of the first channels and batch norm of the others: IBN-a of IBN-Net (arXiv:1807.09441)."""

from math import floor
from typing import ClassVar, Literal

from resnetgen.errors import OperatorError
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.ops.composite import Composite, Part, present
from resnetgen.ops.instance_norm import InstanceNorm
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Operator
from resnetgen.ops.window import Shape
from resnetgen.schema.make_divisible import as_written
from resnetgen.schema.numbers import Positive, Share


class InstanceBatchNorm(Composite):
    """The norm of the original code, over any number of axes; its modules have the names that they have there."""

    template: ClassVar[str] = "instance_batch_norm.py.j2"
    class_name: ClassVar[str] = "IBN"
    words: ClassVar[str] = "Instance norm of some channels, batch norm of the rest (arXiv:1807.09441)."
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "norm"
    label: ClassVar[str] = "instance-batch norm"
    is_norm: ClassVar[bool] = True
    is_summarized: ClassVar[bool] = False

    instance: InstanceNorm
    batch: BatchNorm

    def parts(self) -> tuple[Part, ...]:
        return present(("IN", self.instance), ("BN", self.batch))

    def with_parts(self, parts: tuple[Part, ...]) -> Operator:
        return self.replace(instance=parts[0].operator, batch=parts[1].operator)

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        return (self.instance.channels, *output[1:]), (self.batch.channels, *output[1:])

    def widths(self) -> tuple[tuple[str, int], ...]:
        instance, batch = self.instance.channels, self.batch.channels
        return ("channels", instance + batch), ("instance", instance), ("batch", batch)


class InstanceBatchNormSlot(NormSlot):
    """`norm: ibn`: instance normalization of the first channels, batch normalization of the others."""

    type: Literal["ibn"]
    """`ibn`: instance normalization of the first channels, batch normalization of the others: IBN-a of IBN-Net
    (arXiv:1807.09441).
    """
    ratio: Share = 0.5
    """The channels with instance normalization, as a fraction of all, rounded down. Neither part may be empty."""
    eps: Positive = 1e-5
    """Added to the variance, in both parts."""
    momentum: Share = 0.1
    """The weight of the current batch in the running statistics of the batch normalization."""

    def operator(self, channels: int, rank: int) -> Operator:
        instance = floor(channels * as_written(self.ratio))
        if not 0 < instance < channels:
            part = "batch" if instance else "instance"
            count = f"{channels} channel" + ("s" if channels > 1 else "")
            message = f"`ratio: {self.ratio:g}` of {count} leaves none for the {part} norm"
            help = "use another `ratio`, or `norm: batch` or `norm: instance` for all channels"
            raise OperatorError(message, help, option="ratio")
        return InstanceBatchNorm(
            InstanceNorm(instance, rank, self.eps, affine=True),
            BatchNorm(channels - instance, rank, self.eps, self.momentum),
        )
