"""Output activations: class scores to probabilities."""

from __future__ import annotations

from typing import ClassVar

from resnetgen.ops.operator import Argument, Construction, Operator


class Softmax(Operator):
    """torch.nn.Softmax over the classes."""

    role: ClassVar[str] = "output_activation"
    label: ClassVar[str] = "softmax"

    def construction(self) -> Construction:
        return Construction("nn.Softmax", (Argument("dim", 1),))


class Sigmoid(Operator):
    """torch.nn.Sigmoid: a probability for each class on its own."""

    role: ClassVar[str] = "output_activation"
    label: ClassVar[str] = "sigmoid"

    def construction(self) -> Construction:
        return Construction("nn.Sigmoid")


OUTPUT_ACTIVATIONS = {"softmax": Softmax, "sigmoid": Sigmoid}
"""The words of `head: {activation: ...}` beside `none`."""
