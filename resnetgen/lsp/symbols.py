"""Names that a spec and its bases define: specs, block types, stages and widths, each with Markdown documentation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

from resnetgen.lower.block_types import BUILT_IN, built_in_file
from resnetgen.lsp.expected_types import value_at
from resnetgen.lsp.markdown import literal
from resnetgen.lsp.workspace import OpenDocument, Workspace
from resnetgen.source import collection
from resnetgen.source.project_root import project_tree
from resnetgen.source.source import read


def specs(document: OpenDocument, word: str) -> Iterator[tuple[str, str, str]]:
    """Yield the values that `extends` accepts, each with its kind (`spec`, `file` or `folder`) and its documentation.

    Files come from the folder that `word` leads to so far, and lie in the tree that the document belongs to.
    """
    if "/" not in word and not word.startswith("."):
        for name in collection.names():
            yield name, "spec", literal(str(collection.shipped(name).data.get("description", "")))
    folder = collection.path_of(document.name).parent
    lead = word[: word.rfind("/") + 1]
    tree = project_tree(folder)
    with suppress(OSError, ValueError):  # the folder is missing, or its name is impossible
        for entry in sorted(os.scandir(folder / lead), key=lambda each: each.name):
            if entry.name.startswith(".") or not tree.contains(entry.path):
                continue
            if entry.is_dir():
                yield f"{lead}{entry.name}/", "folder", ""
            elif entry.name.endswith(collection.SUFFIXES) and os.path.realpath(entry.path) != document.real:
                yield f"{lead}{entry.name}", "file", ""


def block_types(workspace: Workspace, document: OpenDocument, data: object, *, own: bool = True) -> dict[str, str]:
    """Return the block types of a document: its own (unless `own` is False), its bases', and the built-in ones."""
    own_value = value_at(("blocks",), data) if own else None
    inherited = _from_bases(workspace, document, data, "blocks")
    found = {**inherited, **(own_value if isinstance(own_value, dict) else {})}
    described = {name: _description(value) for name, value in found.items()}
    return described | ({name: literal(_built_in(name)) for name in BUILT_IN if name not in found} if own else {})


def stage_names(workspace: Workspace, document: OpenDocument, data: object, *, own: bool = True) -> dict[str, str]:
    """Return the stages of a document: its own (unless `own` is False) and its bases', less those that it deletes."""
    return _names(workspace, document, data, "stages", own=own)


def head_names(workspace: Workspace, document: OpenDocument, data: object, *, own: bool = True) -> dict[str, str]:
    """Return the heads of a document by name: its own (unless `own` is False) and its bases', less those deleted."""
    return _names(workspace, document, data, "heads", own=own)


def _names(workspace: Workspace, document: OpenDocument, data: object, key: str, *, own: bool) -> dict[str, str]:
    own_value = value_at((key,), data) if own else None
    found = {**_from_bases(workspace, document, data, key), **(own_value if isinstance(own_value, dict) else {})}
    return {name: "" for name, value in found.items() if value not in (None, "null", "~")}


def has_stem(workspace: Workspace, document: OpenDocument, data: object) -> bool:
    """Return whether a document, or its base if it says nothing, has a layer in its stem; True if it is not known."""
    own = value_at(("stem",), data)
    base = None if own is not None else workspace.resolve_bases(document, value_at(("extends",), data))
    return (own if base is None else base.data.get("stem")) != []


def width_names(path: tuple[str | int, ...], data: object) -> dict[str, str]:
    """Return the names that the width at a path can refer to (docs/reference/language/widths.md)."""
    come = {"in": "The input channels of the block."}
    if path[0] not in ("block", "blocks", "stages"):
        return {}
    if path[-1] == "channels":
        return come | {"block": "The number of the block in the network, from 1."}
    found = come | {"out": "The output channels of the block."}
    if path[-1] == "mid":
        return found
    inside = path[-2] in ("widths", "attention")
    owner = path[: path.index("branch")] if "branch" in path else path[:-2] if inside else path[:-1]
    widths = value_at((*owner, "widths"), data)
    names = list(widths) if isinstance(widths, dict) else []
    before = names[: names.index(str(path[-1]))] if path[-2] == "widths" and path[-1] in names else names
    return found | {"mid": "The inner width of the block."} | {name: _expression(widths, name) for name in before}


def _expression(widths: object, name: str) -> str:
    return literal(str(value_at((name,), widths)))


def _from_bases(workspace: Workspace, document: OpenDocument, data: object, key: str) -> dict[str, object]:
    base = workspace.resolve_bases(document, value_at(("extends",), data))
    found = None if base is None else base.data.get(key)
    return dict(found) if isinstance(found, dict) else {}


def _description(value: object) -> str:
    description = value_at(("description",), value)
    return literal(description) if isinstance(description, str) else ""


@cache
def _built_in(name: str) -> str:
    return str(read(built_in_file(name)).data.get("description", ""))
