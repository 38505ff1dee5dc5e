"""Batch normalization (arXiv:1502.03167)."""

from functools import lru_cache
from typing import ClassVar, Literal

from resnetgen.ops.composite import inside
from resnetgen.ops.folding import ChannelMap, Weights, by_statistics
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.schema.numbers import Positive, Share


class BatchNorm(Operator):
    """torch.nn.BatchNorm1d, BatchNorm2d, BatchNorm3d; `momentum` is the weight of the newest batch statistics."""

    role: ClassVar[str] = "norm"
    label: ClassVar[str] = "batch norm"
    is_norm: ClassVar[bool] = True
    is_summarized: ClassVar[bool] = False

    channels: int
    rank: int
    eps: float
    momentum: float

    def construction(self) -> Construction:
        return Construction(
            f"nn.BatchNorm{self.rank}d",
            (
                Argument("num_features", self.channels, ArgumentKind.WIDTH, positional=True),
                Argument("eps", self.eps, default=1e-5),
                Argument("momentum", self.momentum, default=0.1),
            ),
        )

    def entries(self) -> tuple[TensorSpec, ...]:
        shape = (self.channels,)
        return (
            TensorSpec("weight", shape),
            TensorSpec("bias", shape),
            TensorSpec("running_mean", shape, trained=False),
            TensorSpec("running_var", shape, trained=False),
            TensorSpec("num_batches_tracked", (), trained=False, real=False, supplied=True),
        )

    def channel_map(self) -> ChannelMap:
        return by_statistics(self.channels, self.eps, ignored=("num_batches_tracked",))

    def weights(self) -> Weights:
        return Weights(self.channels)


class BatchNormSlot(NormSlot):
    """`norm: batch`: batch normalization."""

    type: Literal["batch"]
    """`batch`: batch normalization (arXiv:1502.03167)."""
    eps: Positive = 1e-5
    """Added to the variance."""
    momentum: Share = 0.1
    """The weight of the current batch in the running statistics."""

    def operator(self, channels: int, rank: int) -> Operator:
        return _batch_norm(channels, rank, self.eps, self.momentum)

    def of_vector(self, channels: int) -> Operator:
        return _batch_norm(channels, 1, self.eps, self.momentum)


@lru_cache(maxsize=4096)
def _batch_norm(channels: int, rank: int, eps: float, momentum: float) -> BatchNorm:
    """Return a cached operator: most norms of a network are equal, and a look-up is cheaper than a new one."""
    return BatchNorm(channels, rank, eps, momentum)


def tracks(operator: Operator) -> bool:
    """Return True if an operator is or contains a batch norm, which updates running statistics in training mode."""
    return any(isinstance(each, BatchNorm) for each in inside(operator))
