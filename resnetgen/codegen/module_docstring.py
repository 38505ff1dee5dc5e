"""The docstring of a file: what its network is, and a table of its stages. Lines know their parts of the spec."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.analysis.cost import Cost, cost, stage_cost, steps_cost
from resnetgen.analysis.shape_inference import Trace, format_shape
from resnetgen.codegen.printer import Line
from resnetgen.codegen.python import paragraphs
from resnetgen.codegen.tree import Paths

_OWNER = "This file belongs to you, under no licence of resnetgen. To change it, edit the spec."
"""The header's `DO NOT EDIT.` is what tools look for: the file is its user's, but the next build replaces it."""


def module_docstring(trace: Trace) -> list[Line]:
    """Return the lines of the docstring, without the quotes around it."""
    network = trace.network
    described = network.description.strip()
    parts = [
        _lines(described or network.class_name, (("description",),) if described else ()),
        _lines(network.reference, (("reference",),)),
        [Line(f"At an input of {format_shape(trace.input)}:", (("input",),))],
        _table(trace),
        [Line(_OWNER)],
    ]
    first, *others = filter(None, parts)
    return [*first, *(line for part in others for line in (Line(""), *part))]


def _lines(text: str, at: Paths) -> list[Line]:
    """Return the lines of a text; none if it is empty."""
    return [Line(line, at) for line in paragraphs(text, indent=0).split("\n")] if text.strip() else []


class _Row(NamedTuple):
    """A row of the table: its first cells, its cost, and the part of the spec that it is about."""

    stage: str
    output: str
    blocks: str
    cost: Cost
    at: Paths

    def cells(self) -> tuple[str, ...]:
        return (self.stage, self.output, self.blocks, f"{self.cost.params:,}", f"{self.cost.macs:,}")


_HEADINGS = ("stage", "output", "blocks", "parameters", "multiply-adds")


def _table(trace: Trace) -> list[Line]:
    """Return the table of stages, with output shapes and costs at the spec's input size."""
    rows = list(_rows(trace))
    cells = [_HEADINGS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    places: list[Paths] = [(), *(row.at for row in rows)]
    return [Line(_aligned(row, widths), at) for row, at in zip(cells, places, strict=True)]


def _rows(trace: Trace) -> Iterator[_Row]:
    if trace.stem:
        yield _Row("stem", format_shape(trace.stem[-1].output), "", steps_cost(trace.stem), (("stem",),))
    for stage in trace.stages:
        kinds = dict.fromkeys(run.block.type for run in stage.stage.block_runs)
        blocks = f"{stage.stage.blocks()} {', '.join(kinds)}"
        made = stage.stage
        yield _Row(made.label, format_shape(stage.output), blocks, stage_cost(stage), (made.at,))
    for each in trace.heads:
        if each.steps:
            yield _Row(each.head.label, format_shape(each.output), "", steps_cost(each.steps), (each.head.at,))
    yield _Row("total", "", "", cost(trace), ())


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    left = [cell.ljust(width) for cell, width in zip(row[:3], widths[:3], strict=True)]
    right = [cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True)]
    return ("  " + "  ".join([*left, *right])).rstrip()
