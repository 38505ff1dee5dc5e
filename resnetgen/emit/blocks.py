"""The definitions of a file beside its network: block classes, and the functions that make their shortcuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resnetgen.emit.classes import (
    Definition,
    assignments,
    block_form,
    class_names,
    constructions,
    distinct_blocks,
    shortcut_form,
    symbols,
)
from resnetgen.emit.forward import block_forward
from resnetgen.emit.parameters import Parameters
from resnetgen.emit.python import call
from resnetgen.ir import Block, Network, Shortcut
from resnetgen.naming import by_rank

_SHORTCUT_WORDS = {
    "projection": "A 1x1 convolution, where the two sides of an addition differ in shape.",
    "avg_projection": "A mean, then a 1x1 convolution, where the sides of an addition differ.",
}


@dataclass(frozen=True, slots=True)
class Definitions:
    """Every definition, and for each block and shortcut which one it uses and as which of its uses."""

    functions: tuple[Definition, ...]
    classes: tuple[Definition, ...]
    of_block: dict[int, tuple[Definition, int]]
    of_shortcut: dict[int, tuple[Definition, int]]


def definitions(network: Network) -> Definitions:
    """What the network's blocks need to be defined."""
    blocks = distinct_blocks(network)
    functions, of_shortcut = _functions(blocks, network.rank)
    names = class_names(network)
    classes: list[Definition] = []
    of_block: dict[int, tuple[Definition, int]] = {}
    for key, name in names.items():
        uses = [block for block in blocks if block_form(block) == key]
        definition = _block_class(name, uses)
        classes.append(definition)
        of_block |= {id(block): (definition, index) for index, block in enumerate(uses)}
    return Definitions(tuple(functions), tuple(classes), of_block, of_shortcut)


def _block_class(name: str, uses: Sequence[Block]) -> Definition:
    """One class for blocks of one form. It has a slot for the shortcut if any of them is not the identity."""
    parameters = Parameters(symbols([block.widths for block in uses]))
    first = uses[0]
    lines = assignments(parameters, [(*block.branch, *block.joined) for block in uses])
    slot = any(block.shortcut.nodes for block in uses)
    if slot:
        lines.append("self.downsample = shortcut")
    forward = block_forward(first, "self.downsample({x})" if slot else "{x}")
    words = first.description.strip() or f"The block type `{first.type}` of the spec."
    return Definition(name, words, tuple(parameters.in_order()), tuple(lines), tuple(forward), slot)


def _functions(blocks: Sequence[Block], rank: int) -> tuple[list[Definition], dict[int, tuple[Definition, int]]]:
    """A function for each form of projection."""
    groups: dict[tuple[object, ...], list[Shortcut]] = {}
    for block in blocks:
        if block.shortcut.kind in _SHORTCUT_WORDS:
            groups.setdefault(shortcut_form(block.shortcut), []).append(block.shortcut)
    functions: list[Definition] = []
    where: dict[int, tuple[Definition, int]] = {}
    for uses in groups.values():
        kind = _kind(uses[0])
        taken = [definition.name for definition in functions]
        name = kind if kind not in taken else f"{kind}{sum(other.startswith(kind) for other in taken) + 1}"
        definition = _function(name, by_rank(_SHORTCUT_WORDS[kind], rank), uses)
        functions.append(definition)
        where |= {id(shortcut): (definition, index) for index, shortcut in enumerate(uses)}
    return functions, where


def _kind(shortcut: Shortcut) -> str:
    """What a projection does: without a stride there is nothing to average, whatever was asked for."""
    averages = any(node.operator.role == "avg_pool" for node in shortcut.nodes)
    return "avg_projection" if averages else "projection"


def _function(name: str, words: str, uses: Sequence[Shortcut]) -> Definition:
    sequences = [shortcut.nodes for shortcut in uses]
    parameters = Parameters(symbols([_ends(shortcut) for shortcut in uses]))
    lines = []
    for index in range(len(sequences[0])):
        same = constructions(sequences, index)
        lines.append(call(same[0].function, parameters.arguments(same, name), indent=8, after=","))
    return Definition(name, words, tuple(parameters.in_order()), tuple(lines))


def _ends(shortcut: Shortcut) -> tuple[tuple[str, int], ...]:
    """The widths that a projection leads from and to: those of its convolution."""
    weight = next(entry for node in shortcut.nodes for entry in node.operator.entries())
    return ("in", weight.shape[1]), ("out", weight.shape[0])


def shortcut_expression(block: Block, found: Definitions) -> str:
    """The expression that makes a block's shortcut."""
    shortcut = block.shortcut
    if not shortcut.nodes:
        return "nn.Identity()"
    if id(shortcut) in found.of_shortcut:
        definition, index = found.of_shortcut[id(shortcut)]
        return definition.made(index)
    construction = shortcut.nodes[0].operator.construction()
    assert construction is not None
    return f"{construction.function}({', '.join(Parameters({}).arguments([construction], 'shortcut'))})"
