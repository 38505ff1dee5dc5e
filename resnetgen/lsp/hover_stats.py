"""Statistics of a network and its parts as Markdown: shapes, costs, receptive fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resnetgen.analysis.cost import Cost, cost, stage_cost, step_cost, weighted_layers
from resnetgen.analysis.receptive_field import receptive_field, receptive_fields
from resnetgen.analysis.shape_inference import StageTrace
from resnetgen.analysis.step import Step
from resnetgen.compiler import Compiled
from resnetgen.diagnostics.model import Path
from resnetgen.lsp.markdown import code, literal
from resnetgen.number_format import format_extents, pluralize
from resnetgen.ops.window import by_axis

_MAX_USES = 8
"""So many of the blocks that a layer stands in are told."""


def network(compiled: Compiled) -> str:
    """Return the statistics of a whole network in a few lines."""
    trace, net = compiled.trace, compiled.network
    out = "" if net.gives_maps else f" → {trace.describe_outputs()}"
    title = f"**{literal(net.class_name)}**: {by_axis(trace.input)}{out}"
    lines = [
        _costs(cost(trace)),
        f"{weighted_layers(net):,} weighted layers in {pluralize(net.blocks(), 'block')}; "
        f"receptive field {format_extents(receptive_field(net))}",
    ]
    return f"{title}\n\n{_bullets(lines)}"


def stage(compiled: Compiled, name: str) -> str:
    """Return the shapes, blocks, costs, receptive field and shortcuts of a stage; empty if there is no such stage."""
    traces = compiled.trace.stages
    index = next((index for index, found in enumerate(traces) if found.stage.name == name), None)
    if index is None:
        return ""
    found = traces[index]
    title = f"**{literal(name)}**: {by_axis(found.parts[0].trace.input)} → {by_axis(found.output)}"
    lines = [
        _blocks(found),
        _costs(stage_cost(found)),
        f"receptive field {format_extents(receptive_fields(compiled.network)[index + 1].field)}",
        *(f"shortcut {kind}: {literal(why)}" for kind, why in _shortcuts(found)),
    ]
    return f"{title}\n\n{_bullets(lines)}"


def stem(compiled: Compiled) -> str:
    """Return the operators of the stem."""
    return _steps(compiled.trace.stem)


def head(compiled: Compiled, path: Path) -> str:
    """Return the operators of the head at a path; empty if there is no such head."""
    return next((_steps(each.steps) for each in compiled.trace.heads if each.head.at == path), "")


def layer(compiled: Compiled, path: Path) -> str:
    """Return the operators of the layer at a path with their shapes; a block's layer, once for each distinct use."""
    if path[0] in ("stem", "head", "heads"):
        trace = compiled.trace
        return _steps(step for step in (*trace.stem, *trace.head_steps) if step.node.at == path)
    uses = list(_uses(compiled, path))
    left = len(uses) - _MAX_USES
    return "\n\n".join(uses[:_MAX_USES] + ([f"and in {pluralize(left, 'other block')}"] if left > 0 else []))


def _uses(compiled: Compiled, path: Path) -> Iterator[str]:
    for found in compiled.trace.stages:
        for part in found.parts:
            steps = [step for step in part.trace.branch if step.node.at == path]
            if steps:
                last = part.first + part.count - 1
                name = f"{found.stage.name}.{part.first}" + (f"-{last}" if part.count > 1 else "")
                yield f"{literal(name)}:\n\n{_steps(steps)}"


def _blocks(found: StageTrace) -> str:
    counts: dict[str, int] = {}
    for part in found.parts:
        counts[part.trace.block.type] = counts.get(part.trace.block.type, 0) + part.count
    return ", ".join(f"{pluralize(count, 'block')} of {code(name)}" for name, count in counts.items())


def _shortcuts(found: StageTrace) -> dict[tuple[str, str], None]:
    """Return each distinct shortcut once, with the reason for it."""
    return dict.fromkeys((part.trace.block.shortcut.kind, part.trace.block.shortcut.why) for part in found.parts)


def _steps(steps: Iterable[Step]) -> str:
    return _bullets(_step(step) for step in steps)


def _step(step: Step) -> str:
    made = step_cost(step)
    costs = f", {_costs(made)}" if made.params or made.macs else ""
    return f"{code(step.node.operator.describe())}: {by_axis(step.input)} → {by_axis(step.output)}{costs}"


def _costs(made: Cost) -> str:
    macs = f", {made.macs:,} multiply-adds" if made.macs else ""
    return f"{pluralize(made.params, 'parameter')}{macs}"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
