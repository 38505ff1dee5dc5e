"""Drop path, or stochastic depth: drop whole residual branches in training (arXiv:1603.09382)."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, Schedule


class DropPath(Operator):
    """Drop path: zero the branch of a sample with probability `rate` in training, scale the others up."""

    template: ClassVar[str] = "drop_path.py.j2"
    class_name: ClassVar[str] = "DropPath"
    role: ClassVar[str] = "drop_path"
    label: ClassVar[str] = "drop path"
    identity_in_eval: ClassVar[bool] = True
    keeps_zero: ClassVar[bool] = True

    rate: float | Schedule

    def construction(self) -> Construction:
        return Construction(self.class_name, (Argument("rate", self.rate, ArgumentKind.RATE, positional=True),))

    def describe(self) -> str:
        if isinstance(self.rate, Schedule):
            return f"drop path up to {self.rate.rate:g}"
        return f"drop path {self.rate:g}"
