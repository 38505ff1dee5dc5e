"""The inference form of a network, with the recipe that converts its trained tensors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from resnetgen.codegen.inference.conversion import Recipe, Row, Step
from resnetgen.codegen.inference.fold import fold_sequence
from resnetgen.codegen.inference.fold_composite import link
from resnetgen.codegen.inference.renumber import renamed
from resnetgen.ir.network import Block, Init, Network, Node, Run, Shortcut, Stage, Training, inplace_safe
from resnetgen.ops.identity import Identity

SUFFIX = "_deploy"
"""The end of the name of a deployed network."""


class Deployment(NamedTuple):
    """A network for inference, and the recipe of its tensors."""

    network: Network
    recipe: Recipe


class _Block(NamedTuple):
    """A block for inference, and its steps."""

    block: Block
    steps: tuple[Step, ...]


class _Nodes(NamedTuple):
    """A sequence after folding: its nodes, how many of them precede the tap, and the steps."""

    nodes: tuple[Node, ...]
    tap: int
    steps: tuple[Step, ...]


def deploy(network: Network) -> Deployment:
    """Return the inference form of a network. Each distinct block is folded once, however often it repeats."""
    known: dict[int, _Block] = {}
    for stage in network.stages:
        for run in stage.runs:
            if id(run.block) not in known:
                known[id(run.block)] = _block(run.block)
    paths = [stage.last_path for stage in network.stages]
    stem = _nodes(network.stem, network.stem_map, after=paths)
    heads = [_nodes(head.nodes, before=paths) for head in network.heads]
    stages = tuple(_stage(stage, known) for stage in network.stages)
    deployed = network._replace(
        name=f"{network.name}{SUFFIX}",
        stem=stem.nodes,
        stages=stages,
        heads=tuple(head._replace(nodes=each.nodes) for head, each in zip(network.heads, heads, strict=True)),
        init=Init(),
        training=Training(),
        stem_map=stem.tap,
    )
    rows = [Row("", 0, 1, stem.steps)]
    for stage in network.stages:
        first = stage.first
        if stage.opening is not None:
            inside = stage.transition_path.removesuffix(".")
            steps = known[id(stage.opening.block)].steps
            rows.append(Row("", 0, 1, tuple(step.within(inside, inside) for step in steps)))
        for run in stage.block_runs:
            rows.append(Row(stage.blocks_path, first, run.repeat, known[id(run.block)].steps))
            first += run.repeat
    rows += (Row("", 0, 1, head.steps) for head in heads)
    return Deployment(deployed, tuple(rows))


def _stage(stage: Stage, known: dict[int, _Block]) -> Stage:
    runs: list[Run] = [run._replace(block=known[id(run.block)].block) for run in stage.runs]
    return stage._replace(runs=tuple(runs))


def _block(block: Block) -> _Block:
    branch = _nodes(block.branch, block.shortcut.tap)
    if len(branch.nodes) == branch.tap:  # the branch was dropout alone, and the addition needs an operand
        branch = branch._replace(nodes=(*branch.nodes, block.branch[-1]._replace(operator=Identity())))
    joined, around = _nodes(block.post_add), _shortcut(block.shortcut)
    adds, free = block.shortcut.kind != "none", inplace_safe(branch.nodes[branch.tap :])
    deployed = block._replace(
        branch=branch.nodes,
        shortcut=around.shortcut._replace(tap=branch.tap, over=adds and free),
        post_add=_over_input(joined.nodes) if adds or free else joined.nodes,
    )
    return _Block(deployed, (*branch.steps, *joined.steps, *around.steps))


def _over_input(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Make the first node work in place on its input, which nothing else reads."""
    return tuple(
        node if index else node._replace(operator=node.operator.over_input()) for index, node in enumerate(nodes)
    )


class _Shortcut(NamedTuple):
    shortcut: Shortcut
    steps: tuple[Step, ...]


def _shortcut(shortcut: Shortcut) -> _Shortcut:
    """Fold a shortcut: a projection that loses its norm is a convolution under the shortcut's name, no Sequential."""
    own = shortcut.name
    whole = [node._replace(name=f"{own}.{node.name}" if node.name else own) for node in shortcut.nodes]
    found = _nodes(whole)
    nodes = tuple(node._replace(name=node.name.removeprefix(own).removeprefix(".")) for node in found.nodes)
    kind = shortcut.kind if nodes or shortcut.kind == "none" else "identity"
    return _Shortcut(shortcut._replace(kind=kind, nodes=nodes), found.steps)


def _nodes(nodes: Sequence[Node], tap: int = 0, *, before: Sequence[str] = (), after: Sequence[str] = ()) -> _Nodes:
    """Fold a sequence of nodes; nothing moves across `tap`, as something else reads the map there.

    `before` and `after` are the names of modules that stay, which may be in one container with some of the nodes.
    """
    links = [link(index, node.name, node.operator, injected=node.injected) for index, node in enumerate(nodes)]
    to_tap = fold_sequence(links[:tap])
    kept = {each.index: each for each in (*to_tap, *fold_sequence(links[tap:]))}
    places = _places(nodes, kept, {*before, *after})
    held = [index for index in range(len(nodes)) if index in kept or index in places]
    start, end = len(before), len(before) + len(nodes)
    outside = {*range(start), *range(end, end + len(after))}
    every = [*before, *(places.get(index, node.name) for index, node in enumerate(nodes)), *after]
    names = renamed(every, outside | {start + index for index in held}, outside)[start : start + len(held)]
    left = []
    steps: list[Step] = []
    for index, name in zip(held, names, strict=True):
        node, each = nodes[index], kept.get(index)
        left.append(node._replace(name=name, operator=Identity() if each is None else each.operator()))
        steps += (_moved(step, node.name, name) for step in (each.steps() if each is not None else ()))
    return _Nodes(tuple(left), sum(index < tap for index in held), tuple(step for step in steps if step.does()))


def _places(nodes: Sequence[Node], kept: Collection[int], outside: Collection[str]) -> dict[int, str]:
    """Return the modules that an identity replaces, each as the index of its first node with its name.

    They are the numbered ones without an operator left, in a container of stages: these keep their numbers, and a
    torch.nn.Sequential has no gaps.
    """
    shared = {container for container, _, last in (name.rpartition(".") for name in outside) if last.isdigit()}
    found: dict[str, list[int]] = {}
    for index, node in enumerate(nodes):
        for container in shared:
            first = node.name.removeprefix(f"{container}.").partition(".")[0]
            if node.name.startswith(f"{container}.") and first.isdigit():
                found.setdefault(f"{container}.{first}", []).append(index)
    return {indices[0]: name for name, indices in found.items() if not any(index in kept for index in indices)}


def _moved(step: Step, old: str, new: str) -> Step:
    """Return the step of an operator in a node that was renamed."""
    if old == new:
        return step
    rest = step.target.removeprefix(old).removeprefix(".")
    return step._replace(target=f"{new}.{rest}" if rest else new)
