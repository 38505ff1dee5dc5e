"""Go to definition: the place where a base, a block type or a stage is defined."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from resnetgen.diagnostics.model import Part, Span, Text
from resnetgen.diagnostics.model import Path as Steps
from resnetgen.ir.stem_map import STEM
from resnetgen.lower.block_types import BUILT_IN, built_in_file
from resnetgen.lsp.expected_types import expected_types, value_at
from resnetgen.lsp.tolerant_yaml.block import parse_tolerant
from resnetgen.lsp.tolerant_yaml.tree import YamlTree
from resnetgen.lsp.workspace import OpenDocument, Workspace
from resnetgen.source import collection
from resnetgen.source.source import read


class Definition(NamedTuple):
    """A span of a file; `path` is None for the document of the request itself."""

    path: Path | None
    span: Span


def definition(workspace: Workspace, document: OpenDocument, place: int) -> Definition | None:
    """Return the definition of the name at an offset: a base, a block type or a stage."""
    tree = parse_tolerant(document.text)
    found = tree.at(place)
    if found is None:
        return None
    node, in_key = found
    path, data = node.path, tree.root.data()
    value = path[-1] if in_key else value_at(path, data)
    if not in_key and path == ("extends",):
        return _base(workspace, document, value)
    if (
        not in_key
        and path[-1:] == ("type",)
        and any(expected.field == "type" for expected in expected_types(path, data))
    ):
        return _block_type(workspace, document, tree, str(value))
    if not in_key and path[:2] == ("head", "features"):
        return _find_key(workspace, document, tree, (STEM,) if value == STEM else ("stages", str(value)))
    if in_key and len(path) == 2 and path[0] in ("stages", "blocks", "heads"):
        return _find_in_bases(workspace, document, data, path)  # the one that is changed here
    return None


def _base(workspace: Workspace, document: OpenDocument, value: object) -> Definition | None:
    found = workspace.resolve_bases(document, value)
    return None if found is None else _in_file(_start(found.sources[1].text))


def _block_type(workspace: Workspace, document: OpenDocument, tree: YamlTree, name: str) -> Definition | None:
    written = _find_key(workspace, document, tree, ("blocks", name))
    if written is not None or name not in BUILT_IN:
        return written
    file = built_in_file(name)
    return Definition(file, _start(read(file).text))


def _find_key(workspace: Workspace, document: OpenDocument, tree: YamlTree, path: Steps) -> Definition | None:
    """Return the place of a key: in the document, or in the nearest base that has it."""
    node = tree.find(path)
    if node is not None and node.key_end:
        return Definition(None, _span(document, node.key_start, node.key_end))
    return _find_in_bases(workspace, document, tree.root.data(), path)


def _find_in_bases(workspace: Workspace, document: OpenDocument, data: object, path: Steps) -> Definition | None:
    resolve_bases = workspace.resolve_bases(document, value_at(("extends",), data))
    for source in () if resolve_bases is None else resolve_bases.sources[1:]:
        span = source.locate(path, Part.KEY)
        if span is not None:
            return _in_file(span)
    return None


def _in_file(span: Span) -> Definition:
    return Definition(collection.path_of(span.text.name), span)


def _span(document: OpenDocument, start: int, end: int) -> Span:
    text = Text(document.name, document.text)
    line, column = text.place(start)
    end_line, end_column = text.place(end)
    return Span(text, line, column, end_line, end_column)


def _start(text: Text) -> Span:
    return Span(text, 1, 1, 1, 1)
