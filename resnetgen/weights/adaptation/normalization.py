"""Normalization constants of images: the difference between those of the file and of the network is folded.

The weights of the file expect `(x - mean) / std`, with its constants. The network gives its first convolution
`(x - mean') / std'`, with those of its `input`, or x itself. So the convolution gets

    weight * std' / std,    and its bias, or the mean of the norm after it, takes up    weight * (mean' - mean) / std.

The zeros of a padding are a mean pixel to both, and mean pixels differ unless the means agree: then a shift is exact
without padding alone, as in the deploy form (codegen/inference/fold.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from resnetgen.compiler import Compiled
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.ops.frozen_batch_norm import FrozenBatchNorm
from resnetgen.ops.standardize import Standardize
from resnetgen.weights.adaptation.adaptation import Adaptation, State, numbers, refuse
from resnetgen.weights.adaptation.first_conv import FirstConv, first_conv
from resnetgen.weights.fit import Fit

if TYPE_CHECKING:
    from torch import Tensor

OPTION = "--fold-normalization"
RAW = "none"
"""The rule for weights that expect images as they are."""
INEXACT = "inexact-border"
"""The end of a rule that allows other outputs where kernels reach over the border."""

_LEAVE = f"leave {OPTION} out, and write `mean` and `std` in `input` if the network is to standardize its input"


class Constants(NamedTuple):
    """The mean and the standard deviation of each input channel."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


def adaptations(compiled: Compiled, found: Fit, rule: str) -> list[Adaptation]:
    """Return the change of the first convolution, and of what takes up the shift.

    Args:
        compiled: the network.
        found: the part of the file.
        rule: the constants that the weights of the file expect, as `MEAN/STD`: each a number, or one for each of the
            network's input channels with commas. `none` is 0 and 1. `/inexact-border` may follow.

    Raises:
        WeightsError: the rule is none for this file and network, or the change would not be exact.
    """
    first = first_conv(compiled.network, found, OPTION)
    _need_plain(first)
    theirs, inexact = _parsed(rule, compiled.network.channels)
    own = _own(compiled)
    scales = [here / there for here, there in zip(own.std, theirs.std, strict=True)]
    shifts = [(here - there) / std for here, there, std in zip(own.mean, theirs.mean, theirs.std, strict=True)]
    shifted = any(shifts)
    if set(scales) == {1.0} and not shifted:
        return []
    border = _border(first) if shifted else ""
    if border and not inexact:
        refuse(f"the means cannot be folded into `{first.node.name}`: {border}", _without_folding(theirs))
    target = _shift_target(first, found) if shifted else ""
    words = f"folded the normalization {rule} of the file into `{first.node.name}`"
    words += f" and `{target}`" if target else ""
    words += f"; outputs differ near the border: {border}" if border else ""

    def make(state: State) -> dict[str, Tensor]:
        weight = state[first.weight].double()
        axes = (1, -1, *(1 for _ in weight.shape[2:]))
        made = {first.weight: weight * weight.new_tensor(scales).reshape(axes)}
        if target:
            shift = (weight * weight.new_tensor(shifts).reshape(axes)).flatten(1).sum(1)
            sign = 1 if target.endswith(".bias") else -1
            made[target] = state[target].double() + sign * shift
        return {name: value.to(state[name].dtype) for name, value in made.items()}

    return [Adaptation(words, {}, (), make)]


def _need_plain(first: FirstConv) -> None:
    """Refuse a convolution that a factor of its input cannot be folded into.

    Raises:
        WeightsError: it is one.
    """
    if first.conv.prepared() is not None:
        refuse(
            f"the weights of `{first.node.name}` are changed at each use, so nothing can be folded into them", _LEAVE
        )
    other = next((node for node in first.before if not node.operator.pools), None)
    if other is not None:
        refuse(f"nothing can be folded into `{first.node.name}`, because `{other.name}` comes before it", _LEAVE)


def _parsed(rule: str, channels: int) -> tuple[Constants, bool]:
    """Return the constants of a rule, and whether it allows an inexact border.

    Raises:
        WeightsError: it has none.
    """
    constants, _, last = rule.rpartition("/")
    inexact = last == INEXACT
    mean, _, std = (constants if inexact else rule).replace(RAW, "0/1").partition("/")
    found = [numbers(part) for part in (mean, std)]
    means, stds = (part * channels if part and len(part) == 1 else part for part in found)
    if means is None or stds is None or {len(means), len(stds)} != {channels} or min(stds) <= 0:
        message = f"`{rule}` is not a mean and a positive standard deviation for {channels} input channels"
        refuse(message, f"write {OPTION} MEAN/STD, each a number or {channels} numbers with commas, or `{RAW}`")
    return Constants(tuple(means), tuple(stds)), inexact


def _own(compiled: Compiled) -> Constants:
    """Return the constants of the network itself; 0 and 1 if it takes images as they are."""
    for node in compiled.network.stem:
        if isinstance(node.operator, Standardize):
            return Constants(node.operator.mean, node.operator.std)
    channels = compiled.network.channels
    return Constants((0.0,) * channels, (1.0,) * channels)


def _border(first: FirstConv) -> str:
    """Return why a shift changes the outputs near the border; empty if it does not."""
    if first.before:
        return f"`{first.before[0].name}` is before it, and may pad with zeros"
    return "its padding is zeros, which stand for another colour without the means" if first.conv.weights().pads else ""


def _without_folding(theirs: Constants) -> str:
    mean, std = ([f"{value:g}" for value in values] for values in theirs)
    settings = f"--set 'input.mean=[{', '.join(mean)}]' --set 'input.std=[{', '.join(std)}]'"
    return f"let the network standardize its input: {settings}; or accept the difference: add `/{INEXACT}` to the rule"


def _shift_target(first: FirstConv, found: Fit) -> str:
    """Return the tensor that takes up the shift.

    Raises:
        WeightsError: there is none.
    """
    bias = f"{first.node.name}.bias"
    if first.conv.bias and bias in found.shapes:
        return bias
    mean = "" if first.after is None else f"{first.after.name}.running_mean"
    is_norm = first.after is not None and isinstance(first.after.operator, BatchNorm | FrozenBatchNorm)
    if is_norm and mean in found.shapes:
        return mean
    message = f"`{first.node.name}` has no bias and no batch norm after it, so the means cannot be folded"
    refuse(message, "write `bias: true` in the first layer of the stem, or `mean` and `std` in `input`")
