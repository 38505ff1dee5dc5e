"""Dropout (arXiv:1207.0580)."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator


class Dropout(Operator):
    """torch.nn.Dropout: zero each value with probability `rate` in training, scale the others up."""

    role: ClassVar[str] = "dropout"
    label: ClassVar[str] = "dropout"
    gives_new: ClassVar[bool] = False
    identity_in_eval: ClassVar[bool] = True

    rate: float

    def construction(self) -> Construction:
        return Construction("nn.Dropout", (Argument("p", self.rate, ArgumentKind.RATE, positional=True),))

    def describe(self) -> str:
        return f"dropout {self.rate:g}"
