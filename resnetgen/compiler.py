"""The compiler: one short function whose lines name the stages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from resnetgen import lint
from resnetgen.analysis.shape_inference import Trace, trace
from resnetgen.diagnostics.model import Diagnostic, Fault, Place, Severity
from resnetgen.diagnostics.sorting import sort
from resnetgen.errors import SpecError
from resnetgen.ir.network import Network
from resnetgen.lower import lower
from resnetgen.ops.operator import by_axis
from resnetgen.source import collection, extends
from resnetgen.source.yaml_events import MAX_FAULTS
from resnetgen.spec.spec import Spec
from resnetgen.spec.validate import validate

if TYPE_CHECKING:
    from resnetgen.source.extends import Document, FindBase
    from resnetgen.source.source import Source

_T = TypeVar("_T")

MAX_LABELS = 4
"""Beside a fault that many stages share, so many of them are shown."""

_NOT_IN_CODE = ("aka", "budget", "ignore")
"""Keys that no line of the code depends on."""


class Compiled(NamedTuple):
    """A spec that passed every check: its document, its network, and the network's shapes at an input size.

    `warnings` are what a colleague would say of it nevertheless, but for those that the spec ignores.
    """

    document: Document
    network: Network
    trace: Trace
    warnings: tuple[Diagnostic, ...] = ()


def compile_source(
    source: Source,
    size: tuple[int, ...] | None = None,
    *,
    allow_outside: bool = False,
    find_base: FindBase | None = None,
) -> Compiled:
    """Compile a spec that was read; `size` replaces the spec's own input size.

    `allow_outside` lets it extend files outside of its own tree; `find_base` finds its bases where they are no files.

    Raises:
        SpecError: with every fault of the stage that could not be passed.
    """
    document = extends.resolve(source, find_base or collection.base_finder(source, allow_outside))
    spec: Spec = _value_or_raise(validate(document.data, Spec), document)
    network = _value_or_raise(lower(spec), document)
    traced = trace(network, _input_size(network, size, document))
    warnings = _warnings(lint.lint(traced), document, traced.input[1:] == network.size)
    return Compiled(document, network, traced, warnings)


@contextmanager
def with_scalar_fixes() -> Iterator[None]:
    """Around the reading of a spec: what is wrong with its scalars gets the fixes that only the language can tell."""
    try:
        yield
    except SpecError as error:
        if all(each.code != "RG105" for each in error.diagnostics):
            raise
        from resnetgen.spec.scalar_fixes import respelled

        raise SpecError(respelled(error.diagnostics)) from None


def source_code(compiled: Compiled, origin: str) -> str:
    """The Python source of a compiled spec; `origin` is how its header names the spec."""
    from resnetgen.codegen import emit

    return emit(compiled.trace, origin=origin, digest=digest(compiled.document))


def deploy_form(compiled: Compiled) -> Compiled:
    """The same document with the network as it is at inference, its shapes at the same input size.

    The network is called `NAME_deploy`; its class keeps its name. State dict and costs are those of the new form.
    """
    from resnetgen.codegen.inference.network import deploy

    network = deploy(compiled.network).network
    return compiled._replace(network=network, trace=trace(network, compiled.trace.input[1:]))


def deploy_code(compiled: Compiled, origin: str) -> str:
    """The Python source of the deployed form of a compiled spec; `origin` is how its header names the spec."""
    from resnetgen.codegen.inference.network import deploy
    from resnetgen.codegen.inference.source import source

    recipe = deploy(compiled.network).recipe
    name = compiled.network.name
    return source(deploy_form(compiled).trace, recipe, trained=name, origin=origin, digest=digest(compiled.document))


def digest(document: Document) -> str:
    """A digest of what the spec says, bases included: comments, quotes and the order of keys do not change it.

    Nor do keys of which the code says nothing: the names that the network has elsewhere, its budget, what it ignores.
    """
    import json
    from hashlib import sha256

    said = {key: value for key, value in document.data.items() if key not in _NOT_IN_CODE}
    text = json.dumps(_canonical(said), ensure_ascii=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:16]


def _canonical(data: object, key: str = "") -> object:
    """The data with its keys in one order, but for those of mappings whose order means something."""
    if isinstance(data, list):
        return [_canonical(item) for item in data]
    if not isinstance(data, dict):
        return data
    names = data if key in ("stages", "widths") else sorted(data)
    return [[name, _canonical(data[name], name)] for name in names]


def _value_or_raise(result: tuple[_T | None, list[Fault]], document: Document) -> _T:
    """What a stage gave, or its faults as an exception."""
    value, faults = result
    _raise_if_any(faults, document)
    assert value is not None
    return value


def _warnings(faults: list[Fault], document: Document, as_written: bool) -> tuple[Diagnostic, ...]:
    """The warnings that the spec does not ignore, and one for each code that it ignores in vain.

    The latter only at the spec's own input size, for which it was written: at another one, other warnings come up.

    Raises:
        SpecError: there are errors among the faults.
    """
    _raise_if_any([fault for fault in faults if fault.severity is Severity.ERROR], document)
    if not faults and "ignore" not in document.data:
        return ()
    ignored: Any = document.data.get("ignore", {})
    heard = [fault for fault in faults if fault.code not in ignored]
    own: Any = (as_written and document.sources[0].data.get("ignore")) or {}
    heard += lint.unused_ignores(own, {fault.code for fault in faults})
    return sort(document.diagnose(fault) for fault in _merge_faults(heard))


def _raise_if_any(faults: list[Fault], document: Document) -> None:
    if faults:
        raise SpecError(sort(document.diagnose(fault) for fault in _merge_faults(faults)))


def _merge_faults(faults: list[Fault]) -> Iterable[Fault]:
    """The first fault of each code at a place; its labels show some of the other uses that come to grief there."""
    first: dict[tuple[str, Place], Fault] = {}
    for fault in faults:
        known = first.setdefault((fault.code, fault.at), fault)
        if len(known.related) < MAX_LABELS and not known.words:
            related = dict.fromkeys((*known.related, *fault.related))
            first[fault.code, fault.at] = known._replace(related=tuple(related)[:MAX_LABELS])
    return islice(first.values(), MAX_FAULTS)


def _input_size(network: Network, size: tuple[int, ...] | None, document: Document) -> tuple[int, ...]:
    """The size to trace: one number means a square."""
    if size is None:
        return network.size
    sized = size * network.rank if len(size) == 1 else size
    if len(sized) != network.rank:
        message = f"an input size of {by_axis(size)} has {len(size)} axes, but the network has {network.rank}"
        _raise_if_any([Fault("RG401", message, Place(("input", "size")))], document)
    return sized
