"""The optimizers, by name."""

from typing import TYPE_CHECKING, Annotated, Literal

from resnetgen.schema.fields import Flag, spelled_out
from resnetgen.schema.marks import Discriminator, Shorthand
from resnetgen.schema.numbers import NotNegative, Positive, Rate
from resnetgen.schema.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import nn, optim


class Sgd(Record):
    """Stochastic gradient descent."""

    type: Literal["sgd"]
    """`sgd`: stochastic gradient descent with momentum."""

    rate: Positive = 0.1
    """The learning rate, after the warmup."""

    momentum: Rate = 0.9
    """The share of the last step that is kept."""

    nesterov: Flag = False
    """Take the gradient after the momentum's part of the step."""

    weight_decay: NotNegative = 1e-4
    """The factor of the weights that is added to their gradients."""

    def make(self, parameters: "Iterable[nn.Parameter]") -> "optim.Optimizer":
        """Return the optimizer of these parameters."""
        from torch.optim import SGD

        nesterov = self.nesterov and self.momentum > 0  # which torch asks for
        return SGD(parameters, lr=self.rate, momentum=self.momentum, nesterov=nesterov, weight_decay=self.weight_decay)


class AdamW(Record):
    """AdamW (Loshchilov and Hutter, arXiv:1711.05101)."""

    type: Literal["adamw"]
    """`adamw`: Adam with decoupled weight decay (arXiv:1711.05101)."""

    rate: Positive = 1e-3
    """The learning rate, after the warmup."""

    weight_decay: NotNegative = 0.05
    """The factor of learning rate and weights that is taken off the weights."""

    def make(self, parameters: "Iterable[nn.Parameter]") -> "optim.Optimizer":
        """Return the optimizer of these parameters."""
        from torch.optim import AdamW as TorchAdamW

        return TorchAdamW(parameters, lr=self.rate, weight_decay=self.weight_decay)


Optimizer = Annotated[Sgd | AdamW, Discriminator("type"), Shorthand(spelled_out, ("type",))]
"""Every optimizer. A new one is a class here and a name in this line."""
