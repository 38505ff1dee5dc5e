"""The network with every number resolved. Nothing after this infers anything: it reads.

A stage is a tuple of runs, and a run is one block and how often it stands there, so that a network of a million equal
blocks is as small here as one of two.
"""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.ops.operator import Operator


class Node(NamedTuple):
    """One operator in its place; a tuple, since a network has more of these than of anything else.

    `name` is its attribute in the emitted module and its key in the state dict. `unit` counts the layers of the
    sequence that it stands in: a convolution with its norm and activation is one unit. `at` is the layer's path in the
    spec, empty where a built-in block type wrote it.
    """

    name: str
    operator: Operator
    unit: int
    at: Path = ()


class Shortcut(NamedTuple):
    """What leads around the branch.

    `kind` is identity, projection, avg_projection, pad or none; `why` tells how it came to be that. `nodes` is empty
    for identity and none. It reads what enters the branch's node number `tap`: 0 is the block's input.
    """

    kind: str
    why: str
    nodes: tuple[Node, ...] = ()
    tap: int = 0


class Block(NamedTuple):
    """A residual branch, its shortcut, and what follows their addition.

    `widths` names the widths that the block type speaks of, `in` and `out` first.
    """

    type: str
    description: str
    branch: tuple[Node, ...]
    shortcut: Shortcut
    joined: tuple[Node, ...]
    widths: tuple[tuple[str, int], ...]
    stride: tuple[int, ...]

    def nodes(self) -> tuple[Node, ...]:
        """All its nodes in the order of the state dict: branch, then what follows, then the shortcut."""
        return (*self.branch, *self.joined, *self.shortcut.nodes)


class Run(NamedTuple):
    """`repeat` equal blocks in a row; `first` is the index of the first among all blocks of the network.

    `at` is the path of what asked for them, a stage or an entry of its list; `shortcut_at` that of the `shortcut` that
    holds for them, empty where the spec says none.
    """

    block: Block
    repeat: int
    first: int
    at: Path = ()
    shortcut_at: Path = ()


class Stage(NamedTuple):
    """A named row of blocks, mostly at one resolution."""

    name: str
    runs: tuple[Run, ...]
    at: Path

    def blocks(self) -> int:
        """How many blocks it has."""
        return sum(run.repeat for run in self.runs)


class Init(NamedTuple):
    """How the emitted network sets its first weights; `conv` is empty where PyTorch's own default stands."""

    conv: str = ""
    fan: str = ""
    zero_init_residual: bool = False


class Network(NamedTuple):
    """A whole network: stem, stages, head.

    `size` is the spec's own input size, one extent for each axis; `features` names the stages whose maps are the
    output, empty for a network that ends in its head.
    """

    name: str
    class_name: str
    description: str
    reference: str
    channels: int
    size: tuple[int, ...]
    stem: tuple[Node, ...]
    stages: tuple[Stage, ...]
    head: tuple[Node, ...]
    features: tuple[str, ...]
    init: Init

    @property
    def rank(self) -> int:
        """The number of spatial axes: one, two or three."""
        return len(self.size)

    def blocks(self) -> int:
        """How many blocks it has."""
        return sum(stage.blocks() for stage in self.stages)
