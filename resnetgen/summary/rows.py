"""Rows of a network's table, at three levels of detail; their costs add up to the network's at each level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from resnetgen.analysis.cost import Cost, block_cost, cost, part_cost, stage_cost, step_cost, steps_cost
from resnetgen.analysis.receptive_field import (
    ReceptiveField,
    after_block,
    after_nodes,
    after_run,
    of_the_input,
    receptive_field,
)
from resnetgen.analysis.shape_inference import BlockGroup, BlockTrace, StageTrace, Trace
from resnetgen.analysis.step import Step, summary
from resnetgen.ir.network import Block, Run
from resnetgen.number_format import repeated
from resnetgen.ops.window import Shape

STAGES, BLOCKS, OPS = "stages", "blocks", "ops"


class Row(NamedTuple):
    """A row: `repeat` equal parts.

    `output` is empty for outputs by name, `field` if the receptive field is the whole map. `shortcuts` has the kind and
    the reason of each distinct shortcut. `group` is, for an operator in a block, the block's name and its description.
    """

    name: str
    what: str
    repeat: int
    output: Shape
    cost: Cost
    field: tuple[int, ...]
    shortcuts: tuple[tuple[str, str], ...] = ()
    group: tuple[str, str] = ("", "")


def rows(trace: Trace, level: str) -> list[Row]:
    """Return the input, the stem, the stages, the heads and the total. A million equal blocks are one row.

    Args:
        trace: the network with shapes.
        level: the level of detail.
    """
    network = trace.network
    view = after_nodes(network.stem, of_the_input(network.rank))
    found = [
        Row("input", "", 1, trace.input, Cost(), (1,) * network.rank),
        *_sequence("stem", trace.stem, of_the_input(network.rank), level),
    ]
    for stage in trace.stages:
        found += {STAGES: _stage, BLOCKS: _blocks, OPS: _ops}[level](stage, view)
        for run in stage.stage.runs:
            view = after_run(run, view)
    for each in trace.heads:
        found += _sequence(each.head.label, each.steps, view, level)
    return [*found, Row("total", "", 1, trace.output, cost(trace), receptive_field(network))]


def _sequence(name: str, steps: tuple[Step, ...], view: ReceptiveField, level: str) -> list[Row]:
    """Return the stem or a head, as one row or as a row for each operator."""
    if level == OPS:
        return list(_steps("", steps, view, 1))
    if not steps:
        return []
    return [Row(name, ", ".join(summary(steps)), 1, steps[-1].output, steps_cost(steps), _field(steps, view))]


def _stage(stage: StageTrace, view: ReceptiveField) -> list[Row]:
    for run in stage.stage.runs:
        view = after_run(run, view)
    what = ", ".join(repeated(name, count) for name, count in stage.block_types().items())
    shortcuts = tuple(dict.fromkeys(_shortcut(run.block) for run in stage.stage.block_runs))
    blocks = stage.stage.blocks()
    return [Row(stage.stage.label, what, blocks, stage.output, stage_cost(stage), view.field, shortcuts)]


def _blocks(stage: StageTrace, view: ReceptiveField) -> list[Row]:
    found = []
    for part in _merged(stage.parts):
        block = part.trace.block
        view = _after(block, part.count, view)
        shortcuts = () if block.opens_stage else (_shortcut(block),)
        figures = (part.trace.output, part_cost(part), view.field, shortcuts)
        found.append(Row(_name(stage, part), _what(part), part.count, *figures))
    return found


def _ops(stage: StageTrace, view: ReceptiveField) -> list[Row]:
    """Return the operators of each distinct block; of equal blocks, the last one's receptive fields are shown."""
    found: list[Row] = []
    for part in _merged(stage.parts):
        block, name = part.trace.block, _name(stage, part)
        group = (name, _what(part))
        before = _after(block, part.count - 1, view)
        found += (row._replace(group=group) for row in _block_ops(part, f"{name}.", before))
        view = _after(block, part.count, view)
    return found


def _block_ops(part: BlockGroup, prefix: str, view: ReceptiveField) -> Iterator[Row]:
    traced, count = part.trace, part.count
    block = traced.block
    yield from _steps(prefix, traced.branch, view, count)
    tapped = after_nodes(block.branch[: block.shortcut.tap], view)
    yield from _steps(f"{prefix}{block.shortcut.name}.", traced.shortcut, tapped, count)
    after = after_block(block, view)
    if block.shortcut.kind != "none":
        result = traced.branch[-1].output if traced.branch else traced.input
        shortcuts = (_shortcut(block),)
        yield Row(f"{prefix}add", repeated("add", count), count, result, _addition(part), after.field, shortcuts)
    yield from _steps(prefix, traced.post_add, after, count)


def _what(part: BlockGroup) -> str:
    """Describe blocks by their type, and the layers before those of a stage by their operators."""
    if part.trace.block.opens_stage:
        return ", ".join(summary(part.trace.branch))
    return repeated(part.trace.block.type, part.count)


def _addition(part: BlockGroup) -> Cost:
    """Return the cost of a block without its operators."""
    whole, steps = block_cost(part.trace), steps_cost(part.trace.steps())
    return Cost(values=whole.values - steps.values).times(part.count)


def _steps(prefix: str, steps: Iterable[Step], view: ReceptiveField, count: int) -> Iterator[Row]:
    whole = False
    for step in steps:
        view = after_nodes([step.node], view)
        whole = whole or step.node.operator.is_global
        name = f"{prefix}{step.node.name}".rstrip(".")
        what = repeated(step.node.operator.describe(), count)
        yield Row(name, what, count, step.output, step_cost(step).times(count), () if whole else view.field)


def _field(steps: tuple[Step, ...], view: ReceptiveField) -> tuple[int, ...]:
    nodes = [step.node for step in steps]
    return () if any(node.operator.is_global for node in nodes) else after_nodes(nodes, view).field


def _after(block: Block, count: int, view: ReceptiveField) -> ReceptiveField:
    return after_run(Run(block, count, 0), view) if count else view


def _merged(parts: tuple[BlockGroup, ...]) -> Iterator[BlockGroup]:
    """Yield the parts of a stage, with equal neighbours merged across entries of the spec."""
    for _, group in groupby(parts, key=lambda part: _group_key(part.trace)):
        same = list(group)
        yield BlockGroup(same[0].trace, sum(part.count for part in same), same[0].first)


def _group_key(trace: BlockTrace) -> tuple[object, ...]:
    block = trace.block
    nodes = tuple((node.name, node.operator) for node in block.nodes())
    return (trace.input, block.type, nodes, _shortcut(block))


def _shortcut(block: Block) -> tuple[str, str]:
    return block.shortcut.kind, block.shortcut.why


def _name(stage: StageTrace, part: BlockGroup) -> str:
    if part.trace.block.opens_stage:
        return f"{stage.stage.name}.{stage.stage.transition}"
    last = part.first + part.count - 1
    return f"{stage.stage.name}.{part.first}" + (f"-{last}" if part.count > 1 else "")
