"""The lines of a spec and of its bases, each with the part of the spec that it writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.diagnostics.model import Part, Path, Span, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from resnetgen.source.extends import Document


class SpecLine(NamedTuple):
    """A line of a spec. `at` is the path that it begins or goes on with, empty for none.

    With `replaced`, another spec of the chain replaces all of it.
    """

    text: str
    at: Path = ()
    replaced: bool = False


class SpecText(NamedTuple):
    """A text of the chain: an override, the spec, its base, and so on."""

    name: str
    lines: tuple[SpecLine, ...]


def spec_texts(document: Document) -> list[SpecText]:
    """Return the texts that a spec consists of, those that win first."""
    overrides = reversed(document.overrides)
    found = [SpecText("--set", (_override(each.text, each.path),)) for each in overrides]
    return [*found, *(_source(document, each.text, each.data, each.locate) for each in document.sources)]


def _override(text: Text, path: Path) -> SpecLine:
    return SpecLine(text.content, path)


def _source(document: Document, text: Text, data: object, locate: Callable[[Path, Part], Span | None]) -> SpecText:
    """Return a text with the outermost path that begins on each line; a line without one goes on with that before."""
    spans = {path: span for path in _paths(data) if (span := locate(path, Part.KEY)) is not None}
    begins: dict[int, Path] = {}
    for path, span in sorted(spans.items(), key=lambda item: len(item[0])):
        begins.setdefault(span.line, path)
    holding = (path for path, span in spans.items() if document.locate(path, Part.KEY) == span)
    around = {path[:count] for path in holding for count in range(1, len(path) + 1)}
    holds = {spans[path].line for path in around if path in spans}
    contents = [text.line(number) for number in range(1, text.place(len(text.content))[0] + 1)]
    while contents and not contents[-1].strip():
        contents.pop()
    return SpecText(text.name, tuple(_lines(contents, begins, holds)))


def _lines(contents: Sequence[str], begins: Mapping[int, Path], holds: Collection[int]) -> Iterator[SpecLine]:
    path: Path = ()
    for number, content in enumerate(contents, 1):
        path = begins.get(number, path)
        if not content.strip() or content.lstrip().startswith("#"):
            yield SpecLine(content)
        else:
            yield SpecLine(content, path, number in begins and number not in holds)


def _paths(data: object, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each key and each element of a list."""
    items: Iterable[tuple[str | int, object]] = ()
    if isinstance(data, dict):
        items = data.items()
    elif isinstance(data, list):
        items = enumerate(data)
    for key, value in items:
        yield (*path, key)
        yield from _paths(value, (*path, key))
