"""The expressions that build the stages: one line for each run of blocks, of any length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from resnetgen.codegen.blocks import Definitions
from resnetgen.codegen.classes import IDENTITY, method, module_class
from resnetgen.codegen.containers import origin
from resnetgen.codegen.network_tree import opening_module
from resnetgen.codegen.parameters import Parameters
from resnetgen.codegen.printer import printed, printed_statements
from resnetgen.codegen.python import quoted
from resnetgen.codegen.stage_function import Pattern, stage_function
from resnetgen.codegen.tree import (
    Assign,
    Bracket,
    Class,
    Do,
    Expression,
    For,
    Function,
    If,
    Located,
    Paths,
    Return,
    Statement,
    call,
    merged,
    repeated,
    repeated_group,
)
from resnetgen.ir.network import Network, Run, Stage
from resnetgen.ops.operator import Schedule

JOINED = "Blocks"
"""The class of a module that holds the blocks of all stages."""

MOST_IN_GROUP = 8
"""The most blocks of a group that repeats and is written once."""

_LINES_AROUND_GROUP = 6
"""The lines of a group beside its blocks."""


class Stages(NamedTuple):
    """The expression that builds each stage, by its name, and the function that they call, if there is one.

    `before` are the statements before them.
    """

    made: dict[str, Bracket]
    function: Function | None
    before: tuple[Assign, ...] = ()


def stages(network: Network, found: Definitions) -> Stages:
    """Write `nn.Sequential(...)` for each stage.

    A function builds stages whose blocks follow one pattern, if the file is no longer for it, or if each call would
    compute a rate that grows.
    """
    plain = {stage.name: _sequence(stage, found, network) for stage in network.stages}
    by = _by_function(network, found)
    if by is None:
        return Stages(plain, None)
    made = plain | by.calls
    long, short = _assigned(network, plain), (*by.before, *_assigned(network, made))
    if by.before or _lines(short) + len(printed(by.function).splitlines()) <= _lines(long):
        return Stages(made, by.function, by.before)
    return Stages(plain, None)


def _assigned(network: Network, made: Mapping[str, Bracket]) -> tuple[Assign, ...]:
    """Return the statements with these expressions, to count their lines."""
    container, _, last = network.stages[0].path.rpartition(".") if network.stages else ("", "", "")
    if last.isdigit():
        return (Assign(f"self.{container}", call("nn.Sequential", made.values(), exploded=len(made) > 1)),)
    return tuple(Assign(f"self.{stage.path}", made[stage.name]) for stage in network.stages)


def _lines(statements: Sequence[Assign]) -> int:
    return len(printed_statements(statements, 8).splitlines())


class _ByFunction(NamedTuple):
    """The function for the stages of one class, its calls by the stage's name, and the statements before them."""

    function: Function
    calls: dict[str, Bracket]
    before: tuple[Assign, ...]


def _by_function(network: Network, found: Definitions) -> _ByFunction | None:
    """Return the function for the stages of the most frequent class."""
    patterns = {stage.name: pattern for stage in network.stages if (pattern := _pattern(stage, network, found))}
    groups: dict[tuple[str, str], list[str]] = {}
    for name, pattern in patterns.items():
        groups.setdefault((pattern.definition.name, pattern.container), []).append(name)
    names = max(groups.values(), key=len, default=[])
    made = stage_function([patterns[name] for name in names]) if len(names) > 1 else None
    if made is None:
        return None
    before = () if made.rates is None else (made.rates,)
    at = tuple(stage.at for stage in network.stages if stage.name in names)
    return _ByFunction(made.function._replace(at=at), dict(zip(names, made.calls, strict=True)), before)


def _pattern(stage: Stage, network: Network, found: Definitions) -> Pattern | None:
    """Return a stage as a first block and equal ones after it; None if it has other blocks."""
    runs = [each.run for each in _merged(stage, found)]
    if named_by_stage(network) or has_transitions(network) or stage.joined:
        return None
    if len(runs) > 2 or (len(runs) == 2 and runs[0].repeat > 1):
        return None
    (first, one), (last, other) = (found.of_block[id(run.block)] for run in (runs[0], runs[-1]))
    if first is not last:
        return None
    blocks = stage.blocks()
    return Pattern(first, _function(stage, network), one, other if blocks > 1 else None, blocks, runs[0].first)


def _function(stage: Stage, network: Network) -> str:
    """Return the class or function that builds a stage from its blocks."""
    kept = stage.name not in network.training.checkpoint
    if has_stage_class(network):
        return "Stage" if kept else "CheckpointedStage"
    return "nn.Sequential" if kept else "Checkpointed"


def has_stage_class(network: Network) -> bool:
    """Tell whether stages have a class of their own.

    They do if an attribute holds their blocks, if the blocks have names, or if there are layers before them.
    """
    return has_transitions(network) or any(
        stage.holder or stage.block_name or (stage.first and not stage.joined) for stage in network.stages
    )


def has_transitions(network: Network) -> bool:
    """Tell whether any stage has layers before its blocks, so that the class of stages takes them."""
    return any(stage.opening is not None for stage in network.stages)


def stage_classes(network: Network) -> list[Class]:
    """Return the classes of stages that are more than a sequence with numbers from 0."""
    if not has_stage_class(network):
        return []
    used = {_function(stage, network) for stage in network.stages}
    what = "A sequence of blocks"
    if has_transitions(network):
        what = "Layers that may change the map, and a sequence of blocks"
    made = (
        ("Stage", f"{what}.", "nn.Sequential"),
        ("CheckpointedStage", f"{what}, each run again in the backward pass.", "Checkpointed"),
    )
    return [_stage_class(name, words, container, network) for name, words, container in made if name in used]


def _stage_class(name: str, words: str, container: str, network: Network) -> Class:
    stage, opens = network.stages[0], has_transitions(network)
    held = f"self.{stage.holder}" if stage.holder else ""
    parameters = ["*blocks: nn.Module"]
    opening = [Assign(f"self.{stage.transition}", stage.transition)] if opens else []
    body: list[Statement] = []
    if held and not (stage.block_name or stage.first):
        body = [*opening, Assign(held, f"{container}(*blocks)")]
    else:
        body = [*opening, Assign(held, f"{container}()")] if held else [*opening]
        body.append(_naming(stage, held or "self", by_stage=named_by_stage(network)))
    if opens:
        parameters.insert(0, f"{stage.transition}: nn.Module")
    if named_by_stage(network):
        parameters.insert(0, "name: str")
    if held:
        first = [Assign("x", f"self.{stage.transition}(x)")] if opens else []
        forward = method("forward", "", [*first, Assign("x", f"{held}(x)"), Return("x")])
        return module_class(name, words, parameters, body, [forward])
    return module_class(name, words, parameters, body, [], base=container)


def joined_class() -> Class:
    """Return the class of a module that holds the blocks of all stages, and can run a part of them."""
    inside = "i >= start and (end is None or i < end)"
    run = For("i, block", "enumerate(self)", (If(inside, (Assign("x", "block(x)"),)),))
    parameters = ("self", "x: Tensor", "start: int = 0", "end: int | None = None")
    forward = Function("forward", parameters, "Tensor", "", (run, Return("x")))
    return Class(JOINED, "nn.Sequential", "A sequence of modules, of which `forward` can run a part.", (forward,))


def _naming(stage: Stage, held: str, *, by_stage: bool) -> For:
    """Write the loop that gives each block its name."""
    numbers = f"enumerate(blocks, {stage.first})" if stage.first else "enumerate(blocks)"
    before = "{name}" if by_stage else stage.block_name
    name = f'f"{before}{{i}}"' if before else "str(i)"
    return For("i, block", numbers, (Do(call(f"{held}.add_module", [name, "block"])),))


def named_by_stage(network: Network) -> bool:
    """Tell whether the names of blocks differ between stages, so that the class of stages takes them."""
    return len({stage.block_name for stage in network.stages}) > 1


def _sequence(stage: Stage, found: Definitions, network: Network) -> Bracket:
    runs = _merged(stage, found)
    elements = [Located(_element(each.run, found), each.at) for each in runs]
    if not any(_counts(each.run, found) for each in runs):
        elements = _with_groups(elements)
    name = [quoted(stage.block_name)] if named_by_stage(network) else []
    opening: list[Expression] = [_opening(stage, found)] if has_transitions(network) else []
    made: list[Expression] = [*name, *opening, *elements]
    return call(_function(stage, network), made, exploded=len(made) > 1)


def _opening(stage: Stage, found: Definitions) -> Expression:
    """Build the layers before the blocks of a stage; an identity if there are none."""
    if stage.opening is None:
        return IDENTITY
    module = opening_module(stage)
    construction = found.modules.known[module.operator]
    assert construction is not None, "a container is a module"
    return Located(Parameters({}).made([construction], module.name), origin(module))


def _with_groups(elements: list[Located]) -> list[Located]:
    """Return elements with those that repeat in a row, several together, written once."""
    written: list[Located] = []
    at = 0
    while at < len(elements):
        length, repeat = max((_repeats(elements, at, length) for length in range(2, MOST_IN_GROUP + 1)), key=_saved)
        if _saved((length, repeat)) > 0:
            group = repeated_group([each.value for each in elements[at : at + length]], repeat)
            written.append(Located(group, merged(each.at for each in elements[at : at + length * repeat])))
            at += length * repeat
        else:
            written.append(elements[at])
            at += 1
    return written


def _repeats(elements: list[Located], at: int, length: int) -> tuple[int, int]:
    """Return the length of a group from an index on, and how often it stands there in a row."""
    group, repeat = _values(elements, at, length), 1
    while _values(elements, at + length * repeat, length) == group:
        repeat += 1
    return length, repeat if len(group) == length else 0


def _values(elements: list[Located], at: int, length: int) -> list[Expression]:
    return [each.value for each in elements[at : at + length]]


def _saved(group: tuple[int, int]) -> int:
    """Return how many lines a group of this length and number of repetitions saves."""
    length, repeat = group
    return length * (repeat - 1) - _LINES_AROUND_GROUP


class _MergedRun(NamedTuple):
    """Equal blocks in a row, and the parts of the spec that ask for them."""

    run: Run
    at: Paths


def _merged(stage: Stage, found: Definitions) -> list[_MergedRun]:
    """Return the stage's runs, with neighbours merged that are written alike."""
    runs: list[_MergedRun] = []
    for run in stage.block_runs:
        if runs and _block(runs[-1].run, found, "i") == _block(run, found, "i"):
            last, at = runs.pop()
            longer = Run(last.block, last.repeat + run.repeat, last.first)
            runs.append(_MergedRun(longer, merged((at, (run.at,)))))
        else:
            runs.append(_MergedRun(run, (run.at,)))
    return runs


def _element(run: Run, found: Definitions) -> Expression:
    if run.repeat == 1:
        return _block(run, found, str(run.first))
    if not _counts(run, found):
        return repeated(_block(run, found, "_"), f"for _ in range({run.repeat})")
    numbers = f"{run.first}, {run.first + run.repeat}" if run.first else str(run.repeat)
    return repeated(_block(run, found, "i"), f"for i in range({numbers})")


def _counts(run: Run, found: Definitions) -> bool:
    """Tell whether a schedule makes the blocks of a run differ by their number."""
    made = [found.modules.known[node.operator] for node in run.block.nodes()]
    arguments = [argument for construction in made if construction for argument in construction.arguments]
    return any(isinstance(argument.value, Schedule) for argument in arguments)


def _block(run: Run, found: Definitions, number: str) -> Bracket:
    definition, index = found.of_block[id(run.block)]
    return call(definition.name, definition.use(index, block=number))
