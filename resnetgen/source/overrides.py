"""Overrides: values for single keys of a spec, by dotted path, that are merged over it as a spec over its base."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from resnetgen.diagnostics.model import Diagnostic, Fault, Label, Part, Path, Place, Severity, Span, Text
from resnetgen.errors import SpecError
from resnetgen.frozen import FrozenIdentity
from resnetgen.source.collection import SET_OPTION
from resnetgen.source.extends import (
    NOT_INHERITED,
    Document,
    merge_patch,
    needless_nulls,
    replaces,
    without_alternatives,
)
from resnetgen.source.source import parse_value
from resnetgen.source.unambiguous import unambiguous_match
from resnetgen.source.yaml_events import MAX_DEPTH
from resnetgen.source.yaml_faults import MAX_FAULTS
from resnetgen.source.yaml_scalars import clip
from resnetgen.source.yaml_tree import Node, data_of, find, span

_OWN_NAMES: tuple[Path, ...] = (("stages",), ("blocks",), ("heads",))
"""The mappings whose keys are names that the writer of a spec chose, so that an unknown one may be new."""


class Override(FrozenIdentity):
    """A value for one key, written as `head.classes=10`. `steps` are the parts of its path."""

    text: Text
    steps: tuple[str, ...]
    value: object
    _root: Node

    def step_span(self, index: int) -> Span:
        """Return where a step of the path is written."""
        written = self.text.content.partition("=")[0].split(".")
        before = sum(len(part) + 1 for part in written[:index])
        part = written[index]
        start = before + len(part) - len(part.lstrip())
        return self._span(start, start + len(part.strip()))

    def rest_span(self, index: int) -> Span:
        """Return where all from a step on is written, to the end of the value's first line."""
        return self._span(self.step_span(index).column - 1, self.value_span().end_column - 1)

    def value_span(self) -> Span:
        """Return where the value is written."""
        return span(self.text, self._root)

    def find(self, path: Path) -> tuple[Span, Span] | None:
        """Return where the key and the value at a path inside the value are written, or None."""
        found = find(self._root, path)
        return None if found is None else (span(self.text, found[0]), span(self.text, found[1]))

    def _span(self, start: int, end: int) -> Span:
        return Span(self.text, 1, start + 1, 1, end + 1)


class AppliedOverride(FrozenIdentity):
    """An override of a document.

    `path` is its path there, with numbers for the elements of lists. It wrote everything from the first `owned` steps
    of the path on; what encloses that was there before.
    """

    override: Override
    path: Path
    owned: int

    @property
    def text(self) -> Text:
        """The text of the override."""
        return self.override.text

    def locate(self, path: Path, part: Part = Part.VALUE) -> Span | None:
        """Return the span of a path, or None where the override does not write it."""
        count = len(path)
        if count < self.owned or path[: len(self.path)] != self.path[:count]:
            return None
        if count > len(self.path):
            found = self.override.find(path[len(self.path) :])
            return None if found is None else found[part is not Part.KEY]
        if part is Part.KEY:
            return self.override.step_span(count - 1)
        if part is Part.VALUE and count == len(self.path):
            return self.override.value_span()
        return self.override.rest_span(count - 1)

    def hides(self, path: Path) -> bool:
        """Return whether the override replaced what the spec has at a path or around it."""
        if path[: self.owned] != self.path[: self.owned]:
            return False
        if self.owned < len(self.path):
            return True
        return replaces(self.override.value, path[self.owned :])


@lru_cache(maxsize=256)  # a command may name many specs
def parse(setting: str, name: str = SET_OPTION) -> Override:
    """Parse `PATH=VALUE`, where the value is YAML.

    Args:
        setting: the text.
        name: its name in messages.

    Raises:
        SpecError: the value is missing, or is not the YAML of a spec.
    """
    written, equals, _ = setting.partition("=")
    text = Text(name, setting)
    start = len(written) + len(equals)
    try:
        root = parse_value(text, start)
    except SpecError as error:
        raise SpecError(tuple(each._replace(fix=None) for each in error.diagnostics)) from None
    if root is None:
        message = "a value is missing after `=`"
        end = Span(text, 1, start + 1, 1, start + 1)
        help = "write a value in YAML; `null` removes the key, and `''` is an empty text"
        raise SpecError((Diagnostic("RG106", Severity.ERROR, message, Label(end), (), help),))
    return Override(text, tuple(part.strip() for part in written.split(".")), data_of(root), root)


def parse_all(settings: Iterable[str], name: str = SET_OPTION) -> list[Override]:
    """Parse several settings.

    Raises:
        SpecError: as `parse` does, with the faults of all.
    """
    found: list[Override] = []
    faults: list[Diagnostic] = []
    for setting in settings:
        try:
            found.append(parse(setting, name))
        except SpecError as error:
            faults += error.diagnostics
    if faults:
        raise SpecError(tuple(faults))
    return found


def with_overrides(document: Document, overrides: Sequence[Override]) -> Document:
    """Merge overrides over a document, each over those before it.

    As with `extends`, the result does not have the description of the spec, nor its names in other libraries.

    Raises:
        SpecError: an override has no place in the document.
    """
    if not overrides:
        return document
    inherited = {key: value for key, value in document.data.items() if key == "name" or (key,) not in NOT_INHERITED}
    document = Document(inherited, document.sources, document.overrides)
    faults: list[Diagnostic] = []
    for override in overrides:
        found, document = _with_override(document, override)
        faults += map(document.diagnose, found)
    if faults:
        raise SpecError(tuple(faults))
    return document


def _with_override(document: Document, override: Override) -> tuple[list[Fault], Document]:
    """Return the faults of an override, and the document with it; of one with faults, only its place is known."""
    applied, faults = _placed(document.data, override)
    data = document.data
    if not faults:
        faults = [*islice(_needless_nulls(data, override.value, applied.path), MAX_FAULTS)]
    if not faults:
        first = {str(applied.path[0]): _written(None, applied.path[1:], override.value)}
        written = _written(without_alternatives(data, first), applied.path, override.value)
        assert isinstance(written, dict), "a path has a step, so the document stays a mapping"
        data = written
    return faults, Document(data, document.sources, (*document.overrides, applied))


def _placed(data: dict[str, object], override: Override) -> tuple[AppliedOverride, list[Fault]]:
    """Follow the path of an override into the data of a document, as far as that goes."""
    here: object = data
    path: Path = ()
    owned = len(override.steps)
    for index, step in enumerate(override.steps):
        if not isinstance(here, dict | list):  # nothing, or a value that a mapping replaces
            owned = min(owned, index)
        fault = _step_fault(here, path, override, step)
        key = int(step) if isinstance(here, list) and fault is None else step
        path = (*path, key)
        if fault is not None:
            return AppliedOverride(override, path, index + 1), [fault]
        here = _value_at(here, (key,))
    return AppliedOverride(override, path, owned), []


def _step_fault(here: object, path: Path, override: Override, step: str) -> Fault | None:
    """Return the reason why a step of a path leads nowhere, or None."""
    at = Place((*path, step), Part.KEY)
    if len(override.steps) > MAX_DEPTH:
        message = f"a path of {len(override.steps):,} keys, but mappings are nested at most {MAX_DEPTH} deep"
        return Fault("RG107", message, at)
    if at.path == ("extends",):
        help = "name the other spec in place of this one, or write a spec that extends it"
        return Fault("RG112", "`extends` cannot be set, since the bases are merged first", at, help=help)
    if isinstance(here, list):
        return _index_fault(here, at, override)
    is_last = len(at.path) == len(override.steps)
    if isinstance(here, dict) and path in _OWN_NAMES and step not in here and not is_last:
        meant = unambiguous_match(step, here)
        help = f"to add `{clip(step)}`, set it as a whole: `{'.'.join(map(str, at.path))}={{...}}`"
        message = f"there is no `{clip(step)}` in `{path[-1]}`; did you mean `{meant}`?"
        return Fault("RG201", message, at, help=help) if meant else None
    return None


def _index_fault(here: list[object], at: Place, override: Override) -> Fault | None:
    """Return the reason why the last step of a path is no element of a list, or None."""
    *outer, step = at.path
    name = ".".join(map(str, outer))
    if not (isinstance(step, str) and step.isdecimal() and step.isascii() and int(step[:9]) < len(here)):
        elements = f"a list of {len(here)}" if here else "an empty list"
        range_ = f"from 0 to {len(here) - 1}" if here else ""
        help = f"write an index {range_}, or set the whole list with `{name}=[...]`"
        message = f"`{name}` is {elements}, and `{clip(str(step))}` is not the index of an element"
        return Fault("RG203", message, at, help=help.replace("  ", " "))
    if override.value is None and len(at.path) == len(override.steps):
        message = f"`null` removes keys, not elements of a list such as `{name}`"
        return Fault("RG209", message, at, help=f"set the whole list with `{name}=[...]`")
    return None


def _needless_nulls(data: dict[str, object], value: object, path: Path) -> Iterator[Fault]:
    """Yield a fault for each null in the value of an override that removes nothing."""
    help = "write a value; `null` only removes a key that the spec or its base has"
    found: Iterator[Fault] = iter(())
    if isinstance(value, dict):
        found = needless_nulls(_value_at(data, path), value, path)
    elif value is None:
        found = needless_nulls(_value_at(data, path[:-1]), {str(path[-1]): None}, path[:-1])
    return (each._replace(help=help) for each in found)


def _written(target: object, path: Path, value: object) -> object:
    """Return a copy of data with a value merged in at a path; None removes the key."""
    if not path:
        return merge_patch(target, value)
    step, *rest = path
    if isinstance(target, list):
        assert isinstance(step, int), "as it was placed"
        return [*target[:step], _written(target[step], tuple(rest), value), *target[step + 1 :]]
    mapping: dict[str | int, object] = target if isinstance(target, dict) else {}
    if not rest and value is None:
        return {key: item for key, item in mapping.items() if key != step}
    return {**mapping, step: _written(mapping.get(step), tuple(rest), value)}


_MISSING: object = object()


def _value_at(data: object, path: Path) -> object:
    """Return what stands at a path in data, or `_MISSING`."""
    for step in path:
        if isinstance(data, list) and isinstance(step, int):
            data = data[step]
        else:
            data = data.get(step, _MISSING) if isinstance(data, dict) else _MISSING
    return data
