"""Other input channels: the first convolution gets as many as the network has.

`repeat` is what timm does: for one channel, the weights of all are summed; for others, they are repeated and scaled, so
that equal channels give the sums that they gave. A list has the file's channel for each of the network's, without
scaling: `2,1,0` is for BGR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnetgen.compiler import Compiled
from resnetgen.weights.adaptation.adaptation import Adaptation, refuse, rows
from resnetgen.weights.adaptation.first_conv import first_conv
from resnetgen.weights.fit import Fit

if TYPE_CHECKING:
    from torch import Tensor

REPEAT = "repeat"


def adaptations(compiled: Compiled, found: Fit, rule: str) -> list[Adaptation]:
    """Return the change of the first convolution.

    Args:
        compiled: the network.
        found: the part of the file.
        rule: `repeat`, or the file's channels with commas.

    Raises:
        WeightsError: the rule is none for this file and network.
    """
    name = first_conv(compiled.network, found, "--input-channels").weight
    stored = found.shapes[name] or ()
    own = compiled.network.channels
    shape = (stored[0], own, *stored[2:])
    if rule == REPEAT:
        if own == stored[1]:
            refuse(f"the network and the file have {own} input channels each", "leave --input-channels out")
        words = (
            f"summed {stored[1]} input channels of `{name}` to one"
            if own == 1
            else (f"repeated the {stored[1]} input channels of `{name}` to {own}, scaled by {stored[1]}/{own}")
        )
        return [Adaptation(words, {name: shape}, (), lambda state: {name: _repeated(state[name], own)})]
    order = rows(rule)
    if order is None or len(order) != own or max(order) >= stored[1]:
        message = f"the network has {own} input channels and the file {stored[1]}: `{rule}` does not choose {own}"
        refuse(message, f"write `{REPEAT}`, or {own} numbers from 0 to {stored[1] - 1} with commas")
    words = f"took the input channels {rule} of `{name}`"
    return [Adaptation(words, {name: shape}, (), lambda state: {name: state[name][:, order]})]


def _repeated(weight: Tensor, count: int) -> Tensor:
    stored, values = weight.shape[1], weight.float()
    if count == 1:
        return values.sum(1, keepdim=True).to(weight.dtype)
    times = -(-count // stored)
    repeated = values.repeat(1, times, *(1 for _ in weight.shape[2:]))[:, :count]
    return (repeated * (stored / count)).to(weight.dtype)
