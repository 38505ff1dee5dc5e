"""The definitions of a file beside its network: block classes, and the functions that make their shortcuts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from resnetgen.codegen.block_forward import block_forward
from resnetgen.codegen.classes import Definition, Slot, assignments, form, method, symbols
from resnetgen.codegen.containers import Sequential, contained, grouped
from resnetgen.codegen.modules import Modules
from resnetgen.codegen.parameters import Parameters
from resnetgen.codegen.tree import Assign, Bracket, Return, Statement, call
from resnetgen.frozen import Frozen
from resnetgen.ir.naming import by_rank, capitals
from resnetgen.ir.network import Block, Network, Node, Shortcut
from resnetgen.ir.reserved import reserved_classes
from resnetgen.ops.composite import Composite
from resnetgen.ops.identity import Identity

_SHORTCUT_WORDS = {
    "projection": "A 1x1 convolution, where the two sides of an addition differ in shape.",
    "avg_projection": "A mean, then a 1x1 convolution, where the sides of an addition differ.",
    "shortcut": "What is done to the input of a block before it is added.",
}


class BlockLayout(NamedTuple):
    """A block as its class has it: its nodes in containers, and its attributes in order, those of a method apart."""

    block: Block
    branch: tuple[Node, ...]
    post_add: tuple[Node, ...]
    shortcut: tuple[Node, ...]

    def attributes(self) -> list[Node]:
        """What its constructor assigns, in order."""
        return [attribute for node in (*self.branch, *self.post_add) for attribute in _attributes(node)]

    def tap(self) -> int:
        """How many nodes of the branch the shortcut reads after, none of which is torn."""
        return len(grouped(self.block.branch[: self.block.shortcut.tap]))

    def widths(self) -> tuple[tuple[str, int], ...]:
        """What its class calls its numbers of channels: those of its type, and of its methods."""
        return (*self.block.widths, *(width for one in self.methods() for width in one.widths()))

    def methods(self) -> Iterator[Composite]:
        """The operators that are methods of it."""
        for node in self.branch:
            if isinstance(node.operator, Composite) and node.operator.inline and not node.name:
                yield node.operator


def _attributes(node: Node) -> list[Node]:
    if node.name or not isinstance(node.operator, Composite):
        return [node]
    return [Node(part.name, part.operator, node.at) for part in node.operator.parts()]


class Definitions(Frozen):
    """Every definition, and for each block and shortcut which one it uses and as which of its uses."""

    modules: Modules
    functions: tuple[Definition, ...]
    classes: tuple[Definition, ...]
    of_block: dict[int, tuple[Definition, int]]


def definitions(network: Network, modules: Modules) -> Definitions:
    """What the network's blocks need to be defined."""
    forms = [_form(run.block) for stage in network.stages for run in stage.runs]
    ends = [*grouped(network.stem), *grouped(network.head)]
    modules.add([*ends, *(node for each in forms for node in (*each.branch, *each.post_add, *each.shortcut))])
    functions, of_shortcut = _functions(forms, network.rank, modules)
    names = _class_names(network, forms, modules)
    classes: list[Definition] = []
    of_block: dict[int, tuple[Definition, int]] = {}
    for key, name in names.items():
        uses = [each for each in forms if _key(each, modules) == key]
        made = tuple(_shortcut_expression(each, of_shortcut, modules) for each in uses)
        definition = _block_class(name, uses, made, modules)
        classes.append(definition)
        of_block |= {id(each.block): (definition, index) for index, each in enumerate(uses)}
    return Definitions(modules, tuple(functions), tuple(classes), of_block)


def _form(block: Block) -> BlockLayout:
    around = block.shortcut
    shortcut = contained(around.name, around.nodes, capitals(_kind(around))) if _is_named(around) else around.nodes
    return BlockLayout(block, grouped(block.branch), grouped(block.post_add), shortcut)


def _is_named(shortcut: Shortcut) -> bool:
    return any(node.name for node in shortcut.nodes)


def _key(each: BlockLayout, modules: Modules) -> tuple[object, ...]:
    """What blocks of one class have in common: their type, their operators, and how the shortcut joins."""
    block = each.block
    joins = block.shortcut.kind != "none"
    return (block.type, form(each.branch, modules.known), form(each.post_add, modules.known), joins, block.shortcut.tap)


def _block_class(
    name: str, uses: Sequence[BlockLayout], made: tuple[Bracket | None, ...], modules: Modules
) -> Definition:
    """One class for blocks of one form. It has a slot for the shortcut if any of them is not the identity."""
    parameters = Parameters(symbols([use.widths() for use in uses]))
    first = uses[0]
    slots = _slots(uses, modules, parameters)
    idle = {node.name for node in first.branch if node.injected} - {slot.attribute for slot in slots}
    body: list[Statement] = [
        each
        for each in assignments(parameters, [use.attributes() for use in uses], modules.known)
        if each.target.removeprefix("self.") not in idle
    ]
    brought = "{x}"
    block = first.block
    if set(made) != {None}:
        attribute = block.shortcut.name
        slots.append(Slot("shortcut", attribute, tuple(each or call("nn.Identity") for each in made)))
        body.insert(0 if block.shortcut.first else len(body), Assign(f"self.{attribute}", "shortcut"))
        brought = f"self.{attribute}({{x}})"
    forward = block_forward(
        [node for node in first.branch if node.name not in idle], first.post_add, block.shortcut, first.tap(), brought
    )
    words = block.description.strip() or f"The block type `{block.type}` of the spec."
    methods = [method(one.class_name, one.sentence(), modules.method_lines(one)) for one in first.methods()]
    methods.append(method("forward", "", forward))
    return Definition(name, words, tuple(parameters.in_order()), tuple(body), tuple(methods), tuple(slots))


def _slots(uses: Sequence[BlockLayout], modules: Modules, parameters: Parameters) -> list[Slot]:
    """A slot for each place where the blocks have different operators, unless none of them has any."""
    found = []
    for index, node in enumerate(uses[0].branch):
        if node.injected and any(not isinstance(use.branch[index].operator, Identity) for use in uses):
            made = tuple(_made(use.branch[index], modules) for use in uses)
            found.append(Slot(parameters.pass_in(node.name), node.name, made))
    return found


def _made(node: Node, modules: Modules) -> Bracket:
    """The expression that makes a node, every number written in."""
    construction = modules.known[node.operator]
    assert construction is not None
    return Parameters({}).made([construction], node.name)


def _functions(
    forms: Sequence[BlockLayout], rank: int, modules: Modules
) -> tuple[list[Definition], dict[int, tuple[Definition, int]]]:
    """A function for each form of shortcut that is a sequence of modules."""
    groups: dict[tuple[object, ...], list[BlockLayout]] = {}
    for each in forms:
        if len(each.shortcut) == 1 and isinstance(each.shortcut[0].operator, Sequential):
            items = each.shortcut[0].operator.items
            groups.setdefault((each.block.shortcut.kind, form(items, modules.known)), []).append(each)
    functions: list[Definition] = []
    where: dict[int, tuple[Definition, int]] = {}
    for uses in groups.values():
        kind = _kind(uses[0].block.shortcut)
        taken = [definition.name for definition in functions]
        name = kind if kind not in taken else f"{kind}{sum(other.startswith(kind) for other in taken) + 1}"
        words = by_rank(_SHORTCUT_WORDS[kind], rank)
        if _reaches(uses):
            words = words.replace("A 1x1 convolution", "A convolution")
        definition = _function(name, words, uses, modules)
        functions.append(definition)
        where |= {id(each.block.shortcut): (definition, index) for index, each in enumerate(uses)}
    return functions, where


def _reaches(uses: Sequence[BlockLayout]) -> bool:
    """Whether a convolution among these shortcuts has a kernel of more than one pixel."""
    convs = [
        node.operator.window() for use in uses for node in use.block.shortcut.nodes if node.operator.role == "conv"
    ]
    return any(window is not None and set(window.kernel) != {1} for window in convs)


def _kind(shortcut: Shortcut) -> str:
    """What a projection does: without a stride there is nothing to average, whatever was asked for."""
    if not shortcut.kind.endswith("projection"):
        return "shortcut"
    averages = any(node.operator.role == "avg_pool" for node in shortcut.nodes)
    return "avg_projection" if averages else "projection"


def _function(name: str, words: str, uses: Sequence[BlockLayout], modules: Modules) -> Definition:
    parameters = Parameters(symbols([_ends(use.block) for use in uses]))
    sequences = [[known for node in _chained(use) if (known := modules.known[node.operator])] for use in uses]
    items = [parameters.made(same, name) for same in zip(*sequences, strict=True)]
    made = call("nn.Sequential", items, exploded=True)
    return Definition(name, words, tuple(parameters.in_order()), (Return(made),))


def _chained(use: BlockLayout) -> tuple[Node, ...]:
    chain = use.shortcut[0].operator
    assert isinstance(chain, Sequential)
    return chain.items


def _ends(block: Block) -> tuple[tuple[str, int], ...]:
    """The widths that a shortcut leads from and to."""
    return block.widths[:2]


def _shortcut_expression(
    use: BlockLayout, of_shortcut: dict[int, tuple[Definition, int]], modules: Modules
) -> Bracket | None:
    """The expression that makes a block's shortcut; None where nothing is done there."""
    if not use.shortcut:
        return None
    if id(use.block.shortcut) in of_shortcut:
        definition, index = of_shortcut[id(use.block.shortcut)]
        return definition.made(index)
    return _made(use.shortcut[0], modules)


def _class_names(network: Network, forms: Sequence[BlockLayout], modules: Modules) -> dict[tuple[object, ...], str]:
    """A name for each form of block, the plain name of its type where that is free."""
    names: dict[tuple[object, ...], str] = {}
    stages = [stage.name for stage in network.stages for _ in stage.runs]
    keys = [_key(each, modules) for each in forms]
    by_key: dict[tuple[object, ...], list[int]] = {}
    for index, key in enumerate(keys):
        by_key.setdefault(key, []).append(index)
    # Where blocks of a type with a projection are of another form than the rest, the rest have the plain name.
    order = sorted(by_key, key=lambda key: all(forms[index].shortcut for index in by_key[key]))
    for key in order:
        first = by_key[key][0]
        projects = all(forms[index].shortcut for index in by_key[key])
        names[key] = _free(_candidates(forms[first].block, stages[first], projects), modules.taken | reserved_classes())
        modules.taken.add(names[key])
    return {key: names[key] for key in by_key}


def _candidates(block: Block, stage: str, projects: bool) -> list[str]:
    name = capitals(block.type)
    if not name.endswith(("Bottleneck", "Block", "Residual")):
        name += "Block"
    if block.shortcut.kind == "none":
        name = f"Plain{name}"
    if block.shortcut.tap:
        name = f"{name}Projection"
    elif projects:
        return [name, f"{name}Projection", f"{capitals(stage)}{name}"]
    return [name, f"{capitals(stage)}{name}"]


def _free(candidates: list[str], taken: set[str]) -> str:
    numbered = [f"{candidates[0]}{number}" for number in range(2, len(taken) + 3)]
    return next(name for name in [*candidates, *numbered] if name not in taken)
