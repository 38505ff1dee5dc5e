"""Hovers: documentation and statistics for the key or value under the mouse."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.compiler import Compiled
from resnetgen.diagnostics.model import Path
from resnetgen.jsonschema import EXTENDS
from resnetgen.layers import layer_kind
from resnetgen.lsp import hover_stats, key_docs
from resnetgen.lsp.expected_types import expected_types, keys, records, value_at
from resnetgen.lsp.expected_types import words as words_of
from resnetgen.lsp.markdown import literal
from resnetgen.lsp.spaces import as_drawn, space_keys
from resnetgen.lsp.symbols import block_types
from resnetgen.lsp.tolerant_yaml.block import parse_tolerant
from resnetgen.lsp.workspace import OpenDocument, Workspace
from resnetgen.source import collection


class Hover(NamedTuple):
    """A text in Markdown about the characters from `start` to `end`."""

    text: str
    start: int
    end: int


def hover(workspace: Workspace, key: str, place: int) -> Hover | None:
    """Return the hover at an offset of an open document; None if there is none."""
    document, checked = workspace.spec(key), workspace.checked(key)
    if document is None or checked is None:
        return None
    tree = parse_tolerant(document.text)
    found = tree.at(place)
    if found is None:
        return None
    node, in_key = found
    start, end = (node.key_start, node.key_end) if in_key else (node.start, node.end)
    data = tree.root.data()
    if in_key:
        parts = [_stats(checked.compiled, node.path, data), _key_docs(node.path, data)]
    else:
        parts = [_value_docs(workspace, document, node.path, data)]
    text = "\n\n---\n\n".join(part for part in parts if part)
    return Hover(text, start, end) if text else None


def _stats(compiled: Compiled | None, path: Path, data: object) -> str:
    """Return the statistics of the part of the network that a key describes; empty if the spec has errors."""
    if compiled is None:
        return ""
    match path:
        case ("name",):
            return hover_stats.network(compiled)
        case ("stem",):
            return hover_stats.stem(compiled)
        case ("head",) | ("heads", str()):
            return hover_stats.head(compiled, path)
        case ("stages", str(name)):
            return hover_stats.stage(compiled, name)
        case (*_, int(), str(key)) if layer_kind(value_at(path[:-1], data)) == f"<{key}>":
            return hover_stats.layer(compiled, path[:-1])
    return ""


def _key_docs(path: Path, data: object) -> str:
    """Return the documentation of a key of the language; empty for a name that the spec itself defines."""
    if path == ("extends",):
        return EXTENDS
    of_space = space_keys(path[:-1], data).meanings
    if path[-1] in of_space:
        return of_space[str(path[-1])]
    path, data = as_drawn(path, data)
    outer = value_at(path[:-1], data)
    for expected in expected_types(path[:-1], data):
        for record in records(expected, outer):
            if path[-1] in keys(record, outer):
                return key_docs.about_key(record, str(path[-1]))
    return ""


def _value_docs(workspace: Workspace, document: OpenDocument, path: Path, data: object) -> str:
    value = value_at(path, data)
    if path == ("extends",):
        return _base_docs(workspace, document, value)
    for expected in expected_types(path, data):
        if (
            expected.field == "type"
            and path[-1] == "type"
            and value in (known := block_types(workspace, document, data))
        ):
            return known[str(value)]
        for word in words_of(expected, value):
            if word.text == value:
                return key_docs.about_word(word)
    return ""


def _base_docs(workspace: Workspace, document: OpenDocument, value: object) -> str:
    """Return the name, the description and the file of the spec that `extends` names."""
    found = workspace.resolve_bases(document, value)
    if found is None:
        return ""
    base = found.sources[1]
    name, description = (base.data.get(key, "") for key in ("name", "description"))
    title = f"**{literal(str(name))}**" + (f": {literal(str(description))}" if description else "")
    return f"{title}\n\n{literal(str(collection.path_of(base.text.name)))}"
