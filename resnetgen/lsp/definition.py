"""Where what is named in a spec is written."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from resnetgen.diagnostics.model import Part, Span, Text
from resnetgen.diagnostics.model import Path as Steps
from resnetgen.lower.block_types import BUILT_IN, built_in_file
from resnetgen.lsp.expected_types import spots, value_at
from resnetgen.lsp.tolerant_yaml.block import sketch
from resnetgen.lsp.tolerant_yaml.tree import Sketch
from resnetgen.lsp.workspace import Desk, Opened
from resnetgen.source import collection
from resnetgen.source.source import read


class Definition(NamedTuple):
    """A stretch of a file; `path` is None where that is the very document that was asked in."""

    path: Path | None
    span: Span


def definition(desk: Desk, document: Opened, place: int) -> Definition | None:
    """Where what stands at a place is defined: a base, a block type or a stage."""
    drawn = sketch(document.text)
    found = drawn.at(place)
    if found is None:
        return None
    node, in_key = found
    path, data = node.path, drawn.root.data()
    value = path[-1] if in_key else value_at(path, data)
    if not in_key and path == ("extends",):
        return _base(desk, document, value)
    if not in_key and path[-1:] == ("type",) and any(spot.field == "type" for spot in spots(path, data)):
        return _block_type(desk, document, drawn, str(value))
    if not in_key and path[:2] == ("head", "features"):
        return _written(desk, document, drawn, ("stages", str(value)))
    if in_key and len(path) == 2 and path[0] in ("stages", "blocks"):
        return _inherited(desk, document, data, path)  # the one that is changed here
    return None


def _base(desk: Desk, document: Opened, value: object) -> Definition | None:
    found = desk.extended(document, value)
    return None if found is None else _in_file(_start(found.sources[1].text))


def _block_type(desk: Desk, document: Opened, drawn: Sketch, name: str) -> Definition | None:
    written = _written(desk, document, drawn, ("blocks", name))
    if written is not None or name not in BUILT_IN:
        return written
    file = built_in_file(name)
    return Definition(file, _start(read(file).text))


def _written(desk: Desk, document: Opened, drawn: Sketch, path: Steps) -> Definition | None:
    """Where a key is written: in the document, or in the nearest of its bases."""
    node = drawn.find(path)
    if node is not None and node.key_end:
        return Definition(None, _span(document, node.key_start, node.key_end))
    return _inherited(desk, document, drawn.root.data(), path)


def _inherited(desk: Desk, document: Opened, data: object, path: Steps) -> Definition | None:
    extended = desk.extended(document, value_at(("extends",), data))
    for source in () if extended is None else extended.sources[1:]:
        span = source.locate(path, Part.KEY)
        if span is not None:
            return _in_file(span)
    return None


def _in_file(span: Span) -> Definition:
    return Definition(collection.path_of(span.text.name), span)


def _span(document: Opened, start: int, end: int) -> Span:
    text = Text(document.name, document.text)
    line, column = text.place(start)
    end_line, end_column = text.place(end)
    return Span(text, line, column, end_line, end_column)


def _start(text: Text) -> Span:
    return Span(text, 1, 1, 1, 1)
