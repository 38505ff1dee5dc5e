"""What an operator is when nothing is trained: the facts by which one operator takes another in (`deploy/`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from resnetgen.frozen import Frozen

if TYPE_CHECKING:
    from resnetgen.ops.operator import Operator


class ChannelMap(Frozen):
    """`scale * x + shift` for each channel, both as Python over the operator's own tensors.

    `name` is what a function that computes them is called, `words` its docstring. `tensors` are those of the state dict
    that the expressions speak of, `ignored` those that play no part. `shift`, which may speak of `scale`, is empty
    where nothing is added; `channels` is 0 where one number is for all.
    """

    name: str
    words: str
    tensors: tuple[str, ...]
    scale: str
    shift: str = ""
    ignored: tuple[str, ...] = ()
    channels: int = 0


def by_statistics(channels: int, eps: float, *, ignored: tuple[str, ...] = ()) -> ChannelMap:
    """What running statistics do to each channel (arXiv:1502.03167, algorithm 2, line 11)."""
    return ChannelMap(
        "batch_norm",
        "What a batch norm multiplies each channel by, and what it adds.",
        ("weight", "bias", "running_mean", "running_var"),
        f"weight / (running_var + {eps!r}).sqrt()".replace("e-0", "e-"),
        "bias - running_mean * scale",
        ignored,
        channels,
    )


class Weights(Frozen):
    """A tensor `weight` whose first axis is the channels that leave, and with `bias` one of that name, added to these.

    `inputs` is how many channels come in, each `groups`-th part of them summed along the second axis; 0 where none are
    summed. `pads` tells whether zeros from past the edges are summed too.
    """

    outputs: int
    inputs: int = 0
    groups: int = 1
    bias: bool = True
    pads: bool = False


class Prepared(Frozen):
    """What an operator makes of its `weight` at each use.

    `name` is what a function that does it is called, `words` its docstring. `lines` are Python that begins with
    `weight`, `result` is the expression of what stands in its place.
    """

    name: str
    words: str
    lines: tuple[str, ...]
    result: str


class AtInference(Frozen):
    """The facts of one operator. The defaults are those of one that nothing can be moved into, or past."""

    identity_in_eval: ClassVar[bool] = False
    """Whether it gives its very input where nothing is trained; what it gives in training, its gradient needs not."""

    def channel_map(self) -> ChannelMap | None:
        """What it does to each channel, where that is a scale and a shift that the state dict alone decides."""
        return None

    def weights(self) -> Weights | None:
        """Its weights, where a scale and a shift of what leaves it can be a part of them."""
        return None

    def with_bias(self) -> Self:
        """The same operator with a bias; asked of those whose `weights` have none."""
        raise NotImplementedError

    def prepared(self) -> Prepared | None:
        """What it makes of its weights at each use, None for nothing."""
        return None

    def plain(self) -> Operator:
        """The operator that does the same with weights that were prepared; asked of those that prepare theirs."""
        raise NotImplementedError

    def commutes(self, *, shifts: bool) -> bool:
        """Whether a scale of each channel may as well stand before it as behind it; with `shifts`, a shift too."""
        return self.identity_in_eval

    def over_input(self) -> Self:
        """The same operator writing over its input, where there is such a one."""
        return self
