"""What an emitted network does when it is run, beside what the compiler said it would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from resnetgen.cost import cost, state_dict
from resnetgen.emit import emit
from resnetgen.memory import load
from resnetgen.ops.composite import Composite
from resnetgen.ops.identity import Identity
from resnetgen.ops.operator import Operator, Shape
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
    """Every operator of the emitted network that is a module of its own, with its name there and its shapes."""
    yield from ((name, step) for name, step in named(trace) if _is_module(step.node.operator))


def named(trace: Trace) -> Iterator[tuple[str, Step]]:
    """Every operator with its name in the emitted network."""
    yield from ((step.node.name, step) for step in (*trace.stem, *trace.head))
    for prefix, part in placed(trace):
        own = [step for step in (*part.branch, *part.joined) if step.node.name]
        yield from ((f"{prefix}{step.node.name}", step) for step in own)
        around = f"{prefix}{part.block.shortcut.name}"
        yield from ((f"{around}.{step.node.name}".removesuffix("."), step) for step in part.shortcut)


def _is_module(operator: Operator) -> bool:
    return isinstance(operator, Composite) or operator.construction() is not None


def placed(trace: Trace) -> Iterator[tuple[str, BlockTrace]]:
    """Every block with the beginning of its modules' names."""
    for stage in trace.stages:
        for part in stage.parts:
            for index in range(part.first, part.first + part.count):
                yield f"{stage.stage.path}.{index}.", part.trace


def additions(seen: Run, prefix: str, part: BlockTrace) -> tuple[Shape, Shape] | None:
    """The shapes of the two sides of a block's addition, as they left the modules; None where no module ends one."""
    own = prefix.removesuffix(".")
    steps = [step for step in part.branch if f"{prefix}{step.node.name}" in seen.outputs or not step.node.varies]
    if steps and not steps[-1].node.name:
        return None  # it ends in a method of the block
    result = seen.outputs[f"{prefix}{steps[-1].node.name}"] if steps else seen.inputs[own]
    return seen.outputs.get(f"{prefix}{part.block.shortcut.name}", seen.inputs[own]), result


def unlike(trace: Trace, network: nn.Module, seen: Run) -> Iterator[str]:
    """In what an emitted network, once it has run, is not what its trace says."""
    expected = {name: (step.input, step.output) for name, step in predicted(trace) if not _idle(step, name, seen)}
    actual = {name: (seen.inputs[name], seen.outputs[name]) for name in seen.outputs if name in expected}
    wrong = [name for name in expected if expected[name] != actual.get(name)]
    yield from (f"{name}: {expected[name]} said, {actual.get(name)} seen" for name in wrong)
    leaves = {name for name, module in network.named_modules() if not list(module.children())}
    known = (*expected, *_without_a_name(trace))
    around = {name.rpartition(".")[0] for name, _ in named(trace)}  # there may be nothing but functions in a container
    beside = [
        name for name in leaves - {*expected, *around} if not any(f"{name}.".startswith(f"{one}.") for one in known)
    ]
    yield from (f"{name} is a module that the trace does not have" for name in sorted(beside))
    yield from (f"{name} ran {seen.calls.count(name)} times" for name in expected if seen.calls.count(name) != 1)
    for prefix, part in placed(trace):
        if part.block.shortcut.kind != "none":
            sides = additions(seen, prefix, part)
            if sides is not None and sides[0] != sides[1]:
                yield f"{prefix} adds {sides[0]} to {sides[1]}"
    yield from _other_weights(trace, network)
    if cost(trace).macs != seen.macs:
        yield f"{cost(trace).macs} multiply-adds said, {seen.macs} counted"
    if not trace.network.features and trace.output != seen.given:
        yield f"the output is {seen.given}, not {trace.output}"


def _idle(step: Step, name: str, seen: Run) -> bool:
    """Whether a step holds the place of what none of the blocks of its class has."""
    return step.node.varies and isinstance(step.node.operator, Identity) and name not in seen.outputs


def _without_a_name(trace: Trace) -> Iterator[str]:
    """The modules of a network that its trace has under another name, or as a function where containers do not count.

    They are identities, the parts of methods, and what flattens in a container that counts.
    """
    yield from (step.node.name for step in trace.head if step.node.operator.role == "flatten")
    for prefix, part in placed(trace):
        if not part.shortcut:
            yield f"{prefix}{part.block.shortcut.name}"
        for step in (*part.branch, *part.joined):
            if not step.node.name and isinstance(step.node.operator, Composite):
                yield from (f"{prefix}{inside.name}" for inside in step.node.operator.parts())


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
