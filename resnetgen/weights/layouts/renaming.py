"""A network under the names of another library: the spec is lowered once more with that library's layout.

The operators of both are the same, one for one, so no rule about names is needed: the tensors are paired by position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from resnetgen.analysis.state_dict import tensors_by_block
from resnetgen.compiler import Compiled
from resnetgen.diagnostics.model import Path
from resnetgen.ir.network import Network
from resnetgen.lower.network import lower
from resnetgen.ops.conv import Conv
from resnetgen.ops.operator import TensorSpec
from resnetgen.spec.spec import Spec
from resnetgen.spec.validate import validate
from resnetgen.weights.expected import ExpectedTensors
from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

if TYPE_CHECKING:
    from torch import Tensor

MOST_TENSORS = 20_000
"""A network of more tensors is in no library."""


NO_BIASES: Mapping[str, str] = MappingProxyType({})


class ForeignTensor(NamedTuple):
    """A tensor of a network by its name and shape in a library.

    `axes` are the library's axes in the network's order, -1 for one of extent one that the library has not; empty where
    the axes are the same.
    """

    own: str
    spec: TensorSpec
    axes: tuple[int, ...] = ()


def turned(shape: tuple[int, ...] | None, axes: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return a shape with its axes in another order, where it has these; -1 is one of extent one.

    Args:
        shape: the shape in the file.
        axes: the file's axes in the network's order.
    """
    if shape is None or len(shape) != sum(axis >= 0 for axis in axes):
        return shape
    return tuple(1 if axis < 0 else shape[axis] for axis in axes)


def turned_back(value: Tensor, axes: tuple[int, ...]) -> Tensor:
    """Return a tensor with its axes in the order of a library.

    Args:
        value: the tensor, with the network's axes.
        axes: the library's axes in the network's order; -1 is one of extent one that it has not.
    """
    lacking = tuple(position for position, axis in enumerate(axes) if axis < 0)
    there = [axis for axis in axes if axis >= 0]
    value = value.squeeze(lacking) if lacking else value
    return value.permute(sorted(range(len(there)), key=there.__getitem__)) if axes else value


class ForeignNames:
    """A network's tensors by the names of a library; `inside` is the beginning of those in the module that holds it.

    `biases` are those that convolutions of the network do not have, but might: their own names, by the library's.
    """

    def __init__(
        self,
        layout: ForeignLayout,
        tensors: dict[str, ForeignTensor],
        inside: str = "",
        biases: Mapping[str, str] = NO_BIASES,
    ) -> None:
        self.layout = layout
        self.biases = biases
        self.tensors = tensors
        self.inside = inside
        self.count = sum(not each.spec.supplied for each in tensors.values())

    @property
    def own(self) -> dict[str, str]:
        """The network's own name of each tensor, by the library's."""
        return {name: tensor.own for name, tensor in self.tensors.items()}

    def in_order(self) -> Iterator[tuple[str, ForeignTensor]]:
        """Yield the tensors by the library's names, in the order in which it writes them."""
        return ((name, self.tensors[name]) for name in self.layout.arranged(self.tensors))

    def renamed(self, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return a state dict of the network by the library's names; views of its tensors where only their axes change.

        Args:
            state: tensors by the network's names. Those that the library has not are left out.
        """
        return {there: turned_back(state[each.own], each.axes) for there, each in self.in_order() if each.own in state}

    def find(self, name: str) -> ForeignTensor | None:
        """Return the tensor of a name of the library; None where the network has none."""
        return self.tensors.get(name)

    def spec(self, name: str) -> TensorSpec | None:
        """Return the facts of the tensor of a name of the library; None where the network has none."""
        found = self.find(name)
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
            named = ((table.respell(there), here, spec) for (there, spec), (here, _) in pairs)
            tensors = {there: _tensor(there, here, spec, table) for there, here, spec in named}
            if len(tensors) < len(pairs):  # two have one name: the library has no such network
                continue
            yield ForeignNames(layout, tensors, table.optional, _biases(pairs, table))
            if table.optional:
                shorter = {name.removeprefix(table.optional): tensor for name, tensor in tensors.items()}
                yield ForeignNames(layout, shorter)


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


def _tensor(there: str, own: str, spec: TensorSpec, table: NamingTable) -> ForeignTensor:
    rank = len(spec.shape)
    if own.endswith(table.implied):
        spec = spec._replace(supplied=True)
    if there in table.flat and set(spec.shape[2:]) == {1}:
        return ForeignTensor(own, spec._replace(shape=spec.shape[:2]), (0, 1, *(-1 for _ in spec.shape[2:])))
    if not table.channels_last or rank < 2:
        return ForeignTensor(own, spec)
    output, input, *spatial = spec.shape
    return ForeignTensor(own, spec._replace(shape=(*spatial, input, output)), (rank - 1, rank - 2, *range(rank - 2)))


def _relowered(compiled: Compiled, table: NamingTable) -> Network | None:
    """Return the network with the names of a table; None where these are not those of modules in it."""
    data = {**_without_layer_names(compiled.document.data), "layout": table.layout}
    spec: Spec | None = validate(data, Spec)[0]
    return None if spec is None else lower(spec, _is_not_the_layout)[0]


def _without_layer_names(data: Any) -> Any:
    """Return the data of a spec without the names of layers, in whose place libraries have numbers."""
    if isinstance(data, Mapping):
        return {key: _without_layer_names(value) for key, value in data.items()}
    if not isinstance(data, list):
        return data
    layers = (_without_layer_names(each) for each in data)
    return [
        {key: value for key, value in each.items() if key != "name"} if isinstance(each, Mapping) else each
        for each in layers
    ]


def _is_not_the_layout(path: Path) -> bool:
    """Tell whether a place is in the spec itself, which may say what has an effect in its own layout alone."""
    return path[:1] != ("layout",)


def _in_order(network: Network) -> Iterator[tuple[str, TensorSpec]]:
    """Yield the tensors by name in an order that does not depend on names."""
    for row in tensors_by_block(network, as_run=True):
        for number in range(row.first, row.first + row.repeat):
            for tensor in row.tensors:
                yield row.key(number, tensor.suffix), tensor.spec
