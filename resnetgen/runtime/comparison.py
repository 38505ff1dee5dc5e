"""Differences between an emitted network, once it has run, and its trace; each as a message."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

from resnetgen.analysis.cost import cost, state_dict, step_cost
from resnetgen.analysis.shape_inference import BlockTrace, Trace
from resnetgen.analysis.step import Step
from resnetgen.ops.identity import Identity
from resnetgen.ops.window import Shape
from resnetgen.runtime.expected_modules import blocks_with_prefix, module_operators, named_operators, unnamed_modules
from resnetgen.runtime.hooks import ForwardRecord


def differences(trace: Trace, network: nn.Module, record: ForwardRecord, samples: int = 1) -> Iterator[str]:
    """Yield every difference, for a run over a number of samples."""
    yield from shape_differences(trace, record)
    yield from module_differences(trace, network, record)
    yield from addition_differences(trace, record)
    yield from state_dict_differences(trace, network)
    yield from parameter_differences(trace, network)
    if cost(trace).macs * samples != record.macs:
        yield f"{cost(trace).macs * samples} multiply-adds predicted, {record.macs} counted"
    yield from output_differences(trace, record)


def shape_differences(trace: Trace, record: ForwardRecord) -> Iterator[str]:
    """Yield the operators whose input or output shapes differ."""
    expected = {name: (step.input, step.output) for name, step in _expected_modules(trace, record)}
    actual = {name: (record.inputs[name], record.outputs[name]) for name in record.outputs if name in expected}
    wrong = [name for name in expected if expected[name] != actual.get(name)]
    yield from (f"{name}: {expected[name]} predicted, {actual.get(name)} found" for name in wrong)


def module_differences(trace: Trace, network: nn.Module, record: ForwardRecord) -> Iterator[str]:
    """Yield the modules that the trace does not have, and the operators that did not run exactly once."""
    expected = [name for name, _ in _expected_modules(trace, record)]
    leaves = {name for name, module in network.named_modules() if not list(module.children())}
    known = (*expected, *unnamed_modules(trace))
    around = {
        name.rpartition(".")[0] for name, _ in named_operators(trace)
    }  # there may be nothing but functions in a container
    unpredicted = [
        name for name in leaves - {*expected, *around} if not any(f"{name}.".startswith(f"{one}.") for one in known)
    ]
    yield from (f"{name} is a module that was not predicted" for name in sorted(unpredicted))
    yield from (f"{name} ran {record.calls.count(name)} times" for name in expected if record.calls.count(name) != 1)


def addition_differences(trace: Trace, record: ForwardRecord) -> Iterator[str]:
    """Yield the blocks that add two different shapes."""
    for prefix, part in blocks_with_prefix(trace):
        if part.block.shortcut.kind != "none":
            sides = addition_shapes(record, prefix, part)
            if sides is not None and sides[0] != sides[1]:
                yield f"{prefix} adds {sides[0]} to {sides[1]}"


def addition_shapes(record: ForwardRecord, prefix: str, part: BlockTrace) -> tuple[Shape, Shape] | None:
    """Return the shapes of the shortcut and of the branch; None where the branch ends in no module."""
    own = prefix.removesuffix(".")
    steps = [step for step in part.branch if f"{prefix}{step.node.name}" in record.outputs or not step.node.injected]
    if steps and not steps[-1].node.name:
        return None  # it ends in a method of the block
    result = record.outputs[f"{prefix}{steps[-1].node.name}"] if steps else record.inputs[own]
    return record.outputs.get(f"{prefix}{part.block.shortcut.name}", record.inputs[own]), result


def output_differences(trace: Trace, record: ForwardRecord) -> Iterator[str]:
    """Yield the difference of the output shape, or of the shapes of the outputs by name."""
    expected = trace.outputs if trace.network.names_outputs else trace.output
    if expected != record.output:
        yield f"{'the outputs are' if trace.network.names_outputs else 'the output is'} {record.output}, not {expected}"


def dtype_differences(record: ForwardRecord, predicted: torch.dtype) -> Iterator[str]:
    """Yield the modules whose output has another dtype."""
    yield from (
        f"{name} gives {_dtype_name(found)}, not {_dtype_name(predicted)}"
        for name, found in record.dtypes.items()
        if found != predicted
    )


def state_dict_differences(trace: Trace, network: nn.Module) -> Iterator[str]:
    """Yield the missing, unexpected and differing tensors of the state dict, or another order of its keys."""
    predicted = {name: (entry.shape, entry.trained, entry.real) for name, entry in state_dict(trace.network)}
    trained = dict(network.named_parameters())
    held = network.state_dict()
    real = {name: (tuple(value.shape), name in trained, value.is_floating_point()) for name, value in held.items()}
    if list(predicted.items()) == list(real.items()):
        return
    more, fewer = list(real.items() - predicted.items()), list(predicted.items() - real.items())
    if more or fewer:
        yield f"the state dict is {more}, not {fewer}"
    else:
        yield f"the state dict is in the order {list(real)}, not {list(predicted)}"


def parameter_differences(trace: Trace, network: nn.Module) -> Iterator[str]:
    """Yield the difference in the numbers of parameters and buffer values."""
    whole, counts = cost(trace), count_values(network)
    if (whole.params, whole.buffers) != counts:
        yield f"{whole.params} parameters and {whole.buffers} values in buffers predicted, {counts} counted"


def count_values(network: nn.Module) -> tuple[int, int]:
    """Return the numbers of values in a network's parameters and in its buffers."""
    return sum(one.numel() for one in network.parameters()), sum(one.numel() for one in network.buffers())


def mac_differences(trace: Trace, record: ForwardRecord, batch: int) -> Iterator[str]:
    """Yield the operators whose multiply-adds differ, and the network where its total does."""
    for name, step in _expected_modules(trace, record):
        predicted, found = step_cost(step).macs * batch, record.module_macs.get(name, 0)
        if predicted != found:
            yield f"{name}: {predicted} multiply-adds predicted, {found} counted"
    if cost(trace).macs * batch != record.macs:
        yield f"{cost(trace).macs * batch} multiply-adds predicted in total, {record.macs} counted"


def _expected_modules(trace: Trace, record: ForwardRecord) -> Iterator[tuple[str, Step]]:
    """Yield the operators that are modules, without identities that only fill a constructor argument."""
    yield from ((name, step) for name, step in module_operators(trace) if not _is_unused_identity(step, name, record))


def _is_unused_identity(step: Step, name: str, record: ForwardRecord) -> bool:
    return step.node.injected and isinstance(step.node.operator, Identity) and name not in record.outputs


def _dtype_name(kind: torch.dtype) -> str:
    return str(kind).removeprefix("torch.")
