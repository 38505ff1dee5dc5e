"""The compiler: one short function whose lines name the stages."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from resnetgen import checks, collection, extends
from resnetgen.composer import MOST_FAULTS
from resnetgen.diagnostics.model import Fault, Place, SpecError
from resnetgen.diagnostics.order import sort
from resnetgen.ir import Network
from resnetgen.lower import lower
from resnetgen.ops.operator import by_axis
from resnetgen.schema import validate
from resnetgen.shapes import Trace, trace
from resnetgen.spec import Spec

if TYPE_CHECKING:
    from resnetgen.extends import Document
    from resnetgen.source import Source

_T = TypeVar("_T")

MOST_LABELS = 4
"""Beside a fault that many stages share, so many of them are shown."""


class Compiled(NamedTuple):
    """A spec that passed every check: its document, its network, and the network's shapes at an input size."""

    document: Document
    network: Network
    trace: Trace


def compile_source(source: Source, size: tuple[int, ...] | None = None) -> Compiled:
    """Compile a spec that was read; `size` replaces the spec's own input size.

    Raises:
        SpecError: with every fault of the stage that could not be passed.
    """
    document = extends.resolve(source, collection.find_base)
    spec: Spec = _passed(validate(document.data, Spec), document)
    network = _passed(lower(spec), document)
    traced = trace(network, _sized(network, size, document))
    _stop_at(checks.check(traced), document)
    return Compiled(document, network, traced)


def source_code(compiled: Compiled, origin: str) -> str:
    """The Python source of a compiled spec; `origin` is how its header names the spec."""
    from resnetgen.emit import emit

    return emit(compiled.trace, origin=origin, digest=digest(compiled.document))


def digest(document: Document) -> str:
    """A digest of what the spec says, bases included: comments, quotes and the order of keys do not change it.

    Nor do the names that the network has elsewhere, of which the code says nothing.
    """
    import json
    from hashlib import sha256

    said = {key: value for key, value in document.data.items() if key != "aka"}
    text = json.dumps(_ordered(said), ensure_ascii=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:16]


def _ordered(data: object, key: str = "") -> object:
    """The data with its keys in one order, but for those of mappings whose order means something."""
    if isinstance(data, list):
        return [_ordered(item) for item in data]
    if not isinstance(data, dict):
        return data
    names = data if key in ("stages", "widths") else sorted(data)
    return [[name, _ordered(data[name], name)] for name in names]


def _passed(result: tuple[_T | None, list[Fault]], document: Document) -> _T:
    """What a stage gave, or its faults as an exception."""
    value, faults = result
    _stop_at(faults, document)
    assert value is not None
    return value


def _stop_at(faults: list[Fault], document: Document) -> None:
    if faults:
        raise SpecError(sort(document.diagnose(fault) for fault in _distinct(faults)))


def _distinct(faults: list[Fault]) -> Iterable[Fault]:
    """The first fault of each code at a place; its labels show some of the other uses that come to grief there."""
    first: dict[tuple[str, Place], Fault] = {}
    for fault in faults:
        known = first.setdefault((fault.code, fault.at), fault)
        if len(known.related) < MOST_LABELS and not known.words:
            related = dict.fromkeys((*known.related, *fault.related))
            first[fault.code, fault.at] = known._replace(related=tuple(related)[:MOST_LABELS])
    return islice(first.values(), MOST_FAULTS)


def _sized(network: Network, size: tuple[int, ...] | None, document: Document) -> tuple[int, ...]:
    """The size to trace: one number means a square."""
    if size is None:
        return network.size
    sized = size * network.rank if len(size) == 1 else size
    if len(sized) != network.rank:
        message = f"an input size of {by_axis(size)} has {len(size)} axes, and the network {network.rank}"
        _stop_at([Fault("RG401", message, Place(("input", "size")))], document)
    return sized
