"""What a trace says of the modules of the emitted network, by their names there."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.shape_inference import BlockTrace, Step, Trace
from resnetgen.ops.composite import Composite
from resnetgen.ops.operator import Operator


def module_operators(trace: Trace) -> Iterator[tuple[str, Step]]:
    """Every operator of the emitted network that is a module of its own, with its name there and its shapes."""
    yield from ((name, step) for name, step in named_operators(trace) if is_module(step.node.operator))


def named_operators(trace: Trace) -> Iterator[tuple[str, Step]]:
    """Every operator with its name in the emitted network."""
    yield from ((step.node.name, step) for step in (*trace.stem, *trace.head))
    for prefix, part in blocks_with_prefix(trace):
        own = [step for step in (*part.branch, *part.post_add) if step.node.name]
        yield from ((f"{prefix}{step.node.name}", step) for step in own)
        around = f"{prefix}{part.block.shortcut.name}"
        yield from ((f"{around}.{step.node.name}".removesuffix("."), step) for step in part.shortcut)


def is_module(operator: Operator) -> bool:
    """Whether an operator is a module in the emitted network, and not a function in a `forward`."""
    return isinstance(operator, Composite) or operator.construction() is not None


def blocks_with_prefix(trace: Trace) -> Iterator[tuple[str, BlockTrace]]:
    """Every block with the beginning of its modules' names."""
    for stage in trace.stages:
        for part in stage.parts:
            for index in range(part.first, part.first + part.count):
                yield f"{stage.stage.path}.{index}.", part.trace


def functional_steps(part: BlockTrace) -> Iterator[Step]:
    """The operators of a block that are written in its `forward` or beside it, under no name of their own."""
    yield from (step for step in (*part.branch, *part.post_add) if not step.node.name)


def unnamed_modules(trace: Trace) -> Iterator[str]:
    """The modules of a network that its trace has under another name, or as a function where containers do not count.

    They are identities, the parts of methods, and what flattens in a container that counts.
    """
    yield from (step.node.name for step in trace.head if step.node.operator.role == "flatten")
    for prefix, part in blocks_with_prefix(trace):
        if not part.shortcut:
            yield f"{prefix}{part.block.shortcut.name}"
        for step in functional_steps(part):
            if isinstance(step.node.operator, Composite):
                yield from (f"{prefix}{inside.name}" for inside in step.node.operator.parts())
