"""The tensors of a state dict, those of equal blocks together: a million blocks are as few here as two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from resnetgen.diagnostics.model import Part, Path, Place
from resnetgen.ir.network import Block, Network, Node
from resnetgen.ops.operator import TensorSpec


class StateDictEntry(NamedTuple):
    """A tensor: its key, or the part of it after the block's number; what it is; what in the spec asks for it."""

    tail: str
    entry: TensorSpec
    at: Place


class BlockTensors(NamedTuple):
    """The tensors of `repeat` equal blocks, the first of them number `first` in its stage.

    The keys are `path.NUMBER.tail`. Of tensors outside the stages there is one such "block", its `path` empty, and
    their tails are their keys. `at` is the path in the spec of what asked for the blocks.
    """

    path: str
    first: int
    repeat: int
    tensors: tuple[StateDictEntry, ...]
    at: Path

    def key(self, number: int, tail: str) -> str:
        """The key of a tensor in the block of this number."""
        return f"{self.path}.{number}.{tail}" if self.path else tail


def tensors_by_block(network: Network) -> Iterator[BlockTensors]:
    """Every tensor of the emitted network's state dict, in order but for that of equal blocks among themselves."""
    yield BlockTensors("", 0, 1, tuple(_entries("", network.stem, ("stem",))), ("stem",))
    for stage in network.stages:
        first = 0
        for run in stage.runs:
            yield BlockTensors(stage.path, first, run.repeat, tuple(_block_entries(run.block, run.at)), run.at)
            first += run.repeat
    yield BlockTensors("", 0, 1, tuple(_entries("", network.head, ("head",))), ("head",))


def _block_entries(block: Block, at: Path) -> Iterator[StateDictEntry]:
    shortcut = block.shortcut
    around = _entries(f"{shortcut.name}.", shortcut.nodes, at)
    if shortcut.first:
        yield from around
    yield from _entries("", (*block.branch, *block.post_add), at)
    if not shortcut.first:
        yield from around


def _entries(prefix: str, nodes: Iterable[Node], at: Path) -> Iterator[StateDictEntry]:
    for node in nodes:
        place = Place(node.at) if node.at else Place(at, Part.KEY)
        for entry in node.operator.entries():
            yield StateDictEntry(
                f"{prefix}{node.name}.{entry.name}" if node.name else f"{prefix}{entry.name}", entry, place
            )
