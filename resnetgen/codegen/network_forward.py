"""The network's own methods: from its input to the maps of its stages, and from the last of these to its output."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from resnetgen.analysis.features import Feature, features, reductions
from resnetgen.analysis.shape_inference import StageTrace, Step, Trace, format_shape
from resnetgen.codegen.block_forward import chain
from resnetgen.codegen.classes import method
from resnetgen.codegen.containers import grouped, size
from resnetgen.codegen.python import literal
from resnetgen.codegen.stages import stage_module
from resnetgen.codegen.tree import Assign, Commented, Function, Return, Statement, call, mapping

MODULES = ("torch", "nn", "F")
"""What the methods may speak of, so that no map can be called so."""


class Forward(NamedTuple):
    """The statements of the constructor that tell of the maps, and the methods."""

    facts: tuple[Assign, ...]
    methods: tuple[Function, ...]


def forward(trace: Trace) -> Forward:
    """The network's methods, and what is to be known of its maps.

    A statement that changes the shape has what it gives at the spec's own input size beside it. A network with a head
    has methods for what is before it and, where that has more than two modules, for the head. One that gives maps
    gives those that the spec names, each of which has a variable of its own.
    """
    maps = features(trace.network)
    head = [*_through(trace.head), Return("x")]
    if not maps:
        return Forward((), (method("forward", "", [*_through(trace.stem), *head]),))
    if trace.network.features:
        return _maps_alone(trace, maps)
    number = Assign("self.num_features", literal(maps[-1].channels))
    before = method("forward_features", "The last map.", [*_to_the_last_map(trace), Return("x")])
    x = Assign("x", "self.forward_features(x)")
    if sum(node.operator.is_module for node in grouped(trace.network.head)) <= 2:
        return Forward((number,), (before, method("forward", "", [x, *head])))
    rest = Assign("x", "self.forward_head(x)")
    methods = (before, method("forward_head", "", head), method("forward", "", [x, rest, Return("x")]))
    return Forward((number,), methods)


def _maps_alone(trace: Trace, maps: Sequence[Feature]) -> Forward:
    """A network whose output is maps."""
    given = method("feature_maps", "The maps by name.", list(_features(trace, [one.name for one in maps])))
    own = method("forward", "", [Return("self.feature_maps(x)")])
    typed = (each._replace(returns="dict[str, Tensor]") for each in (given, own))
    return Forward(tuple(_facts(maps)), tuple(typed))


def _to_the_last_map(trace: Trace) -> Iterator[Statement]:
    yield from _through(trace.stem)
    for index, stage in enumerate(trace.stages):
        yield _stage(stage, index, "x", "x")


def _facts(maps: Sequence[Feature]) -> Iterator[Assign]:
    """What is to be known of each map without running anything: its channels, and by how much it is smaller.

    They are attributes of the network and not of its class, for which ruff wants `typing.ClassVar`, and the file would
    import more than torch.
    """
    yield _attribute("feature_channels", {one.name: one.channels for one in maps})
    yield _attribute("feature_reductions", reductions(maps))


def _attribute(name: str, facts: Mapping[str, object]) -> Assign:
    return Assign(f"self.{name}", mapping(f"{literal(key)}: {literal(value)}" for key, value in facts.items()))


def _features(trace: Trace, names: Sequence[str]) -> Iterator[Statement]:
    """From the input to the maps that are given out."""
    yield from _through(trace.stem)
    kept = _locals(names)
    x = "x"
    for index, stage in enumerate(trace.stages):
        source, x = x, kept.get(stage.stage.name, "x")
        yield _stage(stage, index, source, x)
    yield Return(mapping(f"{literal(name)}: {kept[name]}" for name in names))


def _stage(stage: StageTrace, index: int, source: str, target: str) -> Statement:
    statement = Assign(target, call(f"self.{stage_module(stage.stage, index)}", [source]))
    return Commented(statement, format_shape(stage.output))


def _locals(names: Sequence[str]) -> dict[str, str]:
    """A local variable for each map: the stage's name, where it is free."""
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


def _through(steps: tuple[Step, ...]) -> Iterator[Statement]:
    """The statements of the stem or the head, with the shape that it gives beside each that changes it."""
    nodes = grouped([step.node for step in steps])
    following = iter(steps)
    for statement, node in zip(chain(nodes, "x", "x"), nodes, strict=True):
        inside = list(islice(following, size(node)))
        before, after = inside[0].input, inside[-1].output
        yield statement if after == before else Commented(statement, format_shape(after))
