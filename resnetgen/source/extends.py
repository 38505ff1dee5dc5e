"""`extends`: merge a spec over its base by JSON Merge Patch (RFC 7396), and remember which file wrote what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from resnetgen.diagnostics.model import (
    Diagnostic,
    EditKind,
    Fault,
    Fix,
    Label,
    Part,
    Path,
    Place,
    Severity,
    Span,
    Suggestion,
    Text,
)
from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.errors import BaseNotFound, SpecError
from resnetgen.frozen import FrozenIdentity
from resnetgen.source.source import Source
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.source.yaml_faults import fault_limit
from resnetgen.source.yaml_scalars import clip

if TYPE_CHECKING:
    from resnetgen.source.overrides import AppliedOverride

MAX_CHAIN = 32
"""The most specs in one chain of `extends`."""

EXTENDS_LABEL = "extended here"
"""The label of the `extends` that leads from the spec to a fault in its base."""

OVERRIDE_LABEL = "set in this spec"
"""The label of the place in the spec that an override with a fault changes."""

FindBase = Callable[[str, Source], Source]
"""Find the base that a spec names. Raises BaseNotFound, or another SpecError where it may not look."""


_EXTENDS: Path = ("extends",)

NOT_INHERITED: tuple[Path, ...] = (("name",), ("description",), ("aka",), ("abstract",))
"""The keys that a spec does not inherit from its base."""

ALTERNATIVES = ("head", "heads")
"""The keys of which a spec has one: it inherits none of them beside its own."""


class Document(FrozenIdentity):
    """A spec merged with its bases.

    `sources` are the spec itself, its base, the base's base, and so on. `overrides` were merged over all of them, the
    first one first. `bases_unknown` is true of the data of a `Spec`, which does not tell what came from a base.
    """

    data: dict[str, object]
    sources: tuple[Source, ...]
    overrides: tuple[AppliedOverride, ...] = ()
    bases_unknown: bool = False

    @property
    def text(self) -> Text:
        """The text of the spec itself."""
        return self.sources[0].text

    def locate(self, path: Path, part: Part = Part.VALUE) -> Span:
        """Find where a path was written; for a missing key, return the key of the mapping that it belongs to."""
        writer = self._writer_of(path)
        span = None if writer is None else writer.locate(path, part)
        return self.locate(path[:-1], Part.KEY) if span is None else span

    def is_inherited(self, path: Path) -> bool:
        """Return whether a base wrote the value at a path, or may have written it."""
        return self.bases_unknown or self._writer_of(path) in self.sources[1:]

    def _writer_of(self, path: Path) -> AppliedOverride | Source | None:
        """Return the override or the source that wrote the value at a path, or None where nothing did."""
        for override in reversed(self.overrides):
            if override.locate(path) is not None:
                return override
            if override.hides(path):
                return None
        return self._source_of(path)

    def _source_of(self, path: Path) -> Source | None:
        """Return the source that wrote the value at a path, or None where none did."""
        inherited = path[:1] not in NOT_INHERITED
        for source in self.sources if inherited else self.sources[:1]:
            if source.locate(path) is not None:
                return source
            if replaces(source.data, path):
                break
        return None

    def diagnose(self, fault: Fault) -> Diagnostic:
        """Turn a fault into a diagnostic: its paths become positions in files."""
        primary = self._label(fault.at, fault.words)
        related = tuple(self._label(place, words) for place, words in fault.related)
        fix = None if fault.fix is None else self._fix(fault.fix)
        diagnostic = Diagnostic(fault.code, fault.severity, fault.message, primary, related, fault.help, fix)
        if any(primary.span.text is override.text for override in self.overrides):
            return diagnostic._replace(related=(*related, Label(self._own_span(fault.at.path), OVERRIDE_LABEL)))
        return _with_extends_label(diagnostic, self.sources[0])

    def _own_span(self, path: Path) -> Span:
        """Return the innermost key around a path that the spec itself writes, or the spec's start."""
        own = self.sources[0]
        found = (own.locate(path[:count], Part.KEY) for count in range(len(path), -1, -1))
        return next(span for span in found if span is not None)

    def _fix(self, suggestion: Suggestion) -> Fix | None:
        source = self._source_of(suggestion.at.path) if self._writer_of(suggestion.at.path) in self.sources else None
        return None if source is None else source.fix(suggestion)

    def _label(self, place: Place, words: str) -> Label:
        return Label(self.locate(place.path, place.part), words)


def resolve(source: Source, find_base: FindBase) -> Document:
    """Follow `extends` to the last base and merge the specs.

    Args:
        source: the spec.
        find_base: finds the base that a spec names.

    Raises:
        SpecError: a base cannot be found or read, or the specs extend one another in a circle.
    """
    chain = [source]
    while "extends" in chain[-1].data:
        try:
            chain.append(_base(chain, find_base))
        except SpecError as error:
            raise SpecError(tuple(_with_extends_label(fault, source) for fault in error.diagnostics)) from None
    return _merged(chain)


def _merged(chain: list[Source]) -> Document:
    """Merge the first of a chain over the others."""
    if len(chain) == 1:
        return Document(_own_data(chain[0]), (chain[0],))
    data: dict[str, object] = _inherited_data(chain[-1])
    for source in reversed(chain[1:-1]):
        patch = _inherited_data(source)
        data = _merge(without_alternatives(data, patch), patch)
    patch = _own_data(chain[0])
    document = Document(_merge(without_alternatives(data, patch), patch), tuple(chain))
    faults = [document.diagnose(fault) for fault in islice(needless_nulls(data, patch), fault_limit())]
    if faults:
        raise SpecError(tuple(faults))
    return document


def without_alternatives(base: dict[str, object], patch: Mapping[str, object]) -> dict[str, object]:
    """Return a base without the keys that one in a patch replaces: who writes `heads` has no `head` any more."""
    if not any(patch.get(key) is not None for key in ALTERNATIVES):
        return base
    return {key: value for key, value in base.items() if key not in ALTERNATIVES or key in patch}


def needless_nulls(base: object, patch: dict[str, object], path: Path = ()) -> Iterator[Fault]:
    """Yield a fault for each `null` that removes nothing. RFC 7396 ignores them, which would hide a misspelled key."""
    base_keys = base if isinstance(base, dict) else {}
    for key, value in patch.items():
        needless = key not in base_keys and (value is None or (isinstance(value, dict) and None in value.values()))
        if needless:
            purpose = "to remove" if value is None else "to remove anything from"
            hint = did_you_mean(key, base_keys)
            message = f"there is no `{clip(key)}` here {purpose}{hint}"
            help = "write a value; `null`, or no value, only removes a key of the spec that `extends` names"
            at = Place((*path, key, *_null_inside(value, hint)), Part.KEY)
            suggestion = replacement(at, unambiguous_match(key, base_keys))
            if (
                not hint and isinstance(base, dict) and at.path[:1] not in NOT_INHERITED
            ):  # nothing at all means the same there
                suggestion = Suggestion("remove it", at, kind=EditKind.REMOVE)
            yield Fault("RG209", message, at, help=help, fix=suggestion)
        elif isinstance(value, dict):
            yield from needless_nulls(base_keys.get(key), value, (*path, key))


def _null_inside(value: object, hint: str) -> Path:
    """Return the key of a null in a mapping that has no base, unless the mapping's own name is misspelled."""
    if not isinstance(value, dict) or hint:
        return ()
    return next((key,) for key, item in value.items() if item is None)


def merge_patch(base: object, patch: object) -> object:
    """Apply a patch as in RFC 7396, changing neither argument.

    A null removes a key, a mapping merges into its base, and any other value replaces it.
    """
    if not isinstance(patch, dict):
        return patch
    return _merge(base if isinstance(base, dict) else {}, patch)


def _merge(base: dict[str, object], patch: dict[str, object]) -> dict[str, object]:
    merged = dict(base)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def _own_data(source: Source) -> dict[str, object]:
    return {key: value for key, value in source.data.items() if key != "extends"}


def _inherited_data(source: Source) -> dict[str, object]:
    """Return the data that a base passes on: all but the keys that would be wrong for another spec."""
    return {key: value for key, value in source.data.items() if (key,) not in (_EXTENDS, *NOT_INHERITED)}


def replaces(data: object, path: Path) -> bool:
    """Return whether data replaces a part of the path by something other than a mapping, which hides all bases."""
    for step in path:
        if not isinstance(data, dict):
            return True
        if step not in data:
            return False
        data = data[step]
    return False


def _base(chain: list[Source], find_base: FindBase) -> Source:
    spec = chain[-1]
    target = spec.data["extends"]
    if not isinstance(target, str) or not target:
        raise extends_error(spec, "RG112", "`extends` must name a spec", "write the name of a spec, or a path to one")
    try:
        found = find_base(target, spec)
    except BaseNotFound as error:
        suggestion = replacement(Place(_EXTENDS), error.suggestion)
        raise extends_error(spec, error.code, error.message, error.help, suggestion) from None
    names = [source.text.name for source in chain]
    if found.text.name in names:
        circle = " -> ".join([*names[names.index(found.text.name) :], found.text.name])
        raise extends_error(
            spec, "RG111", f"`extends` forms a cycle: {circle}", "one of these specs must not extend another"
        )
    if len(chain) == MAX_CHAIN:
        raise extends_error(spec, "RG111", f"a chain of more than {MAX_CHAIN} specs that extend one another")
    return found


def extends_error(
    source: Source, code: str, message: str, help_: str = "", suggestion: Suggestion | None = None
) -> SpecError:
    """Return the error for a fault at the `extends` of a spec."""
    fix = None if suggestion is None else source.fix(suggestion)
    return SpecError((Diagnostic(code, Severity.ERROR, message, Label(_extends_span(source)), (), help_, fix),))


def _extends_span(source: Source) -> Span:
    span = source.locate(_EXTENDS)
    assert span is not None, "asked of a spec that extends nothing"
    return span


def _with_extends_label(diagnostic: Diagnostic, source: Source) -> Diagnostic:
    """Add to a fault in a base how the spec came to it."""
    if diagnostic.primary.span.text is source.text:
        return diagnostic
    label = Label(_extends_span(source), EXTENDS_LABEL)
    return diagnostic._replace(related=(*diagnostic.related, label))
