"""A parameter that a module owns itself, beside its submodules."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ops.operator import Argument, Construction, Operator, TensorSpec
from resnetgen.ops.window import Shape


class OwnParameter(Operator):
    """A part of a composite that is no module: one tensor, an attribute of the composite's class.

    `filled` is the function that makes its initial values of the lengths of its axes, with a factor before it where
    there is one: `torch.ones`, or `0.5 * torch.randn`. `grid` is that of `TensorSpec`.
    """

    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    is_module: ClassVar[bool] = False
    is_parameter: ClassVar[bool] = True
    allocates: ClassVar[bool] = False

    name: str
    shape: Shape
    filled: str
    grid: Shape = ()

    def construction(self) -> Construction:
        sizes = tuple(Argument("size", extent, positional=True) for extent in self.shape)
        return Construction("nn.Parameter", inner=(Construction(self.filled, sizes),))

    def entries(self) -> tuple[TensorSpec, ...]:
        return (TensorSpec(self.name, self.shape, grid=self.grid),)
