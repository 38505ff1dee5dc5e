"""Check that a layout's names form modules: unique, and those of one module consecutive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.ir.network import Block, Head, Node, Shortcut, Stage
from resnetgen.ir.reserved import DEVICES, MODULES
from resnetgen.lower.idle_names import Step, composites, idle_names, role_of, table_of, table_of_head
from resnetgen.lower.module_names import first_bad_name
from resnetgen.ops.composite import Composite
from resnetgen.schema.layout_options import LayoutOptions
from resnetgen.schema.layouts import Layout, Naming


def misnamed(
    written: LayoutOptions, stem: Sequence[Node], stages: Sequence[Stage], heads: Sequence[Head]
) -> list[Fault]:
    """Return the first fault of the names in the network, in the stem's list, or in a block; at most one.

    It is at the name, or at the whole of `layout` if a base layout gives the name.
    """
    layout = written.layout()
    found = _misnamed(layout, stem, stages, heads)[:1]
    if not found:  # a base may have names for more than a network has
        idle = idle_names(layout, stem, stages, heads)
        found = [fault for fault in idle if written.has(fault.at.path[1:3])][:1]
    return [_at_its_name(fault, written) for fault in found]


def _at_its_name(fault: Fault, written: LayoutOptions) -> Fault:
    """Return a fault at its name in the layout; where a base layout gives the name, the help says which one."""
    _, *steps = fault.at.path
    at = _written_at(written, fault.at.path)
    names = [step for step in steps if isinstance(step, str)]
    if at == ("layout",) and len(names) > 1:
        other = f"{': {'.join(names)}: ...{'}' * len(names)}"
        help = f"the name is one of `{written.base}`; write another, as in `layout: {{base: {written.base}, {other}`"
        fault = fault._replace(help=help)
    return fault._replace(at=fault.at._replace(path=at))


_COMMON: dict[str | int, str] = {"blocks": "block", "heads": "head"}
"""The tables that others, for single block types or heads, are on top of."""


def _written_at(written: LayoutOptions, path: Path) -> Path:
    """Return the path of a name in the layout: its own, that for all block types, its table's, or the layout's."""
    first, *steps = path
    if first != "layout" or not steps:
        return path
    common = [_COMMON[steps[0]], *steps[2:]] if steps[0] in _COMMON else steps
    return next((("layout", *at) for at in (steps, common, steps[:1]) if written.has(at)), ("layout",))


def _misnamed(layout: Layout, stem: Sequence[Node], stages: Sequence[Stage], heads: Sequence[Head]) -> list[Fault]:
    if len(layout.stem.listed) > len(stem):
        return [_too_long(layout.stem, stem, ("stem",), "the stem")]
    whole = [*_named(stem, ("stem",), layout.stem), *_stages(layout, stages), *_heads(layout, heads)]
    found = [*_faults(whole, "the network"), *_inside_attention(layout, stem, stages, heads)]
    found += _joined(layout, stages)
    for stage in stages:
        found += _transition(stage)
    for block in _distinct(run.block for stage in stages for run in stage.block_runs):
        nodes, around = (*block.branch, *block.post_add), block.shortcut
        naming, at = layout.of_block(block.type), table_of(layout, block.type)
        found += _block_itself(nodes, at, naming)
        if len(naming.listed) > len(nodes):
            found.append(_too_long(naming, nodes, at, f"a block of the type `{block.type}`"))
        found += _faults([*_named(nodes, at, naming), _Named(around.name, ("shortcut",))], "a block")
        found += _inside_itself(around)
        if len(around.nodes) > 1 or any(node.name for node in around.nodes):
            found += _faults(_named(_whole(around), ("projection",), layout.projection), "a shortcut")
        found += _split_modules(block, layout)
    return found


def _inside_attention(
    layout: Layout, stem: Sequence[Node], stages: Sequence[Stage], heads: Sequence[Head]
) -> Iterator[Fault]:
    """Yield the faults of the names inside attention modules."""
    if not layout.attention:
        return
    own = {name: own for own, name in layout.attention}
    for composite in dict.fromkeys(composites(stem, stages, heads)):
        names = [part.name for part in composite.parts()]
        where = f"{'an' if composite.label[0] in 'aei' else 'a'} {composite.label}"
        yield from _faults([_Named(name, ("attention", own.get(name, name))) for name in names], where)
        for part in composite.parts():
            if part.operator.is_parameter and "." in part.name:
                at = Place(("layout", "attention", own[part.name]))
                message = f"`{part.name}` is a path, but {where} has a parameter here, which is in no other module"
                yield Fault("RG210", message, at, help="write a name without a dot")


def _too_long(naming: Naming, nodes: Sequence[Node], at: Step, where: str) -> Fault:
    """Return the fault of a list of names that is longer than what it names."""
    operators = ", ".join(node.operator.role for node in nodes)
    part = where if at == ("stem",) else "a block"
    message = f"the layout names {len(naming.listed)} operators of {part}, but {where} has {len(nodes)}: {operators}"
    help = f"write a `{'.'.join(map(str, at))}` with fewer names under `layout`, or a table by role"
    return Fault("RG210", message, Place(("layout", *at)), help=help)


def _joined(layout: Layout, stages: Sequence[Stage]) -> Iterator[Fault]:
    """Yield the faults of what one module with the blocks of all stages cannot have."""
    if not layout.joins_stages:
        return
    own = "write a `*` in `stage` under `layout`, so that each stage is a module: `stages.*`"
    holds = f"`{layout.stage}` holds the blocks of all stages"
    if layout.in_stage != "*":
        message = f"{holds}, which are numbered, so they cannot be called `{layout.in_stage}`"
        yield Fault("RG210", message, Place(("layout", "in_stage")), help=f"remove `in_stage`, or {own}")
    for stage in stages:
        if stage.opening is not None:
            message = f"{holds}, so the layers before those of `{stage.name}` have no place"
            yield Fault("RG210", message, Place(("layout", "stage")), help=own)


def _transition(stage: Stage) -> Iterator[Fault]:
    """Yield the faults of the names of the layers before the blocks of a stage."""
    if stage.opening is None or stage.joined:
        return
    name, key = stage.transition, ("transition",)
    yield from _faults([_Named(name, key)], "a stage")
    yield from _faults([_Named(node.name, key) for node in stage.opening.block.branch], "a transition")
    numbered = name.startswith(stage.block_name) and name.removeprefix(stage.block_name).isdigit()
    if name == stage.holder or (not stage.holder and numbered):
        message = f"the layout's names for a stage do not form modules: `{name}` names the transition and blocks"
        help = "choose another name for `transition` under `layout`"
        yield Fault("RG210", message, Place(("layout", *key)), help=help)


def _inside_itself(shortcut: Shortcut) -> Iterator[Fault]:
    """Yield a fault for a shortcut that is one of its own modules: only a convolution can hold the others."""
    if len(shortcut.nodes) < 2 or _holds_all(shortcut):
        return
    for node in shortcut.nodes:
        if not node.name:
            role = node.role or node.operator.role
            others = ", ".join(other.operator.label for other in shortcut.nodes if other is not node)
            message = f"the shortcut itself cannot be its {node.operator.label}: it has more modules, {others}"
            help = "write a name in place of `.`, or a shortcut of one module: `[{conv: 1, to: out, norm: none}]`"
            if node is shortcut.nodes[0] and node.operator.can_hold():
                help = "write a name in place of `.`, or names for those inside it: `{conv: ., norm: norm}`"
            yield Fault("RG210", message, Place(("layout", "projection", role)), help=help)


def _block_itself(nodes: Sequence[Node], at: Step, naming: Naming) -> Iterator[Fault]:
    """Yield a fault for an operator that is called `.` and is no parameter."""
    roles = [role_of(node) for node in nodes]
    for position, (node, role) in enumerate(zip(nodes, roles, strict=True)):
        named = position < len(naming.listed) or role in naming.patterns
        if node.name or node.operator.is_parameter or not named:
            continue
        message = f"the block itself cannot be its {node.operator.label}: only a learned branch scale may be called `.`"
        key = naming.key(position, role, roles[:position].count(role))
        yield Fault("RG210", message, Place(("layout", *at, *key)), help="write a name in place of `.`")


def _holds_all(shortcut: Shortcut) -> bool:
    """Tell whether a shortcut is its first convolution, with its other modules inside it."""
    first, *others = shortcut.nodes
    named = all(node.name and not node.name[0].isdigit() for node in others)
    return named and not first.name and first.operator.can_hold()


def _whole(shortcut: Shortcut) -> Sequence[Node]:
    """Return a shortcut's nodes; those of one that is a convolution under their names in the block."""
    if not _holds_all(shortcut):
        return shortcut.nodes
    return [node._replace(name=shortcut.name_of(node)) for node in shortcut.nodes]


def _split_modules(block: Block, layout: Layout) -> Iterator[Fault]:
    """Yield a fault for a module that would be split: by the shortcut's tap, or by a part that is passed in."""
    keys: dict[str, Step] = {}
    table = table_of(layout, block.type)
    for named in _named((*block.branch, *block.post_add), table, layout.of_block(block.type)):
        keys.setdefault(named.name, named.key)
    at: Step = ()
    firsts = [node.name.partition(".")[0] for node in block.branch]
    tap = block.shortcut.tap
    why = ""
    if tap and firsts[tap - 1] == firsts[tap] != "":
        why = f"the projection begins in the middle of `{firsts[tap]}`"
        at = keys.get(block.branch[tap].name, ())
    for node in block.branch:
        if node.injected and "." in node.name:
            why = f"`{node.name}` is passed in, because it depends on the stride, so it cannot be inside another module"
            at = keys.get(node.name, ())
    if why:
        help = f"choose other names for the blocks of the type `{block.type}` under `layout`"
        message = f"the layout's names for a block do not form modules: {why}"
        yield Fault("RG210", message, Place(("layout", *at)), help=help)


def _distinct(blocks: Iterable[Block]) -> Iterable[Block]:
    return {id(block): block for block in blocks}.values()


class _Named(NamedTuple):
    """A name, and where a layout gives it; `holds` is true if others may be inside it.

    It stands for `modules`, so many, whose numbers begin with the one at its end. `at` is the path of the head whose
    name it begins with, where the layout does not give it.
    """

    name: str
    key: Step
    holds: bool = False
    modules: int = 1
    at: Path = ()

    @property
    def place(self) -> Place:
        """The place of the name in the spec."""
        return Place(self.at, Part.KEY) if self.at else Place(("layout", *self.key))


def _named(nodes: Sequence[Node], table: Step, naming: Naming) -> list[_Named]:
    """Return the names in one part of a network; of functions, which need none, those that may part a module."""
    roles = [role_of(node) for node in nodes]
    return [
        _Named(
            name,
            (*table, *naming.key(position, roles[position], roles[:position].count(roles[position]))),
            node.operator.can_hold(),
        )
        for position, node in enumerate(nodes)
        for name in (_names_of(node) or ((node.name,) if _parts(nodes, position) else ()))
        if name
    ]


def _parts(nodes: Sequence[Node], position: int) -> bool:
    """Tell whether the nodes before and behind this one are in one module."""
    if not 0 < position < len(nodes) - 1:
        return False
    before, behind = (nodes[index].name.partition(".") for index in (position - 1, position + 1))
    return before[:2] == behind[:2]


def _stages(layout: Layout, stages: Sequence[Stage]) -> list[_Named]:
    key = ("stage",) if layout.stage else ()
    if layout.joins_stages:
        return [_Named(f"{stage.path}.{stage.first}", key, modules=stage.blocks()) for stage in stages]
    return [_Named(stage.path, key) for stage in stages]


def _heads(layout: Layout, heads: Sequence[Head]) -> list[_Named]:
    found = []
    for head in heads:
        table = table_of_head(layout, head)
        given = _named(head.nodes, table or (), layout.of_head(head.name))
        found += given if table is not None else [named._replace(at=head.at) for named in given]
    return found


def _names_of(node: Node) -> tuple[str, ...]:
    """Return a node's name, or the block's names for its parts if it has none; a numbered function counts too."""
    operator = node.operator
    if not node.name and isinstance(operator, Composite):
        return operator.inline_names()
    if operator.is_parameter:
        return (operator.entries()[0].name,)
    return (node.name,) if operator.is_module or node.name[-1:].isdigit() else ()


def _faults(names: Sequence[_Named], where: str) -> Iterator[Fault]:
    """Yield the first fault of some names, at the name in the layout."""
    wrong = first_bad_name(tuple(named.name for named in names), tuple((named.holds, named.modules) for named in names))
    if wrong is not None:
        help = "choose other names under `layout`" + (", or for the stages" if where == "the network" else "")
        if names[wrong.name].key[-1:] == ("flatten",):
            help = f"{help}; or write a name in that module for `flatten`, which is between them"
        if wrong.instead:
            help = f"{help}; `{wrong.instead}` would be next"
        message = f"the layout's names for {where} do not form modules: {wrong.why}"
        yield Fault("RG210", message, names[wrong.name].place, help=help)


def file_faults(name: str) -> list[Fault]:
    """Return the fault of a network's name that no file NAME.py should have."""
    if name in MODULES:
        message = f"a file `{name}.py` would be imported in place of the library {name}"
    elif name.lower() in DEVICES:
        message = f"Windows reserves the name `{name}` for a device and allows no file `{name}.py`"
    else:
        return []
    return [Fault("RG205", message, Place(("name",)), help="choose another name")]
