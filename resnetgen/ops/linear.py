"""The fully connected layer."""

from __future__ import annotations

from math import prod
from typing import ClassVar, Self

from resnetgen.ops.folding import Weights
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.ops.window import Shape


class Linear(Operator):
    """torch.nn.Linear: (in_features,) to (out_features,)."""

    role: ClassVar[str] = "linear"
    label: ClassVar[str] = "linear"
    is_weighted: ClassVar[bool] = True

    in_features: int
    out_features: int
    bias: bool = True

    def construction(self) -> Construction:
        return Construction(
            "nn.Linear",
            (
                Argument("in_features", self.in_features, ArgumentKind.WIDTH, positional=True),
                Argument("out_features", self.out_features, ArgumentKind.WIDTH, positional=True),
                Argument("bias", self.bias, default=True),
            ),
        )

    def output(self, shape: Shape) -> Shape:
        return (self.out_features,)

    def entries(self) -> tuple[TensorSpec, ...]:
        weight = TensorSpec("weight", (self.out_features, self.in_features))
        return (weight, TensorSpec("bias", (self.out_features,))) if self.bias else (weight,)

    def weights(self) -> Weights:
        return Weights(self.out_features, self.in_features, bias=self.bias)

    def with_bias(self) -> Self:
        return self.replace(bias=True)

    def macs(self, output: Shape) -> int:
        """Return the multiply-adds, also of a row of vectors that ends in the features."""
        return self.in_features * prod(output)
