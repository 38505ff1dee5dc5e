"""The network's methods: from its input to the maps of its stages, and from the last map to its output."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from resnetgen.analysis.features import Feature, features, reductions
from resnetgen.analysis.shape_inference import StageTrace, Trace, format_shape
from resnetgen.analysis.step import Step
from resnetgen.codegen.block_forward import chain
from resnetgen.codegen.classes import method
from resnetgen.codegen.containers import grouped, parted, size
from resnetgen.codegen.python import literal
from resnetgen.codegen.stages import stage_module
from resnetgen.codegen.tree import Assign, Commented, Function, Return, Statement, call, mapping
from resnetgen.ir.network import Node
from resnetgen.ir.stem_map import STEM

MODULES = ("torch", "nn", "F")
"""Names of modules that the methods may use, so no map can have one."""


_MAPS = "dict[str, Tensor]"


class Forward(NamedTuple):
    """The methods, and the constructor's statements about the maps."""

    facts: tuple[Assign, ...]
    methods: tuple[Function, ...]


def forward(trace: Trace) -> Forward:
    """Return the network's methods, and the constructor's statements about its maps.

    A statement that changes the shape has a comment with the shape at the spec's input size. A network with a head has
    a method for everything before the head, and one for a head of more than two modules. A network that returns maps
    returns those that the spec names, each in a variable of its own.
    """
    maps = features(trace.network)
    head = [*_through(trace.head), Return("x")]
    if not trace.stages:
        return Forward((), (method("forward", "", [*_through(trace.stem), *head]),))
    if trace.network.gives_maps:
        return _maps_alone(trace, maps)
    own = _of_head(trace, head)
    if not trace.network.features:
        return own
    return Forward((*own.facts, *_facts(maps)), (*own.methods, _maps_method(trace, maps)))


def _of_head(trace: Trace, head: list[Statement]) -> Forward:
    """Return the methods of a network with stages and a head."""
    number = Assign("self.num_features", literal(_last_channels(trace)))
    before = method("forward_features", "The last feature map.", [*_to_the_last_map(trace), Return("x")])
    if not trace.head:
        return Forward((number,), (before, method("forward", "", [Return("self.forward_features(x)")])))
    x = Assign("x", "self.forward_features(x)")
    if sum(node.operator.is_module for node in grouped(trace.network.head)) <= 2:
        return Forward((number,), (before, method("forward", "", [x, *head])))
    rest = Assign("x", "self.forward_head(x)")
    methods = (before, method("forward_head", "", head), method("forward", "", [x, rest, Return("x")]))
    return Forward((number,), methods)


def _maps_alone(trace: Trace, maps: Sequence[Feature]) -> Forward:
    """Return the methods of a network whose output is maps."""
    own = method("forward", "", [Return("self.feature_maps(x)")])._replace(returns=_MAPS)
    return Forward(tuple(_facts(maps)), (_maps_method(trace, maps), own))


def _maps_method(trace: Trace, maps: Sequence[Feature]) -> Function:
    given = method("feature_maps", "The feature maps by name.", list(_features(trace, [one.name for one in maps])))
    return given._replace(returns=_MAPS)


def _last_channels(trace: Trace) -> int:
    return trace.stages[-1].output[0]


def _to_the_last_map(trace: Trace) -> Iterator[Statement]:
    yield from _through(trace.stem)
    for index, stage in enumerate(trace.stages):
        yield _stage(stage, index, "x", "x")


def _facts(maps: Sequence[Feature]) -> Iterator[Assign]:
    """Assign the channels and the reduction of each map, which are known without running the network.

    They are attributes of the network and not of its class, for which ruff wants `typing.ClassVar`, and the file would
    import more than torch.
    """
    yield _attribute("feature_channels", {one.name: one.channels for one in maps})
    yield _attribute("feature_reductions", reductions(maps))


def _attribute(name: str, facts: Mapping[str, object]) -> Assign:
    return Assign(f"self.{name}", mapping(f"{literal(key)}: {literal(value)}" for key, value in facts.items()))


def _features(trace: Trace, names: Sequence[str]) -> Iterator[Statement]:
    """Yield the statements from the input to the maps that are returned."""
    kept = _locals(names)
    x = "x"
    stages = [stage.stage.name for stage in trace.stages]
    wanted = max((stages.index(name) + 1 for name in names if name != STEM), default=0)
    if STEM in kept:
        before, after = parted(_grouped(trace.stem), trace.network.stem_map)
        through = trace.stem if wanted else trace.stem[: sum(map(size, before))]
        last = len(before) - 1
        x = kept[STEM]
        if not before:
            yield Assign(x, "x")
        yield from _applied([*before, *(after if wanted else ())], through, {last: x})
        x = x if not after else "x"
    else:
        yield from _through(trace.stem)
    for index, stage in enumerate(trace.stages[:wanted]):
        source, x = x, kept.get(stage.stage.name, "x")
        yield _stage(stage, index, source, x)
    yield Return(mapping(f"{literal(name)}: {kept[name]}" for name in names))


def _stage(stage: StageTrace, index: int, source: str, target: str) -> Statement:
    statement = Assign(target, call(f"self.{stage_module(stage.stage, index)}", [source]))
    return Commented(statement, format_shape(stage.output))


def _locals(names: Sequence[str]) -> dict[str, str]:
    """Choose a local variable for each map: the stage's name, if it is free."""
    found: dict[str, str] = {}
    others = {"x", "self", *MODULES, *dir(builtins)}
    taken = {*others, *names}
    for name in names:
        free = name
        while free in others or (free != name and free in taken):
            free += "_"
        found[name] = free
        taken.add(free)
    return found


def _grouped(steps: tuple[Step, ...]) -> tuple[Node, ...]:
    return grouped([step.node for step in steps])


def _through(steps: tuple[Step, ...]) -> Iterator[Statement]:
    """Yield the statements of the stem or the head, with the new shape as a comment where it changes."""
    return _applied(_grouped(steps), steps, {})


def _applied(nodes: Sequence[Node], steps: tuple[Step, ...], kept: Mapping[int, str]) -> Iterator[Statement]:
    """Yield the statements that apply nodes in order; outputs in `kept` have variables of their own."""
    following = iter(steps)
    source = "x"
    for index, node in enumerate(nodes):
        target = kept.get(index, "x")
        inside = list(islice(following, size(node)))
        before, after = inside[0].input, inside[-1].output
        (statement,) = chain([node], source, target)
        yield statement if after == before else Commented(statement, format_shape(after))
        source = target
