"""A network under the names of another library: the spec is lowered once more with that library's layout.

The operators of both are the same, one for one, so no rule about names is needed: the tensors are paired by position.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.analysis.cost import state_dict
from resnetgen.compiler import Compiled, compile_document
from resnetgen.errors import SpecError
from resnetgen.ir.network import Network, Stage
from resnetgen.ops.conv import Conv
from resnetgen.source.overrides import parse, with_overrides
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

MOST_TENSORS = 20_000
"""A network of more tensors is in no library."""


class ForeignNames(NamedTuple):
    """A network's tensors by the names of a library, and the network's own name of each."""

    layout: ForeignLayout
    expected: ExpectedTensors
    own: dict[str, str]


def foreign_names(compiled: Compiled, layout: ForeignLayout) -> ForeignNames | None:
    """Return a network's names in a library; None if the library can have no such network.

    Args:
        compiled: the network.
        layout: the layout of the library.
    """
    if ExpectedTensors(compiled.network).count > MOST_TENSORS:
        return None
    return next(_each(compiled, layout), None)


def _each(compiled: Compiled, layout: ForeignLayout) -> Iterator[ForeignNames]:
    convs = sum(isinstance(node.operator, Conv) for node in compiled.network.stem)
    for table in layout.tables:
        other = _relowered(compiled, table) if table.stem_convs in (0, convs) else None
        if other is not None:
            pairs = zip(_in_order(other), _in_order(compiled.network), strict=True)
            yield ForeignNames(layout, ExpectedTensors(other), dict(pairs))


def _relowered(compiled: Compiled, table: NamingTable) -> Network | None:
    from json import dumps

    document = with_overrides(compiled.document, [parse("layout=torchvision")])
    try:
        # A mapping would be merged into the spec's own layout; after a word, it takes its place.
        placed = with_overrides(document, [parse(f"layout={dumps(table.layout)}")])
        return compile_document(placed, compiled.trace.input[1:]).network
    except SpecError:  # the names of this table are not those of modules in this network
        return None


def _in_order(network: Network) -> Iterator[str]:
    """Yield the names of the tensors, each block's shortcut last, whatever the layout has."""
    return (name for name, _ in state_dict(network._replace(stages=tuple(map(_shortcuts_last, network.stages)))))


def _shortcuts_last(stage: Stage) -> Stage:
    runs = [
        run._replace(block=run.block._replace(shortcut=run.block.shortcut._replace(first=False))) for run in stage.runs
    ]
    return stage._replace(runs=tuple(runs))
