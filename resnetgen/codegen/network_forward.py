"""The network's methods: from its input to the maps of its stages, and from the last map to its output."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from resnetgen.analysis.features import Feature, features, reductions
from resnetgen.analysis.shape_inference import Trace, format_shape
from resnetgen.codegen.block_forward import applied_to, chain
from resnetgen.codegen.classes import method
from resnetgen.codegen.containers import parted, size
from resnetgen.codegen.network_tree import called, is_joined, network_tree
from resnetgen.codegen.python import literal
from resnetgen.codegen.tree import (
    Assign,
    Commented,
    Expression,
    Function,
    Located,
    Prefixed,
    Remarked,
    Return,
    Statement,
    mapping,
)
from resnetgen.ir.network import Node
from resnetgen.ir.stem_map import STEM
from resnetgen.ops.window import Shape

MODULES = ("torch", "nn", "F")
"""Names of modules that the methods may use, so no map can have one."""


_BY_NAME = "dict[str, Tensor]"
"""The type of outputs by name, of maps too."""


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
    if not trace.stages:
        whole = applied(called(network_tree(trace.network)), passages(trace))
        return Forward((), (method("forward", "", [*whole, Return("x")]),))
    if trace.network.gives_maps:
        return _maps_alone(trace, maps)
    own = _of_heads(trace)
    if not trace.network.features:
        return own
    return Forward((*own.facts, *_facts(maps)), (*own.methods, _maps_method(trace, maps)))


def _of_heads(trace: Trace) -> Forward:
    """Return the methods of a network with stages and heads."""
    number = Assign("self.num_features", literal(_last_channels(trace)))
    passed, end = passages(trace), len(trace.stem) + len(trace.stages)
    trunk, top = parted(network_tree(trace.network), end)
    before = method("forward_features", "The last feature map.", [*applied(called(trunk), passed[:end]), Return("x")])
    if trace.network.names_outputs:
        own = method("forward", "", [_LAST_MAP, *_named_outputs(trace, top, passed[end:])])._replace(returns=_BY_NAME)
        return Forward((number,), (before, own))
    return Forward((number,), (before, *_single_head(called(top), passed[end:])))


_LAST_MAP = Assign("x", "self.forward_features(x)")


def _single_head(top: Sequence[Node], passed: Sequence[Passage]) -> tuple[Function, ...]:
    """Return the methods of a head without a name, for its modules and what they do to the map."""
    head = [*applied(top, passed), Return("x")]
    if not top:
        return (method("forward", "", [Return("self.forward_features(x)")]),)
    x = _LAST_MAP
    if sum(node.operator.is_module for node in top) <= 2:
        return (method("forward", "", [x, *head]),)
    rest = Assign("x", "self.forward_head(x)")
    return (method("forward_head", "", head), method("forward", "", [x, rest, Return("x")]))


def _named_outputs(trace: Trace, top: Sequence[Node], passed: Sequence[Passage]) -> Iterator[Statement]:
    """Yield the statements from the last map to the outputs by name.

    A head of one module is applied where its output is returned, any other into a variable of its own.
    """
    variables = _locals([each.head.name for each in trace.heads])
    returned: list[Expression] = []
    start = 0
    for each in trace.heads:
        count = len(each.steps)
        own, top = parted(top, count)
        inside, start = passed[start : start + count], start + count
        modules = called(own)
        value: Expression = "x"
        if len(modules) == 1:
            value = applied_to(modules[0], "x")
        elif modules:
            value = variables[each.head.name]
            yield from applied(modules, inside, target=value)
        item: Expression = Prefixed(f"{literal(each.head.name)}: ", value)
        if len(modules) == 1:
            item = Remarked(item, format_shape(each.output))
        returned.append(Located(item, (each.head.at,)))
    yield Return(mapping(returned))


def _maps_alone(trace: Trace, maps: Sequence[Feature]) -> Forward:
    """Return the methods of a network whose output is maps."""
    own = method("forward", "", [Return("self.feature_maps(x)")])._replace(returns=_BY_NAME)
    return Forward(tuple(_facts(maps)), (_maps_method(trace, maps), own))


def _maps_method(trace: Trace, maps: Sequence[Feature]) -> Function:
    given = method("feature_maps", "The feature maps by name.", list(_features(trace, [one.name for one in maps])))
    return given._replace(returns=_BY_NAME)


def runs_in_parts(trace: Trace) -> bool:
    """Tell whether a method runs a part of the module that holds the blocks of all stages."""
    tree = network_tree(trace.network)
    ends = [] if trace.network.gives_maps or not trace.head_steps else [len(trace.stem) + len(trace.stages)]
    ends += _ends(trace, trace.network.features).values()
    return any(is_joined(node) for end in ends for part in parted(tree, end) for node in called(part))


def _last_channels(trace: Trace) -> int:
    return trace.stages[-1].output[0]


def _facts(maps: Sequence[Feature]) -> Iterator[Assign]:
    """Assign the channels and the reduction of each map, which are known without running the network.

    They are attributes of the network and not of its class, for which ruff wants `typing.ClassVar`, and the file would
    import more than torch.
    """
    yield _attribute("feature_channels", {one.name: one.channels for one in maps})
    yield _attribute("feature_reductions", reductions(maps))


def _attribute(name: str, facts: Mapping[str, object]) -> Assign:
    written = mapping(f"{literal(key)}: {literal(value)}" for key, value in facts.items())
    return Assign(f"self.{name}", written, at=(("head", "features"),))


def _features(trace: Trace, names: Sequence[str]) -> Iterator[Statement]:
    """Yield the statements from the input to the maps that are returned."""
    kept = _locals(names)
    ends = _ends(trace, names)
    rest: Sequence[Node] = network_tree(trace.network)
    modules: list[Node] = []
    held: dict[int, str] = {}
    source, start = "x", 0
    for name in sorted(names, key=ends.__getitem__):
        before, rest = parted(rest, ends[name] - start)
        modules += called(before)
        start = ends[name]
        if modules:
            held[len(modules) - 1] = kept[name]
        else:
            yield Assign(kept[name], "x")
            source = kept[name]
    yield from applied(modules, passages(trace), held, source)
    yield Return(mapping(f"{literal(name)}: {kept[name]}" for name in names))


def _ends(trace: Trace, names: Sequence[str]) -> dict[str, int]:
    """Return how many operators and stages each map has passed."""
    stages = [stage.stage.name for stage in trace.stages]
    return {
        name: trace.network.stem_map if name == STEM else len(trace.stem) + stages.index(name) + 1 for name in names
    }


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


class Passage(NamedTuple):
    """The shapes of a map before and after an operator or a stage."""

    before: Shape
    after: Shape
    is_stage: bool = False


def passages(trace: Trace) -> list[Passage]:
    """Return the passages of a whole network: its stem's operators, its stages, its heads' operators."""
    found = [Passage(step.input, step.output) for step in trace.stem]
    shape = found[-1].after if found else trace.input
    for stage in trace.stages:
        found.append(Passage(shape, stage.output, is_stage=True))
        shape = stage.output
    return [*found, *(Passage(step.input, step.output) for step in trace.head_steps)]


def applied(
    nodes: Sequence[Node],
    passed: Sequence[Passage],
    kept: Mapping[int, str] | None = None,
    source: str = "x",
    target: str = "x",
) -> Iterator[Statement]:
    """Yield the statements that apply modules in order, with the new shape as a comment at a change and after a stage.

    Args:
        nodes: the modules.
        passed: what the operators and stages in them do to the map.
        kept: the variables for outputs that have one of their own, by the index of the module.
        source: the variable of the input.
        target: the variable of the other outputs.
    """
    following = iter(passed)
    for index, node in enumerate(nodes):
        variable = (kept or {}).get(index, target)
        inside = list(islice(following, size(node)))
        before, after = inside[0].before, inside[-1].after
        (statement,) = chain([node], source, variable)
        told = after != before or any(each.is_stage for each in inside)
        yield Commented(statement, format_shape(after)) if told else statement
        source = variable
