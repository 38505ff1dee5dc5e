"""The table of architectures as He et al. print it (arXiv:1512.03385, table 1): a row a stage, a column a network."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from resnetgen.analysis.cost import cost
from resnetgen.analysis.shape_inference import BlockTrace, StageTrace, Trace
from resnetgen.analysis.step import Step
from resnetgen.number_format import format_extents, with_si_prefix, with_times_sign
from resnetgen.ops.window import Shape, by_axis
from resnetgen.tables.subject import Subject, titles
from resnetgen.tables.table import Cell, Column, Matrix, Part, Table


def make_table(subjects: Sequence[Subject]) -> Table:
    """Return the table of architectures.

    Args:
        subjects: the networks.
    """
    traces = [each.compiled.trace for each in subjects]
    rows = [_row(["stem"], [_last(trace.stem) for trace in traces], [_layers(trace.stem) for trace in traces])]
    for stages in zip_longest(*(trace.stages for trace in traces)):
        names = [stage.stage.label for stage in stages if stage is not None]
        outputs = [None if stage is None else stage.output for stage in stages]
        rows.append(_row(names, outputs, [() if stage is None else _stage(stage) for stage in stages]))
    for heads in zip_longest(*(trace.heads for trace in traces)):
        names = [head.head.label for head in heads if head is not None]
        outputs = [None if head is None else head.output for head in heads]
        rows.append(_row(names, outputs, [() if head is None else _layers(head.steps) for head in heads]))
    figures = [cost(trace) for trace in traces]
    rows.append((("parameters",), ("",), *((with_si_prefix(each.params),) for each in figures)))
    rows.append((("MACs",), ("",), *((with_si_prefix(each.macs),) for each in figures)))
    columns = (Column("layer"), Column("output size"), *map(Column, titles([each.compiled for each in subjects])))
    return Table(columns, tuple(rows), [_data(trace) for trace in traces])


def _last(steps: tuple[Step, ...]) -> Shape | None:
    return steps[-1].output if steps else None


def _row(names: Sequence[str], outputs: Sequence[Shape | None], parts: Sequence[Sequence[Part]]) -> tuple[Cell, ...]:
    """Return a row, typeset: what the networks call it, the sizes of its maps, and a cell for each network."""
    sizes = [with_times_sign(by_axis(output[1:] or output)) for output in outputs if output is not None]
    cells = (tuple(map(_typeset, cell)) for cell in parts)
    return ((" / ".join(dict.fromkeys(names)),), (" / ".join(dict.fromkeys(sizes)),), *cells)


def _typeset(part: Part) -> Part:
    if isinstance(part, str):
        return with_times_sign(part)
    return Matrix(tuple(map(with_times_sign, part.rows)), part.times)


def _layers(steps: tuple[Step, ...]) -> list[Part]:
    """Return the layers of a stem, a head or a transition, with their strides."""
    return [_layer(step) for step in steps if step.node.operator.is_summarized]


def _layer(step: Step) -> str:
    operator = step.node.operator
    window, words = operator.receptive_window(), operator.describe_layer(step.output)
    if window is None or set(window.stride) == {1}:
        return words
    return f"{words}, stride {format_extents(window.stride)}"


def _stage(stage: StageTrace) -> list[Part]:
    """Return the matrices of a stage's blocks, equal ones in a row counted."""
    parts: list[Part] = []
    for part in stage.parts:
        if part.trace.block.opens_stage:
            parts += _layers(part.trace.branch)
            continue
        rows = _rows(part.trace)
        last = parts[-1] if parts else None
        if isinstance(last, Matrix) and last.rows == rows:
            parts[-1] = Matrix(rows, last.times + part.count)
        else:
            parts.append(Matrix(rows, part.count))
    return parts


def _rows(trace: BlockTrace) -> tuple[str, ...]:
    """Return what a block's layers are, but for strides, which stand in the sizes."""
    told = [step for step in trace.branch if step.node.operator.is_weighted]
    return tuple(step.node.operator.describe_layer(step.output) for step in told)


def _data(trace: Trace) -> dict[str, object]:
    found = cost(trace)
    return {
        "name": trace.network.name,
        "stem": {"layers": _layers(trace.stem), "output": list(_last(trace.stem) or ())},
        "stages": [
            {
                "name": stage.stage.name,
                "output": list(stage.output),
                "blocks": [
                    {"layers": list(part.rows), "count": part.times} if isinstance(part, Matrix) else {"layer": part}
                    for part in _stage(stage)
                ],
            }
            for stage in trace.stages
        ],
        "heads": [
            {"name": head.head.label, "layers": _layers(head.steps), "output": list(head.output)}
            for head in trace.heads
        ],
        "params": found.params,
        "macs": found.macs,
    }
