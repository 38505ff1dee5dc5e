"""The table of architectures as He et al. print it (arXiv:1512.03385, table 1): a row a stage, a column a network."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from resnetgen.analysis.cost import cost
from resnetgen.analysis.shape_inference import BlockTrace, HeadTrace, StageTrace, Trace
from resnetgen.analysis.step import Step
from resnetgen.cli.compare.table import Cell, Matrix, Part, Table
from resnetgen.cli.tables import Column
from resnetgen.number_format import with_si_prefix
from resnetgen.ops.conv import Conv
from resnetgen.ops.window import Shape, by_axis


def paper_table(traces: Sequence[Trace]) -> Table:
    """Return the table of architectures.

    Args:
        traces: the networks with their shapes.
    """
    rows = [_row("stem", [_last(trace.stem) for trace in traces], [_stem(trace) for trace in traces])]
    for stages in zip_longest(*(trace.stages for trace in traces)):
        names = dict.fromkeys(stage.stage.name for stage in stages if stage is not None)
        outputs = [None if stage is None else stage.output for stage in stages]
        rows.append(_row(" / ".join(names), outputs, [() if stage is None else _stage(stage) for stage in stages]))
    for heads in zip_longest(*(trace.heads for trace in traces)):
        names = dict.fromkeys(_name(head) for head in heads if head is not None)
        outputs = [None if head is None else head.output for head in heads]
        rows.append(_row(" / ".join(names), outputs, [() if head is None else _head(head) for head in heads]))
    figures = [cost(trace) for trace in traces]
    rows.append((("parameters",), ("",), *((with_si_prefix(each.params),) for each in figures)))
    rows.append((("MACs",), ("",), *((with_si_prefix(each.macs),) for each in figures)))
    columns = (Column("layer"), Column("output size"), *(Column(trace.network.name) for trace in traces))
    return Table(columns, tuple(rows), [_data(trace) for trace in traces], feet=2)


def _last(steps: tuple[Step, ...]) -> Shape | None:
    return steps[-1].output if steps else None


def _row(name: str, outputs: Sequence[Shape | None], cells: Sequence[Cell]) -> tuple[Cell, ...]:
    sizes = dict.fromkeys(by_axis(output[1:] or output) for output in outputs if output is not None)
    return ((name,), (" / ".join(sizes),), *cells)


def _stem(trace: Trace) -> Cell:
    return tuple(_layer(step) for step in trace.stem if step.node.operator.is_summarized)


def _name(head: HeadTrace) -> str:
    return head.head.name or "head"


def _head(head: HeadTrace) -> Cell:
    return tuple(step.node.operator.describe() for step in head.steps if step.node.operator.is_summarized)


def _stage(stage: StageTrace) -> Cell:
    """Return the matrices of a stage's blocks, equal ones in a row counted."""
    parts: list[Part] = []
    for part in stage.parts:
        if part.trace.block.opens_stage:
            parts += [_layer(step) for step in part.trace.branch if step.node.operator.is_summarized]
            continue
        rows = _rows(part.trace)
        last = parts[-1] if parts else None
        if isinstance(last, Matrix) and last.rows == rows:
            parts[-1] = Matrix(rows, last.times + part.count)
        else:
            parts.append(Matrix(rows, part.count))
    return tuple(parts)


def _rows(trace: BlockTrace) -> tuple[str, ...]:
    """Return what a block's layers are, but for strides, which stand in the sizes."""
    told = [step for step in trace.branch if step.node.operator.is_weighted]
    return tuple(map(_weighted, told))


def _weighted(step: Step) -> str:
    operator = step.node.operator
    if not isinstance(operator, Conv):
        return f"{operator.describe()}, {step.output[0]}"
    groups = f", {operator.groups} groups" if operator.groups > 1 else ""
    return f"{by_axis(operator.window.kernel)}, {operator.out_channels}{groups}"


def _layer(step: Step) -> str:
    operator, window = step.node.operator, step.node.operator.receptive_window()
    if window is None:
        return operator.describe()
    words = _weighted(step) if isinstance(operator, Conv) else operator.describe().partition("/")[0]
    stride = by_axis(window.stride) if len(set(window.stride)) > 1 else str(window.stride[0])
    return words if stride == "1" else f"{words}, stride {stride}"


def _data(trace: Trace) -> dict[str, object]:
    found = cost(trace)
    return {
        "name": trace.network.name,
        "stem": {"layers": list(_stem(trace)), "output": list(_last(trace.stem) or ())},
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
            {"name": _name(head), "layers": list(_head(head)), "output": list(head.output)} for head in trace.heads
        ],
        "params": found.params,
        "macs": found.macs,
    }
