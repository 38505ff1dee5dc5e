"""Stages whose first layers have the dilation of the stage before, though their own is another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from resnetgen.compiler import Compiled, spec_of
from resnetgen.ir.network import Stage
from resnetgen.lower.entries import entries
from resnetgen.schema.fields import Axes
from resnetgen.spec.spec import Spec


class InheritedDilation(NamedTuple):
    """The dilation of the first layers of a stage, which is that of the stage before, `source`."""

    stage: str
    source: str
    dilation: tuple[int, ...]


def inherited_dilations(compiled: Compiled) -> Iterator[InheritedDilation]:
    """Yield the dilations that stages have from the stage before.

    There are none with `output_stride`: it asks for them, and no stage can have another `first_dilation`.
    """
    spec = spec_of(compiled.document)
    if spec.output_stride is not None:
        return
    for before, stage in pairwise(compiled.network.stages):
        rank = compiled.network.rank
        inherited, own = _per_axis(_dilation(spec, before.name, -1), rank), _per_axis(_dilation(spec, stage.name), rank)
        if not _sets_its_own(spec, stage.name) and inherited != own and _has(stage, inherited):
            yield InheritedDilation(stage.name, before.name, inherited)


def _dilation(spec: Spec, name: str, index: int = 0) -> Axes:
    """Return the dilation that is written for an entry of a stage's blocks, 1 if none is."""
    options = entries(spec, name)[index].options
    return (options and options.dilation) or spec.stages[name].dilation or 1


def _sets_its_own(spec: Spec, name: str) -> bool:
    """Return whether the first layers of a stage have a dilation of their own."""
    options = entries(spec, name)[0].options
    own = (options.dilation, options.first_dilation) if options is not None else ()
    return any(each is not None for each in (spec.stages[name].first_dilation, *own))


def _per_axis(extent: Axes, rank: int) -> tuple[int, ...]:
    return (extent,) * rank if isinstance(extent, int) else extent


def _has(stage: Stage, dilation: tuple[int, ...]) -> bool:
    """Return whether a layer of the first block has a dilation, and a kernel in which it shows."""
    windows = [node.operator.receptive_window() for node in stage.runs[0].block.branch if node.operator.is_weighted]
    return any(window is not None and window.dilation == dilation and max(window.kernel) > 1 for window in windows)
