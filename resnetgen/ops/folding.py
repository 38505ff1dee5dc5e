"""Facts for folding at inference: how one operator absorbs another (codegen/inference/)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from resnetgen.frozen import Frozen

if TYPE_CHECKING:
    from resnetgen.ops.operator import Operator


class ChannelMap(Frozen):
    """`scale * x + shift` for each channel, both Python expressions over the operator's tensors.

    `name` is the operator's part of the name of the function that computes them, `words` that function's docstring. The
    expressions use `tensors` of the state dict and not `ignored`. `shift` may use `scale`; it is empty if nothing is
    added. `channels` is 0 if one number applies to all channels. `lines` are statements before the expressions.
    """

    name: str
    words: str
    tensors: tuple[str, ...]
    scale: str
    shift: str = ""
    ignored: tuple[str, ...] = ()
    channels: int = 0
    lines: tuple[str, ...] = ()


def by_statistics(channels: int, eps: float, *, ignored: tuple[str, ...] = ()) -> ChannelMap:
    """Return the map of a norm by running statistics (arXiv:1502.03167, algorithm 2, line 11)."""
    return ChannelMap(
        "batch_norm",
        "Remove a batch norm; return the scale and the shift of each channel.",
        ("weight", "bias", "running_mean", "running_var"),
        f"weight / (running_var + {eps!r}).sqrt()".replace("e-0", "e-"),
        "bias - running_mean * scale",
        ignored,
        channels,
    )


class Weights(Frozen):
    """A tensor `weight` whose first axis is the output channels and, with `bias`, a tensor of that name.

    `inputs` is the number of input channels, which are summed in `groups` groups along the second axis; 0 if none are
    summed. `pads` is true if the sums include zero padding.
    """

    outputs: int
    inputs: int = 0
    groups: int = 1
    bias: bool = True
    pads: bool = False


class Prepared(Frozen):
    """A function of `weight` that an operator computes at each use.

    `name` is the name of the emitted function, `words` its docstring. `lines` are its statements, which read `weight`
    and the other `tensors` that the weight takes up; `result` is the expression of the new weight. Where there is no
    tensor `weight`, `read` has the variables that the statements read instead, each with the tensor that it holds.
    """

    name: str
    words: str
    lines: tuple[str, ...]
    result: str
    tensors: tuple[str, ...] = ()
    read: tuple[tuple[str, str], ...] = ()


class AtInference(Frozen):
    """The facts of one operator for folding. By default nothing can be folded into it or past it."""

    identity_in_eval: ClassVar[bool] = False
    """True if it returns its input itself in eval mode, and its gradient does not need its output in training."""

    def channel_map(self) -> ChannelMap | None:
        """Return its per-channel scale and shift, if the state dict alone determines them; else None."""
        return None

    def weights(self) -> Weights | None:
        """Return its weights, if a scale and shift of the output can be folded into them; else None."""
        return None

    def with_bias(self) -> Self:
        """Return the same operator with a bias. Call it only where `weights` has none."""
        raise NotImplementedError

    def prepared(self) -> Prepared | None:
        """Return the function it applies to its weights at each use, None for no function."""
        return None

    def plain(self) -> Operator:
        """Return the operator that takes prepared weights. Call it only where `prepared` is not None."""
        raise NotImplementedError

    def commutes(self, *, shifts: bool) -> bool:
        """Return True if a per-channel scale before it equals one after it; with `shifts`, a shift too."""
        return self.identity_in_eval

    def over_input(self) -> Self:
        """Return the in-place form of the operator, itself if there is none."""
        return self
