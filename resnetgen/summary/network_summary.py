"""A network's summary as data: the rows of its table, and the facts around them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from resnetgen.analysis.cost import weighted_layers
from resnetgen.analysis.input_domain import InputDomain
from resnetgen.analysis.input_sizes import input_domain
from resnetgen.compiler import Compiled
from resnetgen.ir.network import Network, Node
from resnetgen.ops.window import Shape
from resnetgen.summary.inherited_dilations import InheritedDilation, inherited_dilations
from resnetgen.summary.rows import Row, rows


class NetworkSummary(NamedTuple):
    """A network at an input size, for `batch` samples of `dtype`; `shapes` are those of its maps."""

    network: Network
    input: Shape
    outputs: dict[str, Shape]
    described_outputs: str
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
    return NetworkSummary(
        network=network,
        input=trace.input,
        outputs=trace.outputs,
        described_outputs=trace.describe_outputs(),
        shapes=trace.maps(),
        domain=input_domain(network),
        weighted_layers=weighted_layers(network),
        keys=_keys(network),
        left_out=_left_out(compiled),
        inherited_dilations=tuple(inherited_dilations(compiled)),
        rows=rows(trace, level),
        batch=batch,
        dtype=dtype,
    )


def _keys(network: Network) -> int:
    """Count the tensors in the state dict, without visiting each of a million blocks."""
    count = _entries(network.stem) + _entries(network.head_nodes)
    return count + sum(_entries(run.block.nodes()) * run.repeat for stage in network.stages for run in stage.runs)


def _entries(nodes: Iterable[Node]) -> int:
    return sum(len(node.operator.entries()) for node in nodes)


def _left_out(compiled: Compiled) -> tuple[str, ...]:
    """Return the stages of the spec that the network leaves out."""
    lowered = {stage.name for stage in compiled.network.stages}
    stages = compiled.document.data["stages"]
    assert isinstance(stages, dict)
    return tuple(name for name in stages if name not in lowered)
