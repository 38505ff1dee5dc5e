"""`extends`: a spec laid over its base by JSON Merge Patch (RFC 7396), and which of the files wrote what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

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
from resnetgen.source.yaml_events import MAX_FAULTS
from resnetgen.source.yaml_scalars import clip

MAX_CHAIN = 32
"""The most specs in one chain of `extends`."""

EXTENDS_LABEL = "extended here"
"""What is said of the `extends` by which a spec came to a fault of its base."""

FindBase = Callable[[str, Source], Source]
"""What `extends` says, and the spec that says it -> the base.

It raises BaseNotFound, or a SpecError of its own, a `refusal`, where it does not look.
"""


_EXTENDS: Path = ("extends",)

NOT_INHERITED: tuple[Path, ...] = (("name",), ("description",), ("aka",))
"""What a spec does not take over from its base."""


class Document(FrozenIdentity):
    """A spec with its bases merged in. `sources` are the spec that was asked for, its base, the base's base ..."""

    data: dict[str, object]
    sources: tuple[Source, ...]

    @property
    def text(self) -> Text:
        """The text of the spec that was asked for."""
        return self.sources[0].text

    def locate(self, path: Path, part: Part = Part.VALUE) -> Span:
        """Find where a path was written. One that nowhere is, a missing key, is at the key of what should hold it."""
        source = self._writer(path)
        span = None if source is None else source.locate(path, part)
        return self.locate(path[:-1], Part.KEY) if span is None else span

    def _writer(self, path: Path) -> Source | None:
        """The text that wrote what holds at a path, None where that is nowhere written."""
        inherited = path[:1] not in NOT_INHERITED
        for source in self.sources if inherited else self.sources[:1]:
            if source.locate(path) is not None:
                return source
            if _overrides_bases(source, path):
                break
        return None

    def diagnose(self, fault: Fault) -> Diagnostic:
        """Turn the paths of a fault into positions."""
        primary = self._label(fault.at, fault.words)
        related = tuple(self._label(place, words) for place, words in fault.related)
        fix = None if fault.mend is None else self._fix(fault.mend)
        diagnostic = Diagnostic(fault.code, fault.severity, fault.message, primary, related, fault.help, fix)
        return _with_extends_label(diagnostic, self.sources[0])

    def _fix(self, mend: Suggestion) -> Fix | None:
        source = self._writer(mend.at.path)
        return None if source is None else source.fix(mend)

    def _label(self, place: Place, words: str) -> Label:
        return Label(self.locate(place.path, place.part), words)


def resolve(source: Source, find_base: FindBase) -> Document:
    """Follow `extends` to the last base and merge back. Raises SpecError, also with what is wrong in a base."""
    chain = [source]
    while "extends" in chain[-1].data:
        try:
            chain.append(_base(chain, find_base))
        except SpecError as error:
            raise SpecError(tuple(_with_extends_label(fault, source) for fault in error.diagnostics)) from None
    return _merged(chain)


def _merged(chain: list[Source]) -> Document:
    """The first of the chain laid over the others."""
    if len(chain) == 1:
        return Document(_own_data(chain[0]), (chain[0],))
    data: dict[str, object] = _inherited_data(chain[-1])
    for source in reversed(chain[1:-1]):
        data = _merge(data, _inherited_data(source))
    patch = _own_data(chain[0])
    document = Document(_merge(data, patch), tuple(chain))
    faults = [document.diagnose(fault) for fault in islice(_needless_nulls(data, patch), MAX_FAULTS)]
    if faults:
        raise SpecError(tuple(faults))
    return document


def _needless_nulls(base: object, patch: dict[str, object], path: Path = ()) -> Iterator[Fault]:
    """A fault for each `null` that removes nothing: a misspelt one would go unseen, as RFC 7396 has it."""
    known = base if isinstance(base, dict) else {}
    for key, value in patch.items():
        vain = key not in known and (value is None or (isinstance(value, dict) and None in value.values()))
        if vain:
            what = "to remove" if value is None else "to remove anything from"
            meant = did_you_mean(key, known)
            message = f"there is no `{clip(key)}` here {what}{meant}"
            help_ = "write a value; `null`, or no value, only removes a key of the spec that `extends` names"
            at = Place((*path, key, *_null_inside(value, meant)), Part.KEY)
            mend = replacement(at, unambiguous_match(key, known))
            if (
                not meant and isinstance(base, dict) and at.path[:1] not in NOT_INHERITED
            ):  # nothing at all means the same there
                mend = Suggestion("remove it", at, act=EditKind.REMOVE)
            yield Fault("RG209", message, at, help=help_, mend=mend)
        elif isinstance(value, dict):
            yield from _needless_nulls(known.get(key), value, (*path, key))


def _null_inside(value: object, meant: str) -> Path:
    """The null in a mapping that has no base, unless it is the mapping whose name is misspelt."""
    if not isinstance(value, dict) or meant:
        return ()
    return next((key,) for key, item in value.items() if item is None)


def merge_patch(base: object, patch: object) -> object:
    """Apply a patch as RFC 7396 says, changing neither: null removes, a mapping merges, anything else replaces."""
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
    """What a base gives: not its name, its description and its names elsewhere, which are wrong for any other spec."""
    return {key: value for key, value in source.data.items() if (key,) not in (_EXTENDS, *NOT_INHERITED)}


def _overrides_bases(source: Source, path: Path) -> bool:
    """Whether a spec put a list, a number, a text or a null where the path goes on, so that no base shows through."""
    here: object = source.data
    for step in path:
        if not isinstance(here, dict):
            return True
        if step not in here:
            return False
        here = here[step]
    return False


def _base(chain: list[Source], find_base: FindBase) -> Source:
    spec = chain[-1]
    name = spec.data["extends"]
    if not isinstance(name, str) or not name:
        raise extends_error(spec, "RG112", "`extends` must name a spec", "write the name of a spec, or a path to one")
    try:
        base = find_base(name, spec)
    except BaseNotFound as error:
        mend = replacement(Place(_EXTENDS), error.meant)
        raise extends_error(spec, error.code, error.message, error.help, mend) from None
    names = [source.text.name for source in chain]
    if base.text.name in names:
        circle = " -> ".join([*names[names.index(base.text.name) :], base.text.name])
        raise extends_error(
            spec, "RG111", f"`extends` forms a cycle: {circle}", "one of these specs must not extend another"
        )
    if len(chain) == MAX_CHAIN:
        raise extends_error(spec, "RG111", f"a chain of more than {MAX_CHAIN} specs that extend one another")
    return base


def extends_error(
    source: Source, code: str, message: str, help_: str = "", mend: Suggestion | None = None
) -> SpecError:
    """A fault of what a spec extends, at its `extends`."""
    fix = None if mend is None else source.fix(mend)
    return SpecError((Diagnostic(code, Severity.ERROR, message, Label(_extends_span(source)), (), help_, fix),))


def _extends_span(source: Source) -> Span:
    span = source.locate(_EXTENDS)
    assert span is not None, "asked of a spec that extends nothing"
    return span


def _with_extends_label(diagnostic: Diagnostic, source: Source) -> Diagnostic:
    """Say of a fault in a base how the spec that was asked for came to it."""
    if diagnostic.primary.span.text is source.text:
        return diagnostic
    label = Label(_extends_span(source), EXTENDS_LABEL)
    return diagnostic._replace(related=(*diagnostic.related, label))
