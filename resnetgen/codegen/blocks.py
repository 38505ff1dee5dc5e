"""The definitions beside the network: block classes and shortcut functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple

from resnetgen.codegen.block_class import block_class
from resnetgen.codegen.block_layout import BlockLayout, block_layout
from resnetgen.codegen.classes import Definition
from resnetgen.codegen.conditions import NoRule
from resnetgen.codegen.modules import Modules
from resnetgen.codegen.network_tree import leaves, network_tree, opening_module
from resnetgen.codegen.shortcut_functions import ShortcutFunctions
from resnetgen.codegen.stage_module import StageModule
from resnetgen.ir.naming import capitals
from resnetgen.ir.network import Network
from resnetgen.ir.reserved import reserved_classes


class Definitions(NamedTuple):
    """All definitions, and for each block its class and the index of its use."""

    modules: Modules
    functions: tuple[Definition, ...]
    classes: tuple[Definition, ...]
    of_block: dict[int, tuple[Definition, int]]


def definitions(network: Network, modules: Modules) -> Definitions:
    """Return the definitions that the network's blocks need.

    Args:
        network: the network.
        modules: the constructions of operators; those of the network's operators are added.
    """
    layouts = [block_layout(run) for stage in network.stages for run in stage.block_runs]
    stages = {id(run.block): stage.name for stage in reversed(network.stages) for run in stage.block_runs}
    inside = (node for each in layouts for node in (*each.nodes(), *each.flagged().branch))
    outside = [node for node in leaves(network_tree(network)) if not isinstance(node.operator, StageModule)]
    openings = [opening_module(stage) for stage in network.stages if stage.opening is not None]
    modules.add([*outside, *inside, *openings])
    functions = ShortcutFunctions(modules)
    found = [
        (uses, _class(uses, modules, functions, network.rank))
        for alike in _group_by(layouts, lambda each: each.likeness(modules.known))
        for uses in _by_rule(alike, modules)
    ]
    names = _names([uses for uses, _ in found], stages, modules)
    classes: list[Definition] = []
    of_block: dict[int, tuple[Definition, int]] = {}
    for (uses, definition), name in zip(found, names, strict=True):
        classes.append(definition.replace(name=name))
        of_block |= {id(each.block): (classes[-1], index) for index, each in enumerate(uses)}
    return Definitions(modules, tuple(functions.definitions), tuple(classes), of_block)


def _group_by(layouts: Iterable[BlockLayout], key: Callable[[BlockLayout], Hashable]) -> list[list[BlockLayout]]:
    """Group layouts by a key, in the order of the first of each."""
    found: dict[Hashable, list[BlockLayout]] = {}
    for each in layouts:
        found.setdefault(key(each), []).append(each)
    return list(found.values())


def _by_rule(alike: list[BlockLayout], modules: Modules) -> list[list[BlockLayout]]:
    """Group blocks of one form: one class if a rule tells its variants apart, else one for each variant."""
    variants = _group_by(alike, BlockLayout.variant)
    if len(variants) == 1:
        return variants
    try:
        block_class(alike, modules)
    except NoRule:
        return variants
    return [alike]


def _class(uses: list[BlockLayout], modules: Modules, functions: ShortcutFunctions, rank: int) -> Definition:
    """Return the class of some blocks; if no rule covers their shortcuts, the class takes them as arguments."""
    try:
        return block_class(uses, modules)
    except NoRule:
        functions.add(uses, rank)
        return block_class(uses, modules, [functions.made(each) for each in uses])


def _names(groups: Sequence[Sequence[BlockLayout]], stages: dict[int, str], modules: Modules) -> list[str]:
    """Name the class of each group: by its type, and by what sets it apart if a type has several classes."""
    names: dict[int, str] = {}
    # Of several classes of a type, one that adds its input has the plain name.
    for index in sorted(range(len(groups)), key=lambda index: (not _adds(groups[index]), _projects(groups[index]))):
        uses = groups[index]
        others = [each for each in groups if each is not uses and each[0].block.type == uses[0].block.type]
        candidates = _candidates(uses, others, stages[id(uses[0].block)], modules)
        names[index] = _free(candidates, modules.taken | reserved_classes())
        modules.taken.add(names[index])
    return [names[index] for index in range(len(groups))]


def _adds(uses: Sequence[BlockLayout]) -> bool:
    return any(each.adds() for each in uses)


def _projects(uses: Sequence[BlockLayout]) -> bool:
    return all(each.shortcut and each.block.shortcut.kind.endswith("projection") for each in uses)


def _candidates(
    uses: Sequence[BlockLayout], others: Sequence[Sequence[BlockLayout]], stage: str, modules: Modules
) -> list[str]:
    name = capitals(uses[0].block.type)
    if not name.endswith(("Bottleneck", "Block", "Residual")):
        name += "Block"
    return [name, *(f"{word}{name}" for word in (*_marks(uses, others, modules), capitals(stage)))]


def _marks(uses: Sequence[BlockLayout], others: Sequence[Sequence[BlockLayout]], modules: Modules) -> Iterator[str]:
    """Yield the words for what these blocks alone have: no shortcut, a projection, or one kind of module."""
    if not _adds(uses) and any(map(_adds, others)):
        yield "Plain"
    if _projects(uses) and not any(map(_projects, others)):
        yield "Projection"
    own = _kinds(uses, modules).difference(*(_kinds(each, modules) for each in others))
    if len(own) == 1:
        yield own.pop()


def _kinds(uses: Sequence[BlockLayout], modules: Modules) -> set[str]:
    """Return the classes of the modules of some blocks, without the ends of `nn.Conv2d` and `BlurPool2`."""
    nodes = (node for each in uses for node in (*each.branch, *each.post_add) if node.operator.role != "identity")
    made = (modules.known[node.operator] for node in nodes)
    return {re.sub(r"^nn\.|\d+d?$", "", each.function) for each in made if each is not None}


def _free(candidates: list[str], taken: set[str]) -> str:
    numbered = [f"{candidates[0]}{number}" for number in range(2, len(taken) + 3)]
    return next(name for name in [*candidates, *numbered] if name not in taken)
