"""Advice about tensors of a file that do not fit: fold, reshape, join or split them, or write another spec."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from resnetgen.ir.network import Network, Node
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.ops.conv import Conv
from resnetgen.ops.frozen_batch_norm import FrozenBatchNorm
from resnetgen.ops.operator import TensorSpec
from resnetgen.weights.file_contents import COUNTER

Shape = tuple[int, ...] | None

FOLD = (
    "fold each bias into the batch norm after its convolution, by `running_mean -= bias`, as "
    "`resnetgen weights convert --fold-biases` does: without that, the outputs change"
)
BIAS = "to leave out a bias changes the outputs: write `bias: true` in the layer of a block type of your own"
COUNTERS = "counters of batch norm can be left out: only a `momentum` of None reads them"
ANOTHER = (
    "write the spec of the network that the file was saved from; `strict=False` loads the file without them, but the "
    "outputs then differ"
)
BESIDE = (
    "if they are not of the network, such as the head of a pretraining, `resnetgen weights convert --leave-out` leaves "
    "them out; else write the spec of the network that the file was saved from"
)
FOREIGN = "`resnetgen weights match` finds the network of a file, and `resnetgen weights show` lists its tensors"
JOIN = (
    "they may be the same weights in another shape: join, split or reshape them before loading, by `torch.cat`, "
    "`torch.chunk` and `reshape`, or write the spec of the network that they were saved from"
)
RESHAPE = (
    "the values are the same in number and order: `reshape` them before loading, or change the spec to these shapes"
)
POSITIONS = (
    "embeddings of positions belong to one size of the input: `resnetgen weights convert --resize-positions bicubic` "
    "resizes them, or change `input.size`"
)
INFLATE = (
    "`resnetgen weights convert --inflate mean` gives kernels of images an axis of time; `--inflate centre` puts them "
    "at the middle frame"
)
FEWER_AXES = (
    "a kernel with two axes has no meaning along one: its rows and columns are both of the image. Train a network for "
    "sequences from its initial weights"
)
CHANGE = "change the spec to these shapes, or leave these tensors out and train them"


IN_BLOCK = "*."
"""Before the modules of blocks: what stands for the path and the number of the block."""


def foldable(network: Network) -> frozenset[str]:
    """Return the convolutions that a batch norm follows at once, each by its module."""
    return frozenset(_foldable(network))


def _foldable(network: Network) -> Iterator[str]:
    yield from _before_a_norm("", network.stem)
    for head in network.heads:
        yield from _before_a_norm("", head.nodes)
    for stage in network.stages:
        for run in stage.block_runs:
            yield from _before_a_norm(IN_BLOCK, run.block.branch)
            yield from _before_a_norm(f"{IN_BLOCK}{run.block.shortcut.name}.", run.block.shortcut.nodes)


def _before_a_norm(prefix: str, nodes: Iterable[Node]) -> Iterator[str]:
    for node, after in pairwise(nodes):
        if isinstance(node.operator, Conv) and isinstance(after.operator, BatchNorm | FrozenBatchNorm):
            yield f"{prefix}{node.name}"


def for_unknown(names: list[str], weights: dict[str, str], folds: frozenset[str]) -> str:
    """Return what to do about tensors that the network does not have.

    Args:
        names: their names.
        weights: the names of those that are biases of convolutions, each with its module.
        folds: the modules that `foldable` gives.
    """
    if all(name.endswith(COUNTER) for name in names):
        return COUNTERS
    if all(name in weights for name in names):
        return FOLD if all(weights[name] in folds for name in names) else BIAS
    return ANOTHER


def for_shapes(pairs: list[tuple[Shape, TensorSpec]]) -> str:
    """Return what to do about tensors that have another shape in the file.

    Args:
        pairs: the shape of each in the file, and the facts of the network's tensor.
    """
    if all(stored and stored[1:] == needed.shape[1:] and needed.grid for stored, needed in pairs):
        return POSITIONS
    ranks = {(len(stored or ()), len(needed.shape)) for stored, needed in pairs if len(needed.shape) > 2}
    if ranks == {(4, 5)}:
        return INFLATE
    if all(stored and _without_ones(stored) == _without_ones(needed.shape) for stored, needed in pairs):
        return RESHAPE
    return FEWER_AXES if ranks == {(4, 3)} else CHANGE


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(extent for extent in shape if extent != 1)
