"""Functions that build the shortcuts of blocks, for shortcuts that no rule of a class covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from resnetgen.codegen.block_layout import BlockLayout, shortcut_kind
from resnetgen.codegen.classes import Definition, form, symbols
from resnetgen.codegen.containers import Sequential
from resnetgen.codegen.modules import Modules
from resnetgen.codegen.parameters import Parameters
from resnetgen.codegen.tree import Bracket, Return, call, merged
from resnetgen.ir.naming import by_rank
from resnetgen.ir.network import Block, Node

_WORDS = {
    "projection": "A 1x1 convolution if the two sides of an addition differ in shape.",
    "avg_projection": "Average pooling and a 1x1 convolution if the sides of an addition differ.",
    "shortcut": "The operators between the input of a block and the addition.",
}


@dataclass(slots=True)
class ShortcutFunctions:
    """The functions that build shortcuts, and for each shortcut its function and the index of its use."""

    modules: Modules
    definitions: list[Definition] = field(default_factory=list)
    _of: dict[int, tuple[Definition, int]] = field(default_factory=dict)

    def add(self, layouts: Sequence[BlockLayout], rank: int) -> None:
        """Define a function for each form of shortcut that is a sequence of modules."""
        groups: dict[tuple[object, ...], list[BlockLayout]] = {}
        for each in layouts:
            if each.shortcut and isinstance(each.shortcut[0].operator, Sequential):
                items = each.shortcut[0].operator.items
                groups.setdefault((each.block.shortcut.kind, form(items, self.modules.known)), []).append(each)
        for uses in groups.values():
            definition = _function(self._name(uses), uses, rank, self.modules)
            self.definitions.append(definition)
            self._of |= {id(each.block.shortcut): (definition, index) for index, each in enumerate(uses)}

    def _name(self, uses: Sequence[BlockLayout]) -> str:
        kind = shortcut_kind(uses[0].block.shortcut)
        taken = [definition.name for definition in self.definitions]
        return kind if kind not in taken else f"{kind}{sum(other.startswith(kind) for other in taken) + 1}"

    def made(self, layout: BlockLayout) -> Bracket | None:
        """Return the expression that builds a block's shortcut; None if there is no operator in it."""
        if not layout.shortcut:
            return None
        if id(layout.block.shortcut) in self._of:
            definition, index = self._of[id(layout.block.shortcut)]
            return definition.made(index)
        node = layout.shortcut[0]
        construction = self.modules.known[node.operator]
        assert construction is not None
        return Parameters({}).made([construction], node.name)


def _reaches(uses: Sequence[BlockLayout]) -> bool:
    """Tell whether a convolution in these shortcuts has a kernel larger than 1."""
    operators = [node.operator for use in uses for node in use.block.shortcut.nodes]
    windows = [operator.receptive_window() for operator in operators if operator.role == "conv"]
    return any(window is not None and set(window.kernel) != {1} for window in windows)


def _function(name: str, uses: Sequence[BlockLayout], rank: int, modules: Modules) -> Definition:
    words = by_rank(_WORDS[shortcut_kind(uses[0].block.shortcut)], rank)
    if _reaches(uses):
        words = words.replace("A 1x1 convolution", "A convolution")
    parameters = Parameters(symbols([_end_widths(use.block) for use in uses]))
    sequences = [[known for node in _chained(use) if (known := modules.known[node.operator])] for use in uses]
    items = [parameters.made(same, name) for same in zip(*sequences, strict=True)]
    made = call("nn.Sequential", items, exploded=True)
    at = merged(use.shortcut_at or use.at for use in uses)
    return Definition(name, words, tuple(parameters.in_order()), (Return(made),), at=at)


def _chained(use: BlockLayout) -> tuple[Node, ...]:
    chain = use.shortcut[0].operator
    assert isinstance(chain, Sequential)
    return chain.items


def _end_widths(block: Block) -> tuple[tuple[str, int], ...]:
    """Return the input and output widths of a block's shortcut."""
    return block.widths[:2]
