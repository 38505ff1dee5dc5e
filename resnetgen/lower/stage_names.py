"""The names of a stage and its blocks."""

from __future__ import annotations

from collections.abc import Set

from resnetgen.ir.network import Run, Stage
from resnetgen.schema.layouts import Layout, next_number


def named_stage(layout: Layout, taken: Set[str], name: str, index: int, runs: tuple[Run, ...]) -> Stage:
    """Return a stage with the names of a layout.

    Args:
        layout: the names.
        taken: the names of the stem's operators.
        name: its name in the spec.
        index: its index among the stages.
        runs: its blocks.
    """
    joined = layout.joins_stages
    path, first = layout.stage_path(name, index), layout.first_block
    if joined:
        first = next_number(path.split("."), taken) if first is None else first
        first += next(run.first for run in runs if not run.block.opens_stage)
    return Stage(
        name,
        path,
        runs,
        ("stages", name),
        layout.holder,
        layout.block_name(index),
        first or 0,
        layout.transition,
        joined,
    )
