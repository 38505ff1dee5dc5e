"""A network as a graph: a node for the stem, each head, and neighbouring blocks of one form."""

from __future__ import annotations

from itertools import groupby

from resnetgen.analysis.cost import Cost, cost, part_cost, steps_cost
from resnetgen.analysis.diff.blocks import OPENING
from resnetgen.analysis.shape_inference import BlockGroup, StageTrace, Trace
from resnetgen.analysis.step import Step, summary
from resnetgen.number_format import with_times_sign
from resnetgen.pictures.block_layers import Layer, block_layers, title
from resnetgen.pictures.differences import SIGN, Differences, differences, marked
from resnetgen.pictures.distinct_blocks import Form, form_of, forms
from resnetgen.pictures.drawing import Drawing
from resnetgen.pictures.folded_stages import folded_stages
from resnetgen.pictures.graph import Graph, GraphBuilder
from resnetgen.pictures.labels import exact_figures, figures, shape_words, times
from resnetgen.pictures.shortcut_marks import MARKS, NONE, mark_of

MOST = 12
"""The most groups of blocks in a stage, and forms of blocks, that are drawn; more are only counted."""


def graph_of(drawing: Drawing) -> Graph:
    """Return the graph of a drawing, at its level."""
    builder = GraphBuilder()
    traces, marks = [drawing.trace], [Differences()]
    if drawing.other is not None:
        traces, marks = [drawing.trace, drawing.other], [*differences(drawing.trace.network, drawing.other.network)]
    for trace, mark in zip(traces, marks, strict=True):
        name = trace.network.name
        prefix = f"{name}: " if len(traces) > 1 else ""
        if drawing.level != "block":
            _add_network(builder, trace, name if prefix or drawing.level == "all" else "", mark)
        if drawing.level != "network":
            _add_forms(builder, trace, prefix)
    told = (f"{trace.network.name}, {exact_figures(cost(trace))}" for trace in traces)
    return builder.graph("; ".join(told))


def _add_network(builder: GraphBuilder, trace: Trace, name: str, marks: Differences) -> None:
    builder.last = ""
    builder.add(("input", shape_words(trace.input)), "map")
    if trace.stem:
        _add_steps(builder, trace.stem, "stem", marks.stem)
    stages = folded_stages(trace)
    for stage in stages.first:
        _add_stage(builder, stage, marks)
    if stages.folded:
        output = shape_words(stages.folded[-1].output)
        builder.add(("…", stages.words(), output, *figures(stages.cost())), "map")
    for stage in stages.last:
        _add_stage(builder, stage, marks)
    trunk = builder.last
    for head in trace.heads:
        if head.steps:
            builder.last = trunk
            _add_steps(builder, head.steps, head.head.label, marks.heads.get(head.head.label, ()))
    builder.close(name)


def _add_steps(builder: GraphBuilder, steps: tuple[Step, ...], name: str, facts: tuple[str, ...]) -> None:
    words = map(with_times_sign, summary(steps))
    builder.add((name, *words, shape_words(steps[-1].output), *figures(steps_cost(steps)), *marked(facts)), "other")


def _add_stage(builder: GraphBuilder, stage: StageTrace, marks: Differences) -> None:
    parts = [list(same) for _, same in groupby(stage.parts, key=lambda part: form_of(part.trace))]
    for same in parts[:MOST]:
        _add_blocks(builder, stage, same, marks)
    if len(parts) > MOST:
        left = sum(part.count for same in parts[MOST:] for part in same)
        builder.add((f"{left:,} more blocks of {stage.stage.label}", shape_words(stage.output)), "map")


def _add_blocks(builder: GraphBuilder, stage: StageTrace, parts: list[BlockGroup], marks: Differences) -> None:
    """Add blocks of one form in a row: a node, and the shortcut around each of them."""
    block, output = parts[0].trace.block, shape_words(parts[-1].trace.output)
    amounts = figures(sum(map(part_cost, parts), Cost()))
    count, first = sum(part.count for part in parts), OPENING if block.opens_stage else parts[0].first
    sign = f"{SIGN} " if marks.of_block(stage.stage.name, first, count) else ""
    if block.opens_stage:
        words = map(with_times_sign, summary(parts[0].trace.branch))
        builder.add((f"{sign}{stage.stage.name}.{stage.stage.transition}", *words, output, *amounts), "other")
        return
    name = f"{sign}{stage.stage.name}.{first}" + (f"-{first + count - 1}" if count > 1 else "")
    source, kind = builder.last, mark_of(block.shortcut)
    builder.add((name, times(block.type, count), output, *amounts), "block")
    if kind != NONE:
        builder.add_shortcut(source, builder.add(("+",), "sum"), times(MARKS[kind].words, count))


def _add_forms(builder: GraphBuilder, trace: Trace, prefix: str) -> None:
    found = forms(trace)
    for form in found[:MOST]:
        _add_form(builder, form)
        builder.close(f"{prefix}{title(form)}")
    if len(found) > MOST:
        builder.last = ""
        builder.add((f"{len(found) - MOST:,} more forms of blocks are not drawn",), "map")
        builder.close(f"{prefix}other blocks")


def _add_form(builder: GraphBuilder, form: Form) -> None:
    layers, kind = block_layers(form), mark_of(form.trace.block.shortcut)
    builder.last = ""
    builder.add((shape_words(form.trace.input),), "map")
    _add_layers(builder, layers.before)
    tap = builder.last
    _add_layers(builder, layers.branch)
    if layers.adds:
        end = builder.last
        skip = tap
        for lines, style in _units(layers.shortcut):
            skip = builder.add(lines, style, after="")
            builder.add_shortcut(tap, skip, "")
            tap = skip
        total = builder.add(("+",), "sum", after=end)
        builder.add_shortcut(skip, total, MARKS[kind].words)
    _add_layers(builder, layers.post_add)
    builder.add((shape_words(form.trace.output),), "map")


def _add_layers(builder: GraphBuilder, layers: tuple[Layer, ...]) -> None:
    for lines, style in _units(layers):
        builder.add(lines, style)


def _units(layers: tuple[Layer, ...]) -> list[tuple[tuple[str, ...], str]]:
    """Return layers with the norms and activations behind them: the lines of each node, and its style."""
    units: list[tuple[tuple[str, ...], str]] = []
    for layer in layers:
        if layer.matters or not units:
            units.append(((layer.words,), layer.style))
        else:
            lines, style = units[-1]
            units[-1] = ((*lines, layer.words), style)
    return units
