"""The modules that a trace predicts for the emitted network, by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resnetgen.analysis.shape_inference import BlockTrace, Trace
from resnetgen.analysis.step import Step
from resnetgen.ir.network import Stage
from resnetgen.ops.composite import Composite
from resnetgen.ops.operator import Operator


def module_operators(trace: Trace) -> Iterator[tuple[str, Step]]:
    """Yield the name and the step of every operator that is a module of the emitted network."""
    yield from ((name, step) for name, step in named_operators(trace) if is_module(step.node.operator))


def named_operators(trace: Trace) -> Iterator[tuple[str, Step]]:
    """Yield the name and the step of every operator that has a name in the emitted network."""
    yield from ((step.node.name, step) for step in (*trace.stem, *trace.head_steps))
    for prefix, part in blocks_with_prefix(trace):
        own = [step for step in (*part.branch, *part.post_add) if step.node.name]
        yield from ((f"{prefix}{step.node.name}", step) for step in own)
        around = f"{prefix}{part.block.shortcut.name}"
        yield from ((f"{around}.{step.node.name}".removesuffix("."), step) for step in part.shortcut)


def is_module(operator: Operator) -> bool:
    """Return whether an operator is emitted as a module rather than as a function call in `forward`."""
    return isinstance(operator, Composite) or operator.construction() is not None


def blocks_with_prefix(trace: Trace) -> Iterator[tuple[str, BlockTrace]]:
    """Yield the name prefix and the trace of every block, and of the layers before those of a stage."""
    for stage in trace.stages:
        for part in stage.parts:
            if part.trace.block.opens_stage:
                yield stage.stage.transition_path, part.trace
                continue
            for index in range(part.first, part.first + part.count):
                yield f"{stage.stage.blocks_path}{index + stage.stage.first}.", part.trace


def functional_steps(part: BlockTrace) -> Iterator[Step]:
    """Yield the steps of a block that have no module name: function calls in `forward` and methods."""
    yield from (step for step in (*part.branch, *part.post_add) if not step.node.name)


def unnamed_modules(trace: Trace) -> Iterator[str]:
    """Yield the names of modules that are no named operators of the trace.

    They are identity shortcuts, identities before the blocks of a stage, the parts of composites that are methods of a
    block, and flatten modules, which a sequential container needs.
    """
    yield from (step.node.name for step in trace.head_steps if step.node.operator.role == "flatten")
    yield from _idle_transitions([stage.stage for stage in trace.stages])
    for prefix, part in blocks_with_prefix(trace):
        if not (part.shortcut or part.block.opens_stage):
            yield f"{prefix}{part.block.shortcut.name}"
        for step in functional_steps(part):
            if isinstance(step.node.operator, Composite):
                operator = step.node.operator.flagged() if step.node.operator.flag else step.node.operator
                yield from (f"{prefix}{inside.name}" for inside in operator.parts())


def _idle_transitions(stages: Sequence[Stage]) -> Iterator[str]:
    """Yield the identities in stages without layers before their blocks, where other stages have such layers."""
    if any(stage.opening is not None for stage in stages):
        yield from (stage.transition_path.removesuffix(".") for stage in stages if stage.opening is None)
