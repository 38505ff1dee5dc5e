"""The network's own methods: from its input to the maps of its stages, and from the last of these to its output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from resnetgen.analysis.features import Feature, features, reductions
from resnetgen.analysis.shape_inference import StageTrace, Step, Trace, written
from resnetgen.codegen.block_forward import chain
from resnetgen.codegen.containers import grouped, size
from resnetgen.codegen.python import call, commented, literal, mapping
from resnetgen.codegen.stages import stage_module

MODULES = ("torch", "nn", "F")
"""What the methods may speak of, so that no map can be called so."""


def forward(trace: Trace) -> dict[str, Any]:
    """What network.py.j2 needs to know of the methods.

    A statement that changes the shape has what it gives at the spec's own input size beside it. A map that is given out
    has a variable of its own. A network with a head gives out the maps of all stages, by a method of its own; one
    without gives those that the spec names, and that is all it does.
    """
    maps = features(trace.network)
    names = [one.name for one in maps]
    head = [*_through(trace.head), "return x"]
    found = {"facts": list(_facts(maps)) if maps else [], "maps": list(_features(trace, names)) if maps else []}
    if not maps:
        return {**found, "maps_method": "", "forward": [*_through(trace.stem), *head]}
    if trace.network.features:
        return {**found, "maps_method": "forward", "forward": []}
    found["maps"].insert(0, '"""The map of each stage."""')
    head.insert(0, f"x = self.forward_features(x)[{literal(names[-1])}]")
    return {**found, "maps_method": "forward_features", "forward": head}


def _facts(maps: Sequence[Feature]) -> Iterator[str]:
    """What is to be known of each map without running anything: its channels, and by how much it is smaller.

    They are attributes of the network and not of its class, for which ruff wants `typing.ClassVar`, and the file would
    import more than torch.
    """
    yield _attribute("feature_channels", {one.name: one.channels for one in maps})
    yield _attribute("feature_reductions", reductions(maps))


def _attribute(name: str, facts: Mapping[str, object]) -> str:
    pairs = [f"{literal(key)}: {literal(value)}" for key, value in facts.items()]
    return mapping(pairs, indent=8, before=f"self.{name} = ")


def _features(trace: Trace, names: Sequence[str]) -> Iterator[str]:
    """From the input to the maps that are given out."""
    yield from _through(trace.stem)
    kept = _locals(names)
    x = "x"
    for index, stage in enumerate(trace.stages):
        source, x = x, kept.get(stage.stage.name, "x")
        yield _stage(stage, index, source, x)
    yield mapping([f"{literal(name)}: {kept[name]}" for name in names], indent=8, before="return ")


def _stage(stage: StageTrace, index: int, source: str, target: str) -> str:
    statement = call(f"self.{stage_module(stage.stage, index)}", [source], indent=8, before=f"{target} = ")
    return commented(statement, written(stage.output), indent=8)


def _locals(names: Sequence[str]) -> dict[str, str]:
    """A local variable for each map: the stage's name, where it is free."""
    found: dict[str, str] = {}
    others = {"x", "self", *MODULES}
    taken = {*others, *names}
    for name in names:
        free = name
        while free in others or (free != name and free in taken):
            free += "_"
        found[name] = free
        taken.add(free)
    return found


def _through(steps: tuple[Step, ...]) -> Iterator[str]:
    """The statements of the stem or the head, with the shape that it gives beside each that changes it."""
    nodes = grouped([step.node for step in steps])
    following = iter(steps)
    for statement, node in zip(chain(nodes, "x", "x"), nodes, strict=True):
        inside = list(islice(following, size(node)))
        before, after = inside[0].input, inside[-1].output
        yield statement if after == before else commented(statement, written(after), indent=8)
