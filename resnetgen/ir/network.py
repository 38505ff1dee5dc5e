"""The network with every number resolved. Later stages only read it and infer nothing.

A stage is a tuple of runs, and a run is one block and how often it stands there, so that a network of a million equal
blocks is as small here as one of two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.ops.operator import Operator


class Node(NamedTuple):
    """A named operator. It is a tuple, since a network has more of these than of anything else.

    `name` is its attribute in the emitted module and its key in the state dict: a path with dots where the layout puts
    it into a module of its own, empty where its tensors are the block's own. `at` is the layer's path in the spec,
    empty where a built-in block type wrote it. With `injected`, other blocks of its type have another operator here or
    none, and a block is given its own from outside. `role` is its key in a layout, empty where it is the operator's.
    """

    name: str
    operator: Operator
    at: Path = ()
    injected: bool = False
    role: str = ""


class Shortcut(NamedTuple):
    """The path around the branch.

    `kind` is identity, projection, avg_projection, pad, none, or `layers` for other operators; `why` tells how it came
    to be that. `nodes` is empty for none, and for an identity that nothing is done to. It reads what enters the
    branch's node number `tap`: 0 is the block's input. `name` is its attribute; `first` tells whether the state dict
    has it before the branch, `over` whether the sum is written over what the branch gives.
    """

    kind: str
    why: str
    nodes: tuple[Node, ...] = ()
    tap: int = 0
    name: str = "downsample"
    first: bool = False
    over: bool = False

    @property
    def projects(self) -> bool:
        """True if it has a convolution."""
        return self.kind in ("projection", "avg_projection")

    def name_of(self, node: Node) -> str:
        """Return the name of one of its nodes in the block: `downsample.0`."""
        return f"{self.name}.{node.name}".removesuffix(".")


class Block(NamedTuple):
    """A residual branch, its shortcut, and the operators after their addition.

    `widths` names the widths that the block type speaks of, `in` and `out` first. With `opens_stage`, it is no block
    but the layers before those of a stage, without a shortcut.
    """

    type: str
    description: str
    branch: tuple[Node, ...]
    shortcut: Shortcut
    post_add: tuple[Node, ...]
    widths: tuple[tuple[str, int], ...]
    stride: tuple[int, ...]
    opens_stage: bool = False

    @property
    def out_channels(self) -> int:
        """The number of output channels."""
        return self.widths[1][1]

    def nodes(self) -> tuple[Node, ...]:
        """Return all nodes: those of the branch, those after the addition, those of the shortcut."""
        return (*self.branch, *self.post_add, *self.shortcut.nodes)


class Run(NamedTuple):
    """`repeat` equal blocks in sequence; `first` is the index of the first among all blocks of the network.

    `at` is the path of what asked for them, a stage or an entry of its list; `shortcut_at` that of the `shortcut` that
    holds for them, empty where the spec says none; `padding_at` that of the padding of all their convolutions, and
    `type_at` that of their block type.
    `number_widths` are the widths that the spec writes as a plain number for all blocks of a stage: the name of each,
    and its path.
    """

    block: Block
    repeat: int
    first: int
    at: Path = ()
    shortcut_at: Path = ()
    number_widths: tuple[tuple[str, Path], ...] = ()
    padding_at: Path = ()
    type_at: Path = ()

    @property
    def is_entry(self) -> bool:
        """True if an entry of a stage's list asked for it, and not the stage as a whole."""
        return self.at[2:3] == ("blocks",)


TABLE_WORDS = ("input", "stem", "head", "total")  # the rows of a network's table that are no stages


class Stage(NamedTuple):
    """A named sequence of blocks, mostly at one resolution.

    `name` is its name in the spec; `at` is its path there. `path` is that of its module in the state dict, whose
    attribute `holder` holds the blocks; without one, the module does. The name of a block begins with `block_name` and
    ends with its number, which counts from `first`. `transition` is the attribute of the layers before its blocks; the
    first of the runs is theirs, if it has any. With `joined`, the module at `path` holds the blocks of all stages.
    """

    name: str
    path: str
    runs: tuple[Run, ...]
    at: Path
    holder: str = ""
    block_name: str = ""
    first: int = 0
    transition: str = "transition"
    joined: bool = False

    @property
    def label(self) -> str:
        """The word for it in tables: its name, unless that is the word for another row."""
        return f"stage {self.name}" if self.name in TABLE_WORDS else self.name

    @property
    def last_path(self) -> str:
        """The path of the module that the stage's map leaves: its own, or that of its last block."""
        return f"{self.path}.{self.first + self.blocks() - 1}" if self.joined else self.path

    @property
    def opening(self) -> Run | None:
        """The layers before the blocks; None if there are none."""
        return self.runs[0] if self.runs and self.runs[0].block.opens_stage else None

    @property
    def block_runs(self) -> tuple[Run, ...]:
        """The runs of blocks, without the layers before them."""
        return self.runs if self.opening is None else self.runs[1:]

    @property
    def transition_path(self) -> str:
        """The path of the layers before the blocks in the state dict, with a dot at its end."""
        return f"{self.path}.{self.transition}."

    @property
    def blocks_path(self) -> str:
        """The path of its blocks in the state dict, up to the number: `layer1.`, `trunk.block1.block1-`."""
        return f"{self.path}.{self.holder}.{self.block_name}" if self.holder else f"{self.path}.{self.block_name}"

    def blocks(self) -> int:
        """Return the number of blocks."""
        return sum(run.repeat for run in self.block_runs)


class Head(NamedTuple):
    """The operators from the last map to an output.

    `name` is the name of the output, empty for the only one. `kind` says in a word what it is: `logits`. `at` is its
    path in the spec.
    """

    nodes: tuple[Node, ...]
    name: str = ""
    kind: str = "features"
    at: Path = ("head",)

    @property
    def label(self) -> str:
        """The word for it in tables: its name, or `head`."""
        return self.name or "head"


class Init(NamedTuple):
    """The initialization of the emitted network; `conv` is empty for PyTorch's default."""

    conv: str = ""
    fan: str = ""
    zero_init_residual: bool = False


class Training(NamedTuple):
    """Training options of a network; parts are paths in the spec: `("stem",)`, `("stages", "layer1")`.

    `checkpoint` names the stages that keep what enters a block, and compute the rest again; `frozen` are the parts
    whose parameters take no gradient, `norm_eval` those whose batch norms keep their statistics.
    """

    checkpoint: tuple[str, ...] = ()
    frozen: tuple[Path, ...] = ()
    norm_eval: tuple[Path, ...] = ()


class Budget(NamedTuple):
    """The maximum cost of a network: parameters, multiply-adds, bytes of activations; None for no limit."""

    params: int | None = None
    macs: int | None = None
    memory: int | None = None


class Network(NamedTuple):
    """A whole network: stem, stages, heads.

    `size` is the spec's own input size, one extent for each axis; `features` names the stages whose maps it
    gives, and `stem` for the stem's own. `aka` holds its names elsewhere, by where that is. `ignored` are
    the codes of warnings that its spec wants to hear nothing of. `training` changes no shape, tensor or cost.
    `stem_map` is the number of the stem's operators that the stem's map has passed (ir/stem_map.py). All `heads` read
    the last map; without one, the output is the maps of `features`.
    """

    name: str
    class_name: str
    description: str
    reference: str
    channels: int
    size: tuple[int, ...]
    stem: tuple[Node, ...]
    stages: tuple[Stage, ...]
    heads: tuple[Head, ...]
    features: tuple[str, ...]
    init: Init
    aka: tuple[tuple[str, str], ...] = ()
    budget: Budget = Budget()
    ignored: tuple[str, ...] = ()
    training: Training = Training()
    stem_map: int = 0

    def __repr__(self) -> str:
        return f"<Network {self.name}: {self.blocks()} blocks in {len(self.stages)} stages>"

    @property
    def gives_maps(self) -> bool:
        """True if its output is its feature maps: it has no head."""
        return not self.heads

    @property
    def names_outputs(self) -> bool:
        """True if it returns its outputs by name: maps, or what its named heads give."""
        return self.gives_maps or any(head.name for head in self.heads)

    @property
    def head_nodes(self) -> tuple[Node, ...]:
        """The operators of all heads, one head after the other."""
        return tuple(node for head in self.heads for node in head.nodes)

    @property
    def rank(self) -> int:
        """The number of spatial axes: one, two or three."""
        return len(self.size)

    def blocks(self) -> int:
        """Return the number of blocks."""
        return sum(stage.blocks() for stage in self.stages)

    def parts(self) -> Iterator[tuple[Path, tuple[Node, ...]]]:
        """Yield stem, stages and heads: the path in the spec and the nodes, those of a run once."""
        yield ("stem",), self.stem
        for stage in self.stages:
            yield stage.at, tuple(node for run in stage.runs for node in run.block.nodes())
        yield from ((head.at, head.nodes) for head in self.heads)


def inplace_safe(nodes: Sequence[Node]) -> bool:
    """Return True if the output of a sequence of nodes may be overwritten: nothing else and no gradient needs it.

    What may hand on its very input, as dropout does outside of training, and what only some blocks of a type have, is
    looked past to what comes before. Of a sequence without anything else, what leaves it is what entered.
    """
    last = next((node for node in reversed(nodes) if not (node.injected or node.operator.identity_in_eval)), None)
    return last is not None and last.operator.gives_new


def total_stride(nodes: Sequence[Node], rank: int) -> tuple[int, ...]:
    """Return the product of the strides of a sequence of nodes, along each axis."""
    ones = total = (1,) * rank
    for node in nodes:
        window = node.operator.receptive_window()
        if window is not None and window.stride != ones:
            total = tuple(before * step for before, step in zip(total, window.stride, strict=True))
    return total


def last_norm(block: Block) -> Node | None:
    """Return the trained norm at the end of a block's branch, before operators that keep zeros zero, or None."""
    last = next((node for node in reversed(block.branch) if not node.operator.keeps_zero), None)
    if last is None or not last.operator.is_norm:
        return None
    return last if any(entry.name == "weight" and entry.trained for entry in last.operator.entries()) else None
