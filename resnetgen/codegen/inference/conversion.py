"""How trained tensors become those of the deployed network: steps, each about one of its operators."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from resnetgen.ops.folding import ChannelMap, Prepared


class How(Enum):
    """How an operator takes another in: where that stood, and whether it shifts."""

    BEHIND = "fold"
    SCALE = "scale"
    BEFORE = "fold_before"


class Taken(NamedTuple):
    """Another operator that was taken in: what it does to each channel, however many these are, and its tensors' path.

    `groups` is how many groups the channels are summed in where it stood before.
    """

    how: How
    map: ChannelMap
    path: str
    groups: int = 1


class Step(NamedTuple):
    """What is done for one operator: `source` is the path of its tensors when it was trained, `target` their new one.

    `tensors` are all that it has in the end, and `ignored` those that PyTorch supplies where they lack; `bias` tells
    whether it had one from the start, `axes` how many its `weight` has.
    """

    source: str
    target: str
    tensors: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    bias: bool = False
    axes: int = 0
    prepared: Prepared | None = None
    taken: tuple[Taken, ...] = ()

    def does(self) -> bool:
        """Whether anything is done at all."""
        return self.prepared is not None or bool(self.taken) or (self.source != self.target and bool(self.tensors))

    def within(self, source: str, target: str) -> Step:
        """The step for an operator that was inside another at `source`, and is now in one at `target`."""
        taken = tuple(each._replace(path=joined(source, each.path)) for each in self.taken)
        return self._replace(source=joined(source, self.source), target=joined(target, self.target), taken=taken)


class Row(NamedTuple):
    """The steps for each of `repeat` equal blocks, the first of them number `first` in its stage.

    Their paths begin behind `path.NUMBER.`. Outside of the stages `path` is empty, and they are whole.
    """

    path: str
    first: int
    repeat: int
    steps: tuple[Step, ...]


Recipe = tuple[Row, ...]


def joined(before: str, after: str) -> str:
    """A path in another, each of which may be empty."""
    return f"{before}.{after}" if before and after else before or after
