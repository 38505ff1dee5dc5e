"""In what an emitted network, once it has run, is not what its trace says; each difference in words."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

from resnetgen.analysis.cost import cost, state_dict, step_cost
from resnetgen.analysis.shape_inference import BlockTrace, Step, Trace
from resnetgen.ops.identity import Identity
from resnetgen.ops.operator import Shape
from resnetgen.runtime.expected_modules import named, placed, predicted, without_a_name
from resnetgen.runtime.hooks import Run


def unlike(trace: Trace, network: nn.Module, seen: Run) -> Iterator[str]:
    """All of it; of one sample."""
    yield from unlike_shapes(trace, seen)
    yield from unlike_modules(trace, network, seen)
    yield from unlike_sides(trace, seen)
    yield from unlike_tensors(trace, network)
    yield from unlike_counts(trace, network)
    if cost(trace).macs != seen.macs:
        yield f"{cost(trace).macs} multiply-adds predicted, {seen.macs} counted"
    yield from unlike_output(trace, seen)


def unlike_shapes(trace: Trace, seen: Run) -> Iterator[str]:
    """Operators that were given or give other shapes."""
    expected = {name: (step.input, step.output) for name, step in _active(trace, seen)}
    actual = {name: (seen.inputs[name], seen.outputs[name]) for name in seen.outputs if name in expected}
    wrong = [name for name in expected if expected[name] != actual.get(name)]
    yield from (f"{name}: {expected[name]} predicted, {actual.get(name)} found" for name in wrong)


def unlike_modules(trace: Trace, network: nn.Module, seen: Run) -> Iterator[str]:
    """Modules that the trace does not have, and operators that did not run once."""
    expected = [name for name, _ in _active(trace, seen)]
    leaves = {name for name, module in network.named_modules() if not list(module.children())}
    known = (*expected, *without_a_name(trace))
    around = {name.rpartition(".")[0] for name, _ in named(trace)}  # there may be nothing but functions in a container
    beside = [
        name for name in leaves - {*expected, *around} if not any(f"{name}.".startswith(f"{one}.") for one in known)
    ]
    yield from (f"{name} is a module that was not predicted" for name in sorted(beside))
    yield from (f"{name} ran {seen.calls.count(name)} times" for name in expected if seen.calls.count(name) != 1)


def unlike_sides(trace: Trace, seen: Run) -> Iterator[str]:
    """Blocks that add two shapes."""
    for prefix, part in placed(trace):
        if part.block.shortcut.kind != "none":
            sides = additions(seen, prefix, part)
            if sides is not None and sides[0] != sides[1]:
                yield f"{prefix} adds {sides[0]} to {sides[1]}"


def additions(seen: Run, prefix: str, part: BlockTrace) -> tuple[Shape, Shape] | None:
    """The shapes of the two sides of a block's addition, as they left the modules; None where no module ends one."""
    own = prefix.removesuffix(".")
    steps = [step for step in part.branch if f"{prefix}{step.node.name}" in seen.outputs or not step.node.injected]
    if steps and not steps[-1].node.name:
        return None  # it ends in a method of the block
    result = seen.outputs[f"{prefix}{steps[-1].node.name}"] if steps else seen.inputs[own]
    return seen.outputs.get(f"{prefix}{part.block.shortcut.name}", seen.inputs[own]), result


def unlike_output(trace: Trace, seen: Run) -> Iterator[str]:
    """Another output, or another map under its name."""
    if not trace.network.features:
        if trace.output != seen.given:
            yield f"the output is {seen.given}, not {trace.output}"
        return
    maps = {stage.stage.name: stage.output for stage in trace.stages}
    expected = {name: maps[name] for name in trace.network.features}
    if expected != seen.given:
        yield f"the maps are {seen.given}, not {expected}"


def unlike_types(seen: Run, said: torch.dtype) -> Iterator[str]:
    """Modules that give values of another type."""
    yield from (
        f"{name} gives {_word(found)}, not {_word(said)}" for name, found in seen.types.items() if found != said
    )


def unlike_tensors(trace: Trace, network: nn.Module) -> Iterator[str]:
    """Tensors of the state dict that are missing, too many, of another shape, or in another order."""
    said = {name: (entry.shape, entry.trained, entry.real) for name, entry in state_dict(trace.network)}
    trained = dict(network.named_parameters())
    held = network.state_dict()
    real = {name: (tuple(value.shape), name in trained, value.is_floating_point()) for name, value in held.items()}
    if list(said.items()) == list(real.items()):
        return
    more, fewer = list(real.items() - said.items()), list(said.items() - real.items())
    if more or fewer:
        yield f"the state dict is {more}, not {fewer}"
    else:
        yield f"the state dict is in the order {list(real)}, not {list(said)}"


def unlike_counts(trace: Trace, network: nn.Module) -> Iterator[str]:
    """Other numbers of trained values, or of values in buffers."""
    whole, counts = cost(trace), counted(network)
    if (whole.params, whole.buffers) != counts:
        yield f"{whole.params} parameters and {whole.buffers} values in buffers predicted, {counts} counted"


def counted(network: nn.Module) -> tuple[int, int]:
    """How many values a network trains, and how many its buffers hold."""
    return sum(one.numel() for one in network.parameters()), sum(one.numel() for one in network.buffers())


def unlike_macs(trace: Trace, seen: Run, batch: int) -> Iterator[str]:
    """Operators of other multiply-adds, and the network where its sum is another."""
    for name, step in _active(trace, seen):
        said, found = step_cost(step).macs * batch, seen.parts.get(name, 0)
        if said != found:
            yield f"{name}: {said} multiply-adds predicted, {found} counted"
    if cost(trace).macs * batch != seen.macs:
        yield f"{cost(trace).macs * batch} multiply-adds predicted in total, {seen.macs} counted"


def _active(trace: Trace, seen: Run) -> Iterator[tuple[str, Step]]:
    """The operators that are modules, but for those that hold the place of what no block of its class has."""
    yield from ((name, step) for name, step in predicted(trace) if not _idle(step, name, seen))


def _idle(step: Step, name: str, seen: Run) -> bool:
    return step.node.injected and isinstance(step.node.operator, Identity) and name not in seen.outputs


def _word(kind: torch.dtype) -> str:
    return str(kind).removeprefix("torch.")
