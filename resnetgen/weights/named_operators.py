"""The operators of a network, each by the path of its module in the state dict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resnetgen.ir.network import Network, Node
from resnetgen.ops.operator import Operator


def named_operators(network: Network) -> Iterator[tuple[str, Operator]]:
    """Yield the path of each operator's module and the operator, in all blocks; those of a composite are inside it.

    Args:
        network: the network.
    """
    yield from _named("", network.stem)
    for stage in network.stages:
        if stage.opening is not None:
            yield from _named(stage.transition_path, stage.opening.block.branch)
        number = stage.first
        for run in stage.block_runs:
            shortcut = [node._replace(name=run.block.shortcut.name_of(node)) for node in run.block.shortcut.nodes]
            for index in range(number, number + run.repeat):
                yield from _named(f"{stage.blocks_path}{index}.", (*run.block.branch, *run.block.post_add, *shortcut))
            number += run.repeat
    for head in network.heads:
        yield from _named("", head.nodes)


def _named(prefix: str, nodes: Iterable[Node]) -> Iterator[tuple[str, Operator]]:
    yield from ((f"{prefix}{node.name}", node.operator) for node in nodes)
