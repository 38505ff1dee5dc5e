"""The modules of a network as a tree: stem, stages and heads under the names that the layout gives.

Containers of these are made as those of operators are (`containers.py`); a stage stands among them as one operator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from resnetgen.codegen.containers import NamedContainer, Sequential, contained, grouped, opened
from resnetgen.codegen.stage_module import StageModule
from resnetgen.ir.network import Network, Node, Stage
from resnetgen.ops.operator import Operator


def network_tree(network: Network) -> tuple[Node, ...]:
    """Return the network's attributes; those of one container are in its node."""
    stages = (
        Node(f"{stage.path}.{stage.first}" if stage.joined else stage.path, StageModule(stage), stage.at)
        for stage in network.stages
    )
    return grouped([*network.stem, *stages, *network.head_nodes])


def opening_module(stage: Stage) -> Node:
    """Return the layers before the blocks of a stage as one module. Call it only where there are such layers."""
    assert stage.opening is not None
    return contained(stage.transition, stage.opening.block.branch)[0]


def holds_stages(operator: Operator) -> bool:
    """Tell whether a module is a stage or contains one."""
    if isinstance(operator, Sequential | NamedContainer):
        return any(holds_stages(item.operator) for item in operator.items)
    return isinstance(operator, StageModule)


def called(nodes: Iterable[Node]) -> list[Node]:
    """Return the modules that a `forward` calls: of a numbered container of stages, each item by itself.

    A container with the blocks of all stages, which are none of its items, is called as a whole.
    """
    found: list[Node] = []
    for node in nodes:
        numbered = isinstance(node.operator, Sequential) and holds_stages(node.operator)
        found += called(opened(node)) if numbered and not _joins(node.operator) else [node]
    return found


def _joins(operator: Operator) -> bool:
    """Tell whether a module holds the blocks of all stages, with no stage around them."""
    return isinstance(operator, Sequential) and any(map(is_joined, operator.items))


def is_joined(node: Node) -> bool:
    """Tell whether a node is the blocks of a stage in the module that holds those of all stages."""
    return isinstance(node.operator, StageModule) and node.operator.stage.joined


def leaves(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the modules without stages in them, and the stages, each under its path in the code."""
    for node in nodes:
        if holds_stages(node.operator) and not isinstance(node.operator, StageModule):
            yield from leaves(opened(node))
        else:
            yield node


def stage_modules(nodes: Sequence[Node]) -> dict[str, str]:
    """Return the path in the code of each stage, by its name."""
    return {node.operator.stage.name: node.name for node in leaves(nodes) if isinstance(node.operator, StageModule)}
