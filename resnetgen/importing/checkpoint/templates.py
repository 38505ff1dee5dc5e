"""The networks of the collection whose tensors have names as those of a file, whatever their depths and widths."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from itertools import product
from typing import Any

from resnetgen.analysis.cost import state_dict
from resnetgen.compiler import Compiled, compile_source, read_document, spec_of
from resnetgen.errors import SpecError
from resnetgen.importing.answers import with_answers
from resnetgen.importing.shorten import inherited, patch
from resnetgen.ir.network import Network
from resnetgen.lower import lower
from resnetgen.source.collection import names, shipped
from resnetgen.source.source import parse
from resnetgen.source.write_yaml import flow
from resnetgen.weights.collection_tensors import NetworkTensors, collection_tensors, tensors_of_network
from resnetgen.weights.file_contents import COUNTER, Shapes
from resnetgen.weights.layouts import LAYOUTS
from resnetgen.weights.layouts.foreign_layout import NamingTable, unchanged
from resnetgen.weights.likely_layout import likely_layout

MOST_ANSWERED = 24
"""The most networks that are given a user's values, if these do not change all names."""

_NAMING_KEY = "layout"

MIN_LIKENESS = 0.5
"""The least likeness of names at which a network is tried."""

_OF_THE_COLLECTION = ("torchvision", "torchvision_regnet", "timm_resnetv2")
"""Libraries whose names the networks of the collection have already."""

_Kind = tuple[str, tuple[int, ...]]


class Template:
    """A network of the collection, its data, and the tensors that a file of its weights has.

    `is_answered` tells whether it has values that a user gave. Most networks are looked at by their tensors alone, so
    the others are read and compiled when they are asked for.
    """

    def __init__(
        self,
        name: str,
        tensors: NetworkTensors,
        data: dict[str, Any] | None = None,
        compiled: Compiled | None = None,
        is_answered: bool = False,
    ) -> None:
        self.name = name
        self.tensors = tensors
        self.is_answered = is_answered
        self._data = data
        self._compiled = compiled

    @cached_property
    def data(self) -> dict[str, Any]:
        """The data of the network."""
        return inherited(self.name) if self._data is None else self._data

    @cached_property
    def compiled(self) -> Compiled:
        """The network."""
        return compile_source(shipped(self.name)) if self._compiled is None else self._compiled

    @property
    def shapes(self) -> Shapes:
        """The shapes of its tensors by name."""
        return self.tensors.shapes

    @cached_property
    def kinds(self) -> frozenset[_Kind]:
        """The names of its tensors without their numbers, each with its kernel."""
        return frozenset(
            (_without_numbers(f"{path}{first}.{suffix}" if path else suffix), shape[2:])
            for path, first, _, suffixes, shapes in self.tensors.rows
            for suffix, shape in zip(suffixes, shapes, strict=True)
            if shape is not None
        )

    @property
    def first(self) -> str:
        """The name of the first tensor."""
        return next(name for name, shape in self.tensors.entries if shape is not None)


@cache
def template(name: str, library: str = "", table: int = 0, answers: tuple[str, ...] = ()) -> Template | None:
    """Return a network of the collection; None for a spec that is only for others to extend.

    Args:
        name: the spec.
        library: the library whose names the network is to have; empty for the spec's own. None is returned where these
            do not name it, or the library builds no such network.
        table: the number of the library's table of names.
        answers: values that the network is to have, as in `--set`. None is returned where it cannot have them.
    """
    if not library and not answers:
        tensors = collection_tensors().get(name)
        return None if tensors is None else Template(name, tensors)
    data = inherited(name)
    if library:
        data = _with_layout(data, LAYOUTS[library].tables[table].layout)
    try:
        data = with_answers(data, answers) if answers else data
        compiled = compiled_from(name, data)
    except SpecError:
        return None
    if library and not LAYOUTS[library].tables[table].applies(compiled.network):
        return None
    return Template(name, tensors_of_network(compiled.network), data, compiled, bool(answers))


def _with_layout(data: Mapping[str, Any], layout: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of a network with a layout, without the names of layers that this layout does not use."""
    named = {**data, "layout": _short(layout)}
    if "*" in flow(layout.get("block", "*")) or "blocks" not in data:
        return named
    return {**named, "blocks": _without_names(data["blocks"])}


def _without_names(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_names(each) for key, each in value.items() if key != "name"}
    return [_without_names(each) for each in value] if isinstance(value, list) else value


def compiled_from(name: str, data: Mapping[str, Any]) -> Compiled:
    """Compile a network that extends one of the collection, by its whole data.

    Raises:
        SpecError: the data make no network.
    """
    return compile_source(parse(flow({"name": "network", "extends": name, **patch(inherited(name), data)})))


def network_of(data: Mapping[str, Any]) -> Network:
    """Lower a network from its whole data, without shapes and warnings.

    Raises:
        SpecError: the data make no network.
    """
    document = read_document(parse(flow({"name": "network", **data})))
    network, faults = lower(spec_of(document), document.is_inherited)
    if network is None or faults:
        raise SpecError(tuple(map(document.diagnose, faults)))
    return network


def _short(layout: Mapping[str, Any]) -> object:
    """Return a layout as a user would write it: a word where it says no more."""
    return layout["base"] if list(layout) == ["base"] else dict(layout)


def tensors_of(network: Network) -> Shapes:
    """Return the shapes of the tensors that a file of a network's weights must have."""
    return {key: spec.shape for key, spec in state_dict(network) if not spec.supplied}


def without_counters(shapes: Shapes) -> Shapes:
    """Return the tensors of a file without the counters of batch norms, which not all files have."""
    return {key: shape for key, shape in shapes.items() if not key.endswith(COUNTER)}


def below(shapes: Shapes, first: str) -> Shapes:
    """Return the tensors of a file without the prefix of their names, which the name of the first tensor tells."""
    found = sorted((key for key in shapes if key == first or key.endswith(f".{first}")), key=len)
    prefix = found[0].removesuffix(first) if found else ""
    return {key.removeprefix(prefix): shape for key, shape in shapes.items()} if prefix else shapes


def exact(shapes: Shapes, without: Collection[str]) -> list[Template]:
    """Return the networks that have just these tensors, in the order of the collection.

    Args:
        shapes: the tensors of a file.
        without: networks that are not to be returned.
    """
    counts = Counter(shapes.values())
    alike = [name for name, each in collection_tensors().items() if name not in without and each.counts == counts]
    found = [template(name, *naming) for name, naming in product(alike, _namings(shapes))]
    return [each for each in found if each is not None and below(shapes, each.first) == each.shapes]


def ranked(
    shapes: Shapes, without: Collection[str], answers: Sequence[str] = (), least: float = MIN_LIKENESS
) -> list[Template]:
    """Return the likely networks, the likeliest first, and of equally likely ones the nearest in shapes.

    Args:
        shapes: the tensors of a file.
        without: networks that are not to be returned.
        answers: values that the networks are to have, as in `--set`.
        least: the least likeness of their names, from 0 to 1.
    """
    namings = [(name, *naming) for name, naming in product(names(), _namings(shapes)) if name not in without]
    if answers and not any(answer.startswith(_NAMING_KEY) for answer in answers):
        nearest = _ranked(shapes, namings, (), 0.0)[:MOST_ANSWERED]
        namings = [naming for naming in namings if naming[0] in {each.name for each in nearest}]
    return _ranked(shapes, namings, tuple(answers), least)


def _ranked(
    shapes: Shapes, namings: Iterable[tuple[str, str, int]], answers: tuple[str, ...], least: float
) -> list[Template]:
    found: list[tuple[float, float, int, Template]] = []
    stored: dict[str, tuple[Shapes, frozenset[_Kind]]] = {}
    for name, library, table in namings:
        each = template(name, library, table, answers)
        if each is None:
            continue
        if each.first not in stored:
            own = below(shapes, each.first)
            stored[each.first] = own, _kinds(own)
        own, kinds = stored[each.first]
        likeness = _share(kinds, each.kinds)
        if likeness >= least:
            same = sum(own.get(key) == shape for key, shape in each.shapes.items())
            found.append((-likeness, -same / max(len(own), len(each.shapes)), len(found), each))
    return [each for *_, each in sorted(found, key=lambda row: row[:3])]


def _namings(shapes: Shapes) -> list[tuple[str, int]]:
    """Return the tables of names to try: each network's own, and those of the library whose marks the names have."""
    likely = likely_layout(shapes)
    if likely is None or likely.name in _OF_THE_COLLECTION:
        return [("", 0)]
    return [("", 0), *((likely.name, index) for index, table in enumerate(likely.tables) if _fits(table, shapes))]


def _fits(table: NamingTable, shapes: Shapes) -> bool:
    """Return whether a layout of a spec can have these names, and the file has the marks of them."""
    sayable = table.respell is unchanged and not table.channels_last
    return sayable and all(any(key.endswith(mark) for key in shapes) for mark in table.marks)


def _kinds(shapes: Shapes) -> frozenset[_Kind]:
    """Return the names without their numbers, each with the kernel of the tensor."""
    return frozenset((_without_numbers(key), (shape or ())[2:]) for key, shape in shapes.items())


@lru_cache(maxsize=30_000)
def _without_numbers(name: str) -> str:
    return re.sub(r"\d+", "#", name)


def _share(one: frozenset[_Kind], other: frozenset[_Kind]) -> float:
    return len(one & other) / max(1, len(one | other))
