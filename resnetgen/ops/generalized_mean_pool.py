"""Generalized mean pooling (GeM, arXiv:1711.02512): the root of the mean of powers, with a learned exponent."""

from typing import ClassVar, Literal

from resnetgen.ops.global_pool_slot import GlobalPoolSlot
from resnetgen.ops.operator import Argument, Construction, Operator, TensorSpec
from resnetgen.ops.window import Shape
from resnetgen.schema.numbers import Positive


class GeneralizedMeanPool(Operator):
    """mean(max(x, eps)^p)^(1/p) over the map (arXiv:1711.02512, equation 3): the mean for p = 1.

    The exponent is a vector of one element: FSDP takes no parameter without axes.
    """

    template: ClassVar[str] = "generalized_mean_pool.py.j2"
    class_name: ClassVar[str] = "GeneralizedMeanPool"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "global_pool"
    label: ClassVar[str] = "generalized mean pool"
    is_global: ClassVar[bool] = True
    gives_new: ClassVar[bool] = False
    """The gradient of the exponent needs the output."""

    rank: int
    p: float
    eps: float

    def construction(self) -> Construction:
        return Construction(
            self.class_name, (Argument("p", self.p, default=3.0), Argument("eps", self.eps, default=1e-6))
        )

    def output(self, shape: Shape) -> Shape:
        return (shape[0], *(1 for _ in shape[1:]))

    def entries(self) -> tuple[TensorSpec, ...]:
        return (TensorSpec("p", (1,)),)


class GeneralizedMeanSlot(GlobalPoolSlot):
    """`pool: gem`: the generalized mean, with one learned exponent."""

    type: Literal["gem"]
    """`gem`: the generalized mean with a learned exponent (arXiv:1711.02512)."""
    p: Positive = 3.0
    """The initial exponent."""
    eps: Positive = 1e-6
    """The lower bound of the values: smaller ones are replaced by it."""

    def operator(self, channels: int, size: tuple[int, ...]) -> Operator:
        return GeneralizedMeanPool(len(size), self.p, self.eps)
