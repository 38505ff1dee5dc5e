"""A network's summary as data: the rows of its table, and the facts around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from resnetgen.analysis.cost import weighted_layers
from resnetgen.analysis.features import map_shapes
from resnetgen.analysis.input_domain import InputDomain
from resnetgen.analysis.input_sizes import input_domain
from resnetgen.analysis.shape_inference import Trace
from resnetgen.cli.show.rows import Row, rows
from resnetgen.compiler import Compiled
from resnetgen.ir.network import Network, Node, Stage
from resnetgen.ops.window import Shape


class InheritedDilation(NamedTuple):
    """The dilation of the first layers of a stage, which is that of the stage before, `source`."""

    stage: str
    source: str
    dilation: tuple[int, ...]


class NetworkSummary(NamedTuple):
    """A network at an input size, for `batch` samples of `dtype`; `shapes` are those of its maps."""

    network: Network
    input: Shape
    outputs: dict[str, Shape]
    shapes: dict[str, Shape]
    domain: InputDomain | None
    weighted_layers: int
    keys: int
    left_out: tuple[str, ...]
    inherited_dilations: tuple[InheritedDilation, ...]
    rows: list[Row]
    batch: int
    dtype: str

    @property
    def total(self) -> Row:
        """The row of the whole network."""
        return self.rows[-1]


def summarize(compiled: Compiled, level: str, batch: int, dtype: str) -> NetworkSummary:
    """Summarize a network.

    Args:
        compiled: the network.
        level: the level of detail of the rows.
        batch: the samples for the activation memory.
        dtype: the data type for the activation memory.
    """
    trace, network = compiled.trace, compiled.network
    shapes = map_shapes(trace)
    return NetworkSummary(
        network=network,
        input=trace.input,
        outputs=_outputs(trace, shapes),
        shapes=shapes,
        domain=input_domain(network),
        weighted_layers=weighted_layers(network),
        keys=_keys(network),
        left_out=_left_out(compiled),
        inherited_dilations=tuple(_inherited_dilations(compiled)),
        rows=rows(trace, level),
        batch=batch,
        dtype=dtype,
    )


def _outputs(trace: Trace, shapes: dict[str, Shape]) -> dict[str, Shape]:
    if not trace.network.gives_maps:
        return {"output": trace.output}
    return {name: shapes[name] for name in trace.network.features}


def _keys(network: Network) -> int:
    """Count the tensors in the state dict, without visiting each of a million blocks."""
    count = _entries(network.stem) + _entries(network.head)
    return count + sum(_entries(run.block.nodes()) * run.repeat for stage in network.stages for run in stage.runs)


def _entries(nodes: Iterable[Node]) -> int:
    return sum(len(node.operator.entries()) for node in nodes)


def _left_out(compiled: Compiled) -> tuple[str, ...]:
    """Return the stages of the spec that the network leaves out."""
    lowered = {stage.name for stage in compiled.network.stages}
    return tuple(name for name in _stages(compiled) if name not in lowered)


def _stages(compiled: Compiled) -> dict[str, dict[str, Any]]:
    stages = compiled.document.data["stages"]
    assert isinstance(stages, dict)
    return stages


def _inherited_dilations(compiled: Compiled) -> Iterator[InheritedDilation]:
    """Yield the stages whose first layers have the dilation of the stage before, though their own is another.

    With `output_stride` that is what is asked for, and no stage can have another `first_dilation`.
    """
    if compiled.document.data.get("output_stride") is not None:
        return
    written, rank = _stages(compiled), compiled.network.rank
    for before, stage in pairwise(compiled.network.stages):
        inherited, own = _dilation(written[before.name], -1, rank), _dilation(written[stage.name], 0, rank)
        if not _sets_its_own(written[stage.name]) and inherited != own and _has(stage, inherited):
            yield InheritedDilation(stage.name, before.name, inherited)


def _entry(stage: dict[str, Any], index: int) -> dict[str, Any]:
    """Return an entry of a stage's list of blocks; empty if it has a number of blocks."""
    blocks = stage["blocks"]
    entry: dict[str, Any] = blocks[index] if isinstance(blocks, list) else {}
    return entry


def _dilation(stage: dict[str, Any], index: int, rank: int) -> tuple[int, ...]:
    """Return the dilation of the blocks of a stage's first or last entry."""
    return _per_axis(_entry(stage, index).get("dilation") or stage.get("dilation") or 1, rank)


def _sets_its_own(stage: dict[str, Any]) -> bool:
    """Return whether the first layers of a stage have a dilation of their own."""
    first = _entry(stage, 0)
    return any(
        each is not None for each in (stage.get("first_dilation"), first.get("first_dilation"), first.get("dilation"))
    )


def _per_axis(extent: int | list[int], rank: int) -> tuple[int, ...]:
    return (extent,) * rank if isinstance(extent, int) else tuple(extent)


def _has(stage: Stage, dilation: tuple[int, ...]) -> bool:
    """Return whether a layer of the first block has a dilation, and a kernel in which it shows."""
    windows = [node.operator.receptive_window() for node in stage.runs[0].block.branch if node.operator.is_weighted]
    return any(window is not None and window.dilation == dilation and max(window.kernel) > 1 for window in windows)
