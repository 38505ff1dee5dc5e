"""Filter response normalization and its thresholded linear unit (arXiv:1911.09737)."""

from typing import ClassVar, Literal

from resnetgen.ops.folding import Weights
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Argument, ArgumentKind, Construction, Operator, TensorSpec
from resnetgen.schema.numbers import Positive


class FilterResponseNorm(Operator):
    """Filter response normalization: each channel over its root mean square, without the TLU."""

    template: ClassVar[str] = "filter_response_norm.py.j2"
    class_name: ClassVar[str] = "FilterResponseNorm"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    role: ClassVar[str] = "norm"
    label: ClassVar[str] = "filter response norm"
    is_norm: ClassVar[bool] = True
    is_summarized: ClassVar[bool] = False

    channels: int
    eps: float
    rank: int

    def construction(self) -> Construction:
        return Construction(
            self.class_name,
            (
                Argument("channels", self.channels, ArgumentKind.WIDTH, positional=True),
                Argument("eps", self.eps, default=1e-5),
            ),
        )

    def template_values(self) -> dict[str, str]:
        return {"thresholds": ""}

    def entries(self) -> tuple[TensorSpec, ...]:
        return TensorSpec("weight", (self.channels,)), TensorSpec("bias", (self.channels,))

    def weights(self) -> Weights | None:
        return Weights(self.channels)


class FilterResponseNormTLU(FilterResponseNorm):
    """timm.layers.FilterResponseNormTlu2d over any number of axes: the norm, then a learned threshold."""

    class_name: ClassVar[str] = "FilterResponseNormTLU"

    def template_values(self) -> dict[str, str]:
        return {"thresholds": "yes"}

    def entries(self) -> tuple[TensorSpec, ...]:
        return (*FilterResponseNorm.entries(self), TensorSpec("tau", (self.channels,)))

    def weights(self) -> None:
        """Return None: the threshold would have to move too, and turn round for a negative scale."""

    def describe(self) -> str:
        return f"{self.label}, thresholded"


class FilterResponseNormSlot(NormSlot):
    """`norm: filter_response`: filter response normalization with its thresholded activation."""

    brings_activation: ClassVar[bool] = True

    type: Literal["filter_response"]
    """`filter_response`: filter response normalization, which includes an activation (arXiv:1911.09737)."""
    eps: Positive = 1e-5
    """Added to the mean square."""

    def operator(self, channels: int, rank: int) -> Operator:
        return FilterResponseNorm(channels, self.eps, rank)

    def activated(self, channels: int, rank: int) -> Operator:
        return FilterResponseNormTLU(channels, self.eps, rank)
