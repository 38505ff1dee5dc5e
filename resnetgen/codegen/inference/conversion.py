"""The conversion from trained to deployed tensors: a recipe of steps, one for each operator."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from resnetgen.ops.folding import ChannelMap, Prepared


class FoldKind(Enum):
    """The way an operator absorbs another: from behind or before it, with or without a shift.

    The value is the name of the function that does it.
    """

    BEHIND = "fold_norm"
    SCALE = "fold_scale"
    BEFORE = "fold_norm_into_next"


class Absorbed(NamedTuple):
    """An operator that was absorbed: its map of each channel, without their number, and the path of its tensors.

    `groups` is the number of groups of the convolution that absorbs an operator before it.
    """

    kind: FoldKind
    map: ChannelMap
    path: str
    groups: int = 1


class Step(NamedTuple):
    """The conversion of one operator: `source` is the path of its trained tensors, `target` their new path.

    `tensors` names all the tensors it ends with, and `ignored` those that PyTorch fills in if they are missing. `bias`
    tells whether it had a bias from the start; `axes` is the rank of its `weight`.
    """

    source: str
    target: str
    tensors: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    bias: bool = False
    axes: int = 0
    prepared: Prepared | None = None
    absorbed: tuple[Absorbed, ...] = ()

    def does(self) -> bool:
        """Tell whether the step changes anything."""
        return self.prepared is not None or bool(self.absorbed) or (self.source != self.target and bool(self.tensors))

    def within(self, source: str, target: str) -> Step:
        """Return the step for an operator inside another, at `source` before and at `target` after the conversion."""
        absorbed = tuple(each._replace(path=joined(source, each.path)) for each in self.absorbed)
        return self._replace(source=joined(source, self.source), target=joined(target, self.target), absorbed=absorbed)


class Row(NamedTuple):
    """The steps for each of `repeat` equal blocks; `first` is the index of the first in its stage.

    Paths of tensors are relative to the block's: `path`, which ends in a dot or in the beginning of the block's name,
    and its number. Outside the stages `path` is empty, and they are absolute.
    """

    path: str
    first: int
    repeat: int
    steps: tuple[Step, ...]


Recipe = tuple[Row, ...]


def joined(before: str, after: str) -> str:
    """Join two paths with a dot; either may be empty."""
    return f"{before}.{after}" if before and after else before or after
