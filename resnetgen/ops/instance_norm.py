"""Instance normalization (arXiv:1607.08022)."""

from math import prod
from typing import ClassVar, Literal

from resnetgen.ops.folding import Weights
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.ops.window import Shape, ShapeMismatch
from resnetgen.schema.fields import Flag
from resnetgen.schema.numbers import Positive


class InstanceNorm(Operator):
    """torch.nn.InstanceNorm1d, InstanceNorm2d, InstanceNorm3d, without running statistics."""

    role: ClassVar[str] = "norm"
    label: ClassVar[str] = "instance norm"
    refuses_pixels: ClassVar[bool] = True
    is_norm: ClassVar[bool] = True
    is_summarized: ClassVar[bool] = False

    channels: int
    rank: int
    eps: float
    affine: bool

    def construction(self) -> Construction:
        return Construction(
            f"nn.InstanceNorm{self.rank}d",
            (
                Argument("num_features", self.channels, ArgumentKind.WIDTH, positional=True),
                Argument("eps", self.eps, default=1e-5),
                Argument("affine", self.affine, default=False),
            ),
        )

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        """Return an error for a map of one pixel: torch refuses it, as the result is always zero."""
        if prod(shape[1:]) == 1:
            return ShapeMismatch(f"has nothing to normalize over in a map of one pixel ({'x'.join(map(str, shape))})")
        return None

    def entries(self) -> tuple[TensorSpec, ...]:
        return (TensorSpec("weight", (self.channels,)), TensorSpec("bias", (self.channels,))) if self.affine else ()

    def weights(self) -> Weights | None:
        return Weights(self.channels) if self.affine else None


class InstanceNormSlot(NormSlot):
    """`norm: instance`: normalization of each channel of each sample separately."""

    type: Literal["instance"]
    """`instance`: instance normalization, of each channel of each sample separately (arXiv:1607.08022)."""
    eps: Positive = 1e-5
    """Added to the variance."""
    affine: Flag = True
    """If true, the norm has a weight and a bias."""

    def operator(self, channels: int, rank: int) -> Operator:
        return InstanceNorm(channels, rank, self.eps, self.affine)
