"""Multiplication by a constant, as in networks without norms (arXiv:2101.08692)."""

from typing import ClassVar

from resnetgen.ops.folding import ChannelMap
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator


class Multiply(Operator):
    """A map times a constant."""

    template: ClassVar[str] = "multiply.py.j2"
    class_name: ClassVar[str] = "Multiply"
    role: ClassVar[str] = "multiply"
    label: ClassVar[str] = "multiply"
    is_preact: ClassVar[bool] = True
    keeps_zero: ClassVar[bool] = True

    by: float

    def construction(self) -> Construction:
        return Construction(self.class_name, (Argument("factor", self.by, ArgumentKind.FACTOR, positional=True),))

    def channel_map(self) -> ChannelMap:
        lines = ("like = pop_double(dict(weights), next(iter(weights)))",)
        return ChannelMap(
            "factor", "Return the factor of all channels.", (), f"like.new_tensor([{self.by!r}])", lines=lines
        )

    def describe(self) -> str:
        return f"times {self.by:.4g}"
