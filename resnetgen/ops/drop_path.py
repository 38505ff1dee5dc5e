"""Drop path, or stochastic depth (arXiv:1603.09382): whole branches vanish while training."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, Schedule


class DropPath(Operator):
    """The branch of each sample is zero with probability `rate` while training, and scaled up otherwise."""

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
