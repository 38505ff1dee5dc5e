"""The classes of a file: one for each block type and form in use, however many widths it comes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from resnetgen.emit.parameters import Parameter, Parameters, Vector
from resnetgen.emit.python import call, literal
from resnetgen.ir import Block, Network, Node, Shortcut
from resnetgen.naming import capitals
from resnetgen.ops.operator import Construction, Family, Operator, Schedule
from resnetgen.reserved import CLASSES


@dataclass(frozen=True, slots=True)
class Definition:
    """A class or function to emit: its name, its parameters, and which of its uses each thing is."""

    name: str
    words: str
    parameters: tuple[Parameter, ...]
    lines: tuple[str, ...]
    forward: tuple[str, ...] = ()
    slot: bool = False

    def signature(self) -> list[str]:
        """The parameters as they are declared; a shortcut's slot before those with a default."""
        plain = [parameter.declared() for parameter in self.parameters if parameter.default is None]
        given = [parameter.declared() for parameter in self.parameters if parameter.default is not None]
        return [*plain, *(["shortcut: nn.Module"] if self.slot else []), *given]

    def made(self, index: int) -> str:
        """The call of a function of numbers alone: by position, as `nn.Conv2d` is called, if it has both widths."""
        arguments: list[str] = []
        by_position = sum(parameter.positional for parameter in self.parameters) == 2
        for parameter in self.parameters:
            value = parameter.vector[index]
            if parameter.default is not None and value == parameter.default:
                by_position = False
                continue
            named = not (parameter.positional or by_position)
            arguments.append(f"{parameter.name}={literal(value)}" if named else literal(value))
        return f"{self.name}({', '.join(arguments)})"

    def use(self, index: int, *, block: str = "", shortcut: str = "") -> list[str]:
        """The arguments of the use number `index`; `block` is the expression of the block's number in the network."""
        arguments = []
        for parameter in self.parameters:
            value = parameter.vector[index]
            if parameter.default is not None and value == parameter.default:
                continue
            text = _scheduled(value, block) if isinstance(value, Schedule) else literal(value)
            arguments.append(text if parameter.positional else f"{parameter.name}={text}")
        return [*arguments, *([f"shortcut={shortcut}"] if self.slot else [])]


def _scheduled(schedule: Schedule, block: str) -> str:
    """A rate that grows from the first block to the last."""
    return f"{schedule.rate!r} * {block} / {max(schedule.total - 1, 1)}"


def distinct_blocks(network: Network) -> list[Block]:
    """The blocks of all runs."""
    return [run.block for stage in network.stages for run in stage.runs]


def form(nodes: Sequence[Node]) -> tuple[object, ...]:
    """What two sequences must have in common to be written as one class: names, operators, and what is written in."""
    return tuple((node.name, *_fixed(node.operator)) for node in nodes)


def _fixed(operator: Operator) -> tuple[object, ...]:
    construction = operator.construction()
    if construction is None:
        return (operator.label,)
    fixed = tuple((a.name, a.value) for a in construction.arguments if a.family is Family.FIXED)
    return (construction.function, fixed)


def constructions(sequences: Sequence[Sequence[Node]], index: int) -> list[Construction]:
    """The same node of each use, as it is constructed."""
    found = [nodes[index].operator.construction() for nodes in sequences]
    return [construction for construction in found if construction is not None]


def assignments(parameters: Parameters, sequences: Sequence[Sequence[Node]], indent: int = 8) -> list[str]:
    """`self.conv1 = nn.Conv2d(...)` for each node of a class."""
    lines = []
    for index, node in enumerate(sequences[0]):
        same = constructions(sequences, index)
        if same:
            arguments = parameters.arguments(same, node.name)
            lines.append(call(same[0].function, arguments, indent=indent, before=f"self.{node.name} = "))
    return lines


def symbols(uses: Sequence[Sequence[tuple[str, int]]]) -> dict[str, Vector]:
    """Each width that all the uses name, with its value in every one of them."""
    named = [dict(use) for use in uses]
    return {name: tuple(use[name] for use in named) for name in named[0] if all(name in use for use in named)}


def class_names(network: Network) -> dict[tuple[object, ...], str]:
    """A name for each form of block in the network, the plain name of its type where that is free."""
    names: dict[tuple[object, ...], str] = {}
    taken = {network.class_name, *CLASSES}
    for stage in network.stages:
        for run in stage.runs:
            key = block_form(run.block)
            if key not in names:
                names[key] = _free(_candidates(run.block, stage.name), taken)
                taken.add(names[key])
    return names


def block_form(block: Block) -> tuple[object, ...]:
    """The form of a block: its type, its operators, and how its shortcut joins."""
    joins = block.shortcut.kind != "none"
    return (block.type, form(block.branch), form(block.joined), joins, block.shortcut.tap)


def _candidates(block: Block, stage: str) -> list[str]:
    name = capitals(block.type)
    if not name.endswith(("Bottleneck", "Block", "Residual")):
        name += "Block"
    if block.shortcut.kind == "none":
        name = f"Plain{name}"
    if block.shortcut.tap:
        name = f"{name}Projection"
    return [name, f"{capitals(stage)}{name}"]


def _free(candidates: list[str], taken: set[str]) -> str:
    numbered = [f"{candidates[0]}{number}" for number in range(2, len(taken) + 3)]
    return next(name for name in [*candidates, *numbered] if name not in taken)


def shortcut_form(shortcut: Shortcut) -> tuple[object, ...]:
    """The form of a shortcut that is a sequence of operators."""
    return (shortcut.kind, form(shortcut.nodes))
