"""In what an emitted network, once it has run, is not what its trace says; each difference in words."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

from resnetgen.analysis.cost import cost, state_dict, step_cost
from resnetgen.analysis.shape_inference import BlockTrace, Step, Trace
from resnetgen.ops.identity import Identity
from resnetgen.ops.operator import Shape
from resnetgen.runtime.expected_modules import blocks_with_prefix, module_operators, named_operators, unnamed_modules
from resnetgen.runtime.hooks import ForwardRecord


def differences(trace: Trace, network: nn.Module, record: ForwardRecord) -> Iterator[str]:
    """All of it; of one sample."""
    yield from shape_differences(trace, record)
    yield from module_differences(trace, network, record)
    yield from addition_differences(trace, record)
    yield from state_dict_differences(trace, network)
    yield from parameter_differences(trace, network)
    if cost(trace).macs != record.macs:
        yield f"{cost(trace).macs} multiply-adds predicted, {record.macs} counted"
    yield from output_differences(trace, record)


def shape_differences(trace: Trace, record: ForwardRecord) -> Iterator[str]:
    """Operators that were given or give other shapes."""
    expected = {name: (step.input, step.output) for name, step in _expected_modules(trace, record)}
    actual = {name: (record.inputs[name], record.outputs[name]) for name in record.outputs if name in expected}
    wrong = [name for name in expected if expected[name] != actual.get(name)]
    yield from (f"{name}: {expected[name]} predicted, {actual.get(name)} found" for name in wrong)


def module_differences(trace: Trace, network: nn.Module, record: ForwardRecord) -> Iterator[str]:
    """Modules that the trace does not have, and operators that did not run once."""
    expected = [name for name, _ in _expected_modules(trace, record)]
    leaves = {name for name, module in network.named_modules() if not list(module.children())}
    known = (*expected, *unnamed_modules(trace))
    around = {
        name.rpartition(".")[0] for name, _ in named_operators(trace)
    }  # there may be nothing but functions in a container
    beside = [
        name for name in leaves - {*expected, *around} if not any(f"{name}.".startswith(f"{one}.") for one in known)
    ]
    yield from (f"{name} is a module that was not predicted" for name in sorted(beside))
    yield from (f"{name} ran {record.calls.count(name)} times" for name in expected if record.calls.count(name) != 1)


def addition_differences(trace: Trace, record: ForwardRecord) -> Iterator[str]:
    """Blocks that add two shapes."""
    for prefix, part in blocks_with_prefix(trace):
        if part.block.shortcut.kind != "none":
            sides = addition_shapes(record, prefix, part)
            if sides is not None and sides[0] != sides[1]:
                yield f"{prefix} adds {sides[0]} to {sides[1]}"


def addition_shapes(record: ForwardRecord, prefix: str, part: BlockTrace) -> tuple[Shape, Shape] | None:
    """The shapes of the two sides of a block's addition, as they left the modules; None where no module ends one."""
    own = prefix.removesuffix(".")
    steps = [step for step in part.branch if f"{prefix}{step.node.name}" in record.outputs or not step.node.injected]
    if steps and not steps[-1].node.name:
        return None  # it ends in a method of the block
    result = record.outputs[f"{prefix}{steps[-1].node.name}"] if steps else record.inputs[own]
    return record.outputs.get(f"{prefix}{part.block.shortcut.name}", record.inputs[own]), result


def output_differences(trace: Trace, record: ForwardRecord) -> Iterator[str]:
    """Another output, or another map under its name."""
    if not trace.network.features:
        if trace.output != record.output:
            yield f"the output is {record.output}, not {trace.output}"
        return
    maps = {stage.stage.name: stage.output for stage in trace.stages}
    expected = {name: maps[name] for name in trace.network.features}
    if expected != record.output:
        yield f"the maps are {record.output}, not {expected}"


def dtype_differences(record: ForwardRecord, said: torch.dtype) -> Iterator[str]:
    """Modules that give values of another type."""
    yield from (
        f"{name} gives {_dtype_name(found)}, not {_dtype_name(said)}"
        for name, found in record.dtypes.items()
        if found != said
    )


def state_dict_differences(trace: Trace, network: nn.Module) -> Iterator[str]:
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


def parameter_differences(trace: Trace, network: nn.Module) -> Iterator[str]:
    """Other numbers of trained values, or of values in buffers."""
    whole, counts = cost(trace), count_values(network)
    if (whole.params, whole.buffers) != counts:
        yield f"{whole.params} parameters and {whole.buffers} values in buffers predicted, {counts} counted"


def count_values(network: nn.Module) -> tuple[int, int]:
    """How many values a network trains, and how many its buffers hold."""
    return sum(one.numel() for one in network.parameters()), sum(one.numel() for one in network.buffers())


def mac_differences(trace: Trace, record: ForwardRecord, batch: int) -> Iterator[str]:
    """Operators of other multiply-adds, and the network where its sum is another."""
    for name, step in _expected_modules(trace, record):
        said, found = step_cost(step).macs * batch, record.module_macs.get(name, 0)
        if said != found:
            yield f"{name}: {said} multiply-adds predicted, {found} counted"
    if cost(trace).macs * batch != record.macs:
        yield f"{cost(trace).macs * batch} multiply-adds predicted in total, {record.macs} counted"


def _expected_modules(trace: Trace, record: ForwardRecord) -> Iterator[tuple[str, Step]]:
    """The operators that are modules, but for those that hold the place of what no block of its class has."""
    yield from ((name, step) for name, step in module_operators(trace) if not _is_unused_identity(step, name, record))


def _is_unused_identity(step: Step, name: str, record: ForwardRecord) -> bool:
    return step.node.injected and isinstance(step.node.operator, Identity) and name not in record.outputs


def _dtype_name(kind: torch.dtype) -> str:
    return str(kind).removeprefix("torch.")
