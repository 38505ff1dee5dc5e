"""Filter response normalization, with its thresholded linear unit (arXiv:1911.09737)."""

from typing import ClassVar, Literal

from resnetgen.ops.folding import Weights
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.schema.numbers import Positive


class FilterResponseNorm(Operator):
    """timm.layers.FilterResponseNormTlu2d over any number of axes: each channel over its root mean square.

    With `thresholds` it has its activation, a maximum with a threshold that is trained.
    """

    template: ClassVar[str] = "filter_response_norm.py.j2"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "norm"
    label: ClassVar[str] = "filter response norm"

    channels: int
    eps: float
    rank: int
    thresholds: bool

    def construction(self) -> Construction:
        return Construction(
            "FilterResponseNormTLU" if self.thresholds else "FilterResponseNorm",
            (
                Argument("channels", self.channels, ArgumentKind.WIDTH, positional=True),
                Argument("eps", self.eps, default=1e-5),
            ),
        )

    def template_values(self) -> dict[str, str]:
        return {"thresholds": "yes" if self.thresholds else ""}

    def entries(self) -> tuple[TensorSpec, ...]:
        names = ("weight", "bias", "tau") if self.thresholds else ("weight", "bias")
        return tuple(TensorSpec(name, (self.channels,)) for name in names)

    def weights(self) -> Weights | None:
        """A threshold behind them would have to move too, and turn round for a scale below zero."""
        return None if self.thresholds else Weights(self.channels)

    def describe(self) -> str:
        return f"{self.label}, thresholded" if self.thresholds else self.label


class FilterResponseNormSlot(NormSlot):
    """`norm: filter_response`."""

    brings_activation: ClassVar[bool] = True

    type: Literal["filter_response"]
    """`filter_response`: with an activation of its own (arXiv:1911.09737)."""
    eps: Positive = 1e-5
    """Added to the mean square."""

    def operator(self, channels: int, rank: int) -> Operator:
        return FilterResponseNorm(channels, self.eps, rank, thresholds=False)

    def activated(self, channels: int, rank: int) -> Operator:
        return FilterResponseNorm(channels, self.eps, rank, thresholds=True)
