"""Biases of convolutions that the network has not: they go into the means of the batch norms after them.

A norm subtracts its mean from what the convolution gives: the mean without the bias gives the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from resnetgen.compiler import Compiled
from resnetgen.ir.network import Network, Node
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.ops.conv import Conv
from resnetgen.ops.frozen_batch_norm import FrozenBatchNorm
from resnetgen.weights.adaptation.adaptation import Adaptation, State, refuse
from resnetgen.weights.fit import Fit

if TYPE_CHECKING:
    from torch import Tensor


def adaptations(compiled: Compiled, found: Fit, _: str) -> list[Adaptation]:
    """Return the change of the norms after convolutions whose biases the network has not.

    Args:
        compiled: the network.
        found: the part of the file.

    Raises:
        WeightsError: there are no such biases.
    """
    pairs = {
        f"{conv}.bias": f"{norm}.running_mean"
        for conv, norm in _before_norms(compiled.network)
        if f"{conv}.bias" in found.shapes and f"{norm}.running_mean" in found.shapes
    }
    if not pairs:
        refuse("this file has no biases of convolutions that can be folded into norms", "leave --fold-biases out")
    words = f"folded the biases of {len(pairs):,} convolutions into the means of the norms after them"

    def make(state: State) -> dict[str, Tensor]:
        return {mean: state[mean] - state[bias] for bias, mean in pairs.items()}

    return [Adaptation(words, {}, tuple(pairs), make)]


def _before_norms(network: Network) -> Iterator[tuple[str, str]]:
    """Yield each convolution without a bias that a batch norm follows at once, and that norm, by their modules."""
    yield from _pairs("", network.stem)
    for stage in network.stages:
        if stage.opening is not None:
            yield from _pairs(stage.transition_path, stage.opening.block.branch)
        number = stage.first
        for run in stage.block_runs:
            for index in range(number, number + run.repeat):
                block = f"{stage.blocks_path}{index}."
                yield from _pairs(block, run.block.branch)
                shortcut = run.block.shortcut
                yield from _pairs(block, [node._replace(name=shortcut.name_of(node)) for node in shortcut.nodes])
            number += run.repeat
    for head in network.heads:
        yield from _pairs("", head.nodes)


def _pairs(prefix: str, nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    for node, after in pairwise(nodes):
        is_norm = isinstance(after.operator, BatchNorm | FrozenBatchNorm)
        if is_norm and isinstance(node.operator, Conv) and not node.operator.bias:
            yield f"{prefix}{node.name}", f"{prefix}{after.name}"
