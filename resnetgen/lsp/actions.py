"""Code actions: the fix of a diagnostic, or an `ignore` for a warning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from resnetgen import codes
from resnetgen.diagnostics.apply_edits import apply_edits
from resnetgen.diagnostics.model import Diagnostic, Edit, Span, Text
from resnetgen.lsp.tolerant_yaml.block import parse_tolerant
from resnetgen.lsp.workspace import CheckedDocument, Workspace
from resnetgen.source import collection

_PLACEHOLDER_REASON = "intended"
"""Stands where the reason for an `ignore` goes, until its writer knows a better one."""


_UNUSED_IGNORE = "RG511"
"""The warning of what is ignored in vain, which is mended by ignoring less."""


class Action(NamedTuple):
    """A code action: edits of one text with a title. `path` is None where that text is the document itself.

    `preferred` is the one that an editor may do without asking which.
    """

    title: str
    edits: tuple[Edit, ...]
    path: Path | None = None
    preferred: bool = False


def actions(workspace: Workspace, checked: CheckedDocument, diagnostic: Diagnostic) -> Iterator[Action]:
    """Yield the code actions for a diagnostic: its fix, and for a warning an `ignore`."""
    fix = diagnostic.fix
    if fix is not None and fix.edits:
        name = fix.edits[0].span.text.name
        here = name == checked.document.name
        if here or not collection.is_shipped(name):
            yield Action(fix.words, fix.edits, None if here else collection.path_of(name), preferred=True)
    if diagnostic.code in set(codes.warnings()) - {_UNUSED_IGNORE}:
        edit = _ignore_edit(checked, diagnostic.code)
        if edit is not None and _is_effective(workspace, checked, edit, diagnostic.code):
            yield Action(f"ignore {diagnostic.code} in this spec", (edit,))


def _ignore_edit(checked: CheckedDocument, code: str) -> Edit | None:
    """Return the edit that adds a code to the spec's `ignore`: in its mapping, or as a line at the end of the text."""
    text = checked.document.text
    tree = parse_tolerant(text)
    entry = f"{code}: {_PLACEHOLDER_REASON}"
    node = tree.find(("ignore",))
    if node is not None and isinstance(node.value, dict):
        if text[node.start] == "{":
            comma = ", " if node.value else ""
            return _insertion(checked, node.start + 1, f"{entry}{comma}")
        first = next(iter(node.value.values()))
        line = text.rfind("\n", 0, first.key_start) + 1
        return _insertion(checked, first.key_start, f"{entry}\n{text[line : first.key_start]}")
    if node is not None or text.lstrip().startswith("{"):
        return None
    gap = "" if text.endswith("\n") or not text else "\n"
    return _insertion(checked, len(text), f"{gap}ignore: {{{entry}}}\n")


def _insertion(checked: CheckedDocument, index: int, words: str) -> Edit:
    text = Text(checked.document.name, checked.document.text)
    place = text.place(index)
    return Edit(Span(text, *place, *place), words)


def _is_effective(workspace: Workspace, checked: CheckedDocument, edit: Edit, code: str) -> bool:
    """Return whether an edit silences a code and leaves the spec as valid as it was."""
    after = workspace.check_text(checked.document, apply_edits(edit.span.text, (edit,)))
    return after.compiled is not None and code not in {each.code for each in after.diagnostics}
