"""The compiler: `compile_source` calls the stages in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from resnetgen import display, lint
from resnetgen.analysis.shape_inference import Trace, format_shape, trace
from resnetgen.diagnostics.model import Diagnostic, Fault, Place, Severity
from resnetgen.diagnostics.sorting import sort
from resnetgen.errors import AbstractSpecError, SpecError
from resnetgen.ir.network import Network
from resnetgen.lower import lower
from resnetgen.number_format import pluralize, with_si_prefix
from resnetgen.ops.window import by_axis
from resnetgen.source import collection, extends
from resnetgen.source.digest import digest
from resnetgen.source.yaml_faults import fault_limit
from resnetgen.spec.spec import Spec
from resnetgen.spec.validate import validate

if TYPE_CHECKING:
    from resnetgen.source.extends import Document, FindBase
    from resnetgen.source.overrides import Override
    from resnetgen.source.source import Source

_T = TypeVar("_T")

MAX_LABELS = 4
"""The most places that are shown for a fault that several uses share."""


class Compiled(NamedTuple):
    """A spec that compiled: its document, its network, and the shapes of the network at one input size.

    `warnings` are those that the spec does not ignore.
    """

    document: Document
    network: Network
    trace: Trace
    warnings: tuple[Diagnostic, ...] = ()

    def __repr__(self) -> str:
        from resnetgen.analysis.cost import cost

        found, trace = cost(self.trace), self.trace
        facts = [
            f"{self.network.name}: {format_shape(trace.input)} -> {trace.describe_outputs()}",
            f"{found.params:,} parameters",
            f"{with_si_prefix(found.macs)}MACs",
        ]
        if self.warnings:
            facts.append(pluralize(len(self.warnings), "warning"))
        return f"<Compiled {', '.join(facts)}>"

    def _repr_html_(self) -> str | None:
        return display.html(self)


def compile_source(
    source: Source,
    size: tuple[int, ...] | None = None,
    *,
    allow_outside: bool = False,
    find_base: FindBase | None = None,
    overrides: Sequence[Override] = (),
) -> Compiled:
    """Compile a spec that was read.

    Args:
        source: the spec.
        size: the input size to compute shapes for; by default the spec's own.
        allow_outside: let the spec extend files outside its project.
        find_base: finds the bases of the spec; by default in files and in the collection.
        overrides: values that are merged over the spec and its bases.

    Raises:
        SpecError: the spec is wrong. It holds every fault of the first stage that failed.
    """
    return compile_document(read_document(source, allow_outside, find_base, overrides), size)


def read_document(
    source: Source,
    allow_outside: bool = False,
    find_base: FindBase | None = None,
    overrides: Sequence[Override] = (),
) -> Document:
    """Merge a spec with its bases and with overrides. The arguments are those of `compile_source`.

    Raises:
        SpecError: a base or an override is wrong.
    """
    document = extends.resolve(source, find_base or collection.base_finder(source, allow_outside))
    if not overrides:
        return document
    from resnetgen.source.overrides import with_overrides

    return with_overrides(document, overrides)


def spec_of(document: Document) -> Spec:
    """Validate a document.

    Raises:
        SpecError: the document is not that of a spec, or that of an abstract one.
    """
    if document.data.get("abstract") is True:
        from resnetgen.lower.abstract import abstract_faults  # imported for the few specs that are

        found = abstract_faults(document.data)
        _raise_if_any(found.faults, document)
        raise AbstractSpecError((document.diagnose(found.has_no_network),))
    spec: Spec = _value_or_raise(validate(document.data, Spec), document)
    return spec


def compile_document(document: Document, size: tuple[int, ...] | None = None) -> Compiled:
    """Compile a spec that was merged with its bases.

    Args:
        document: the spec.
        size: the input size to compute shapes for; by default the spec's own.

    Raises:
        SpecError: the spec is wrong.
    """
    spec = spec_of(document)
    network = _value_or_raise(lower(spec, document.is_inherited), document)
    compiled = Compiled(document, network, trace(network, _input_size(network, size, document)))
    as_written = compiled.trace.input[1:] == network.size
    return compiled._replace(warnings=_warnings(lint.lint(compiled.trace), document, as_written))


@contextmanager
def with_scalar_fixes() -> Iterator[None]:
    """Add fixes to the ambiguous scalars that reading a spec reports: only the schema knows which value is possible.

    Raises:
        SpecError: the one raised inside, with a fix for each scalar that can only mean one thing at its key.
    """
    try:
        yield
    except SpecError as error:
        if all(each.code != "RG105" for each in error.diagnostics):
            raise
        from resnetgen.spec.scalar_fixes import respelled

        raise SpecError(respelled(error.diagnostics)) from None


def source_code(compiled: Compiled, origin: str) -> str:
    """Return the Python source of a compiled spec.

    Args:
        compiled: the spec.
        origin: the name of the spec in the header of the file.
    """
    from resnetgen.codegen import emit

    document = compiled.document
    return emit(compiled.trace, origin=origin, digest=digest(document), settings=settings(document))


def deploy_form(compiled: Compiled) -> Compiled:
    """Return the compiled spec with its network in the form for inference, at the same input size.

    The network is named `NAME_deploy`, and its class keeps its name. State dict and costs are those of the new form.

    Args:
        compiled: the spec, in its form for training.
    """
    from resnetgen.codegen.inference.network import deploy

    network = deploy(compiled.network).network
    return compiled._replace(network=network, trace=trace(network, compiled.trace.input[1:]))


def deploy_code(compiled: Compiled, origin: str) -> str:
    """Return the Python source of the form for inference of a compiled spec.

    Args:
        compiled: the spec, in its form for training.
        origin: the name of the spec in the header of the file.
    """
    from resnetgen.codegen.inference.network import deploy
    from resnetgen.codegen.inference.source import source

    recipe = deploy(compiled.network).recipe
    name, document = compiled.network.name, compiled.document
    return source(
        deploy_form(compiled).trace,
        recipe,
        trained=name,
        origin=origin,
        digest=digest(document),
        settings=settings(document),
    )


def settings(document: Document) -> tuple[str, ...]:
    """Return the overrides of a document as they were written, for the header of its file."""
    return tuple(override.text.content for override in document.overrides)


def _value_or_raise(result: tuple[_T | None, list[Fault]], document: Document) -> _T:
    """Return the result of a stage, or raise its faults."""
    value, faults = result
    _raise_if_any(faults, document)
    assert value is not None
    return value


def _warnings(faults: list[Fault], document: Document, as_written: bool) -> tuple[Diagnostic, ...]:
    """Return the warnings that the spec does not ignore, and a warning for each unused entry of its `ignore`.

    Unused entries are reported only at the spec's own input size (`as_written`) and without overrides: other networks
    bring up other warnings.

    Raises:
        SpecError: there are errors among the faults.
    """
    _raise_if_any([fault for fault in faults if fault.severity is Severity.ERROR], document)
    if not faults and "ignore" not in document.data:
        return ()
    ignored: Any = document.data.get("ignore", {})
    reported = [fault for fault in faults if fault.code not in ignored]
    as_written = as_written and not document.overrides
    own_ignores: Any = (as_written and document.sources[0].data.get("ignore")) or {}
    reported += lint.unused_ignores(own_ignores, {fault.code for fault in faults})
    return sort(document.diagnose(fault) for fault in _merge_faults(reported))


def _raise_if_any(faults: list[Fault], document: Document) -> None:
    if faults:
        raise SpecError(sort(document.diagnose(fault) for fault in _merge_faults(faults)))


def _merge_faults(faults: list[Fault]) -> Iterable[Fault]:
    """Keep one fault per code and place; its labels show some of the other uses where the fault arises."""
    first: dict[tuple[str, Place], Fault] = {}
    for fault in faults:
        merged = first.setdefault((fault.code, fault.at), fault)
        if len(merged.related) < MAX_LABELS and not merged.words:
            related = dict.fromkeys((*merged.related, *fault.related))
            merged = merged._replace(related=tuple(related)[:MAX_LABELS])
        if merged.indivisible is not None and fault.indivisible is not None:
            channels = (*merged.indivisible.channels, *fault.indivisible.channels)
            merged = merged.of_divisor(merged.indivisible._replace(channels=channels))
        first[fault.code, fault.at] = merged
    return islice(first.values(), fault_limit())


def _input_size(network: Network, size: tuple[int, ...] | None, document: Document) -> tuple[int, ...]:
    """Return the input size to trace; one number means the same size along every axis."""
    if size is None:
        return network.size
    full_size = size * network.rank if len(size) == 1 else size
    if len(full_size) != network.rank:
        message = f"an input size of {by_axis(size)} has {len(size)} axes, but the network has {network.rank}"
        help = f"give a number for each axis, such as {by_axis(network.size)}"
        _raise_if_any([Fault("RG401", message, Place(("input", "size")), help=help)], document)
    return full_size
