"""What an emitted network does when it is run, beside what the compiler said it would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from resnetgen.cost import cost, state_dict
from resnetgen.emit import emit
from resnetgen.ir import Block
from resnetgen.memory import load
from resnetgen.ops.operator import Shape
from resnetgen.shapes import BlockTrace, Step, Trace

Output = Tensor | dict[str, Tensor]


def emitted(trace: Trace) -> nn.Module:
    """The emitted network of a trace, on whatever device is the default."""
    return load(emit(trace, origin="a spec", digest="0" * 16), trace.network)()


@dataclass
class Run:
    """One forward pass: the shapes that went into and came out of every module, by name, and the multiply-adds."""

    inputs: dict[str, Shape] = field(default_factory=dict)
    outputs: dict[str, Shape] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    given: Shape | dict[str, Shape] = ()
    macs: int = 0


def run(network: nn.Module, x: Tensor, *, count: bool = True) -> Run:
    """Run a network in eval mode and watch every module in it."""
    seen = Run()

    def watch(name: str, module: nn.Module) -> None:
        def note(_: nn.Module, given: tuple[Tensor, ...], result: Tensor) -> None:
            seen.calls.append(name)
            seen.inputs[name] = tuple(given[0].shape[1:])
            seen.outputs[name] = tuple(result.shape[1:])

        module.register_forward_hook(note)

    for name, module in network.named_modules():
        if name:
            watch(name, module)
    with torch.no_grad():
        if count:
            with FlopCounterMode(display=False) as counter:
                seen.given = shapes(network.eval()(x))
            seen.macs = counter.get_total_flops() // 2
        else:
            seen.given = shapes(network.eval()(x))
    return seen


def shapes(output: Output) -> Shape | dict[str, Shape]:
    """The shape of one sample of an output, or of each of its maps."""
    if isinstance(output, dict):
        return {name: tuple(value.shape[1:]) for name, value in output.items()}
    return tuple(output.shape[1:])


def predicted(trace: Trace) -> Iterator[tuple[str, Step]]:
    """Every operator of the emitted network that is a module, with its name there and its shapes."""
    steps = [(step.node.name, step) for step in (*trace.stem, *trace.head)]
    for prefix, part in placed(trace):
        steps += [(f"{prefix}{step.node.name}", step) for step in (*part.branch, *part.joined)]
        steps += [(f"{prefix}downsample.{step.node.name}".removesuffix("."), step) for step in part.shortcut]
    yield from ((name, step) for name, step in steps if step.node.operator.construction() is not None)


def placed(trace: Trace) -> Iterator[tuple[str, BlockTrace]]:
    """Every block with the beginning of its modules' names."""
    for stage in trace.stages:
        for part in stage.parts:
            for index in range(part.first, part.first + part.count):
                yield f"{stage.stage.name}.{index}.", part.trace


def additions(seen: Run, prefix: str, block: Block) -> tuple[Shape, Shape]:
    """The shapes of the two sides of a block's addition, as they came out of the modules."""
    own = prefix.removesuffix(".")
    result = seen.outputs[f"{prefix}{block.branch[-1].name}"] if block.branch else seen.inputs[own]
    brought = seen.outputs.get(f"{prefix}downsample", seen.inputs[own])
    return brought, result


def unlike(trace: Trace, network: nn.Module, seen: Run) -> Iterator[str]:
    """In what an emitted network, once it has run, is not what its trace says."""
    expected = {name: (step.input, step.output) for name, step in predicted(trace)}
    actual = {name: (seen.inputs[name], seen.outputs[name]) for name in seen.outputs if name in expected}
    wrong = [name for name in expected if expected[name] != actual.get(name)]
    yield from (f"{name}: {expected[name]} said, {actual.get(name)} seen" for name in wrong)
    leaves = {name for name, module in network.named_modules() if not list(module.children())}
    beside = {name for name in leaves - set(expected) if not name.endswith(".downsample")}
    yield from (f"{name} is a module that the trace does not have" for name in sorted(beside))
    yield from (f"{name} ran {seen.calls.count(name)} times" for name in expected if seen.calls.count(name) != 1)
    for prefix, part in placed(trace):
        if part.block.shortcut.kind != "none":
            brought, result = additions(seen, prefix, part.block)
            if brought != result:
                yield f"{prefix} adds {brought} to {result}"
    yield from _other_weights(trace, network)
    if cost(trace).macs != seen.macs:
        yield f"{cost(trace).macs} multiply-adds said, {seen.macs} counted"
    if not trace.network.features and trace.output != seen.given:
        yield f"the output is {seen.given}, not {trace.output}"


def _other_weights(trace: Trace, network: nn.Module) -> Iterator[str]:
    said = {name: (entry.shape, entry.trained, entry.real) for name, entry in state_dict(trace.network)}
    trained = dict(network.named_parameters())
    held = network.state_dict()
    real = {name: (tuple(value.shape), name in trained, value.is_floating_point()) for name, value in held.items()}
    if list(said.items()) != list(real.items()):
        yield f"the state dict is {list(real.items() - said.items())}, not {list(said.items() - real.items())}"
    counts = (sum(value.numel() for value in trained.values()), sum(value.numel() for value in network.buffers()))
    if (cost(trace).params, cost(trace).buffers) != counts:
        yield f"{cost(trace).params} parameters and {cost(trace).buffers} values in buffers said, {counts} counted"
