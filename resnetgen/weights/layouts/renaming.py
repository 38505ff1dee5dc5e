"""A network under the names of another library: the spec is lowered once more with that library's layout.

The operators of both are the same, one for one, so no rule about names is needed: the tensors are paired by position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from resnetgen.analysis.cost import state_dict
from resnetgen.compiler import Compiled, compile_document
from resnetgen.errors import SpecError
from resnetgen.ir.network import Network, Stage
from resnetgen.ops.conv import Conv
from resnetgen.ops.operator import TensorSpec
from resnetgen.source.overrides import parse, with_overrides
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

MOST_TENSORS = 20_000
"""A network of more tensors is in no library."""


NO_BIASES: Mapping[str, str] = MappingProxyType({})


class ForeignTensor(NamedTuple):
    """A tensor of a network by its name and shape in a library.

    `axes` are the library's axes in the network's order; empty where the order is the same.
    """

    own: str
    spec: TensorSpec
    axes: tuple[int, ...] = ()


class ForeignNames:
    """A network's tensors by the names of a library.

    `biases` are those that convolutions of the network do not have, but might: their own names, by the library's.
    """

    def __init__(
        self, layout: ForeignLayout, tensors: dict[str, ForeignTensor], biases: Mapping[str, str] = NO_BIASES
    ) -> None:
        self.layout = layout
        self.biases = biases
        self.tensors = tensors
        self.count = sum(not each.spec.supplied for each in tensors.values())

    @property
    def own(self) -> dict[str, str]:
        """The network's own name of each tensor, by the library's."""
        return {name: tensor.own for name, tensor in self.tensors.items()}

    def in_order(self) -> Iterator[tuple[str, ForeignTensor]]:
        """Yield the tensors by the library's names, in the order in which it writes them."""
        return ((name, self.tensors[name]) for name in self.layout.arranged(self.tensors))

    def spec(self, name: str) -> TensorSpec | None:
        """Return the tensor of a name of the library; None where the network has none."""
        found = self.tensors.get(name)
        return None if found is None else found.spec


def foreign_names(compiled: Compiled, layout: ForeignLayout) -> ForeignNames | None:
    """Return the names that a network has in a library; None if the library can have no such network.

    Args:
        compiled: the network.
        layout: the layout of the library.
    """
    return next(every_foreign_names(compiled, layout), None)


def every_foreign_names(compiled: Compiled, layout: ForeignLayout) -> Iterator[ForeignNames]:
    """Yield the names that a network can have in a library, those that are written first.

    Args:
        compiled: the network.
        layout: the layout of the library.
    """
    if ExpectedTensors(compiled.network).count > MOST_TENSORS:
        return
    convs = sum(isinstance(node.operator, Conv) for node in compiled.network.stem)
    for table in layout.tables:
        applies = table.stem_convs in (0, convs) and table.applies(compiled.network)
        other = _relowered(compiled, table) if applies else None
        if other is not None:
            pairs = list(_pairs(other, compiled.network, table))
            tensors = {table.respell(there): _tensor(here, spec, table) for (there, spec), (here, _) in pairs}
            yield ForeignNames(layout, tensors, _biases(pairs, table))


_Pair = tuple[tuple[str, TensorSpec], tuple[str, TensorSpec]]


def _biases(pairs: Iterable[_Pair], table: NamingTable) -> dict[str, str]:
    """Return the names of biases that convolutions would have, of those without one, by the library's names."""
    found = {}
    own = {here for _, (here, _) in pairs}
    for (there, spec), (here, _) in pairs:
        bias = f"{here.removesuffix('.weight')}.bias"
        if here.endswith(".weight") and len(spec.shape) > 2 and bias not in own:
            found[table.respell(f"{there.removesuffix('.weight')}.bias")] = bias
    return found


def _pairs(other: Network, network: Network, table: NamingTable) -> Iterator[_Pair]:
    """Yield each tensor by its name in the library's layout, and by the network's own."""
    for there, here in zip(_in_order(other), _in_order(network), strict=True):
        if table.counters or not there[1].supplied:
            yield there, here


def _tensor(own: str, spec: TensorSpec, table: NamingTable) -> ForeignTensor:
    rank = len(spec.shape)
    if own.endswith(table.implied):
        spec = spec._replace(supplied=True)
    if not table.channels_last or rank < 2:
        return ForeignTensor(own, spec)
    output, input, *spatial = spec.shape
    return ForeignTensor(own, spec._replace(shape=(*spatial, input, output)), (rank - 1, rank - 2, *range(rank - 2)))


def _relowered(compiled: Compiled, table: NamingTable) -> Network | None:
    from json import dumps

    document = with_overrides(compiled.document, [parse("layout=torchvision")])
    try:
        # A mapping would be merged into the spec's own layout; after a word, it takes its place.
        placed = with_overrides(document, [parse(f"layout={dumps(table.layout)}")])
        return compile_document(placed, compiled.trace.input[1:]).network
    except SpecError:  # the names of this table are not those of modules in this network
        return None


def _in_order(network: Network) -> Iterator[tuple[str, TensorSpec]]:
    """Yield the tensors by name, each block's shortcut last, whatever the layout has."""
    return state_dict(network._replace(stages=tuple(map(_shortcuts_last, network.stages))))


def _shortcuts_last(stage: Stage) -> Stage:
    runs = [
        run._replace(block=run.block._replace(shortcut=run.block.shortcut._replace(first=False))) for run in stage.runs
    ]
    return stage._replace(runs=tuple(runs))
