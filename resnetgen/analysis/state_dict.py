"""The tensors of a state dict, grouped for equal blocks: a million blocks take no more entries than two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from resnetgen.diagnostics.model import Part, Path, Place
from resnetgen.ir.network import Block, Network, Node
from resnetgen.ops.operator import TensorSpec


class StateDictEntry(NamedTuple):
    """A tensor: its key, or the suffix after the block's number; its facts; the place in the spec that asks for it."""

    suffix: str
    spec: TensorSpec
    at: Place


class BlockTensors(NamedTuple):
    """The tensors of `repeat` equal blocks, starting with number `first` of their stage.

    Keys are `NUMBER.suffix` after `path`, which ends in a dot or in the beginning of the blocks' names. The tensors
    outside the stages form one block with an empty `path`, whose suffixes are whole keys. `at` is the path in the spec
    that asks for the blocks.
    """

    path: str
    first: int
    repeat: int
    tensors: tuple[StateDictEntry, ...]
    at: Path

    def key(self, number: int, suffix: str) -> str:
        """Return the key of a tensor in the block of a number."""
        return f"{self.path}{number}.{suffix}" if self.path else suffix


def tensors_by_block(network: Network, *, as_run: bool = False) -> Iterator[BlockTensors]:
    """Yield the tensors of the emitted network's state dict, in order except between equal blocks.

    Args:
        network: the network.
        as_run: in the order in which a block runs its layers, its shortcut last, whatever their names are; a state dict
            has parameters of the block itself first.
    """
    entries = _entries_as_run if as_run else _block_entries
    yield BlockTensors("", 0, 1, tuple(_entries("", network.stem, ("stem",))), ("stem",))
    for stage in network.stages:
        first = stage.first
        if stage.opening is not None:
            run = stage.opening
            inside = tuple(_entries(stage.transition_path, run.block.branch, run.at))
            yield BlockTensors("", 0, 1, inside, run.at)
        for run in stage.block_runs:
            yield BlockTensors(stage.blocks_path, first, run.repeat, tuple(entries(run.block, run.at)), run.at)
            first += run.repeat
    for head in network.heads:
        yield BlockTensors("", 0, 1, tuple(_entries("", head.nodes, head.at)), head.at)


def _block_entries(block: Block, at: Path) -> Iterator[StateDictEntry]:
    shortcut = block.shortcut
    shortcut_entries = _entries(f"{shortcut.name}.", shortcut.nodes, at)
    nodes = (*block.branch, *block.post_add)
    yield from _entries("", (node for node in nodes if node.operator.is_parameter), at)
    if shortcut.first:
        yield from shortcut_entries
    yield from _entries("", (node for node in nodes if not node.operator.is_parameter), at)
    if not shortcut.first:
        yield from shortcut_entries


def _entries_as_run(block: Block, at: Path) -> Iterator[StateDictEntry]:
    yield from _entries("", (*block.branch, *block.post_add), at)
    yield from _entries(f"{block.shortcut.name}.", block.shortcut.nodes, at)


def _entries(prefix: str, nodes: Iterable[Node], at: Path) -> Iterator[StateDictEntry]:
    for node in nodes:
        place = Place(node.at) if node.at else Place(at, Part.KEY)
        for entry in node.operator.entries():
            yield StateDictEntry(
                f"{prefix}{node.name}.{entry.name}" if node.name else f"{prefix}{entry.name}", entry, place
            )
