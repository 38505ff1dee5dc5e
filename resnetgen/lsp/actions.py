"""What an editor offers to do about a diagnostic."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from resnetgen import codes
from resnetgen.diagnostics.apply_edits import apply_edits
from resnetgen.diagnostics.model import Diagnostic, Edit, Span, Text
from resnetgen.lsp.tolerant_yaml.block import sketch
from resnetgen.lsp.workspace import Checked, Desk
from resnetgen.source import collection

_REASON = "intended"
"""Stands where the reason for an `ignore` goes, until its writer knows a better one."""


_IN_VAIN = "RG511"
"""The warning of what is ignored in vain, which is mended by ignoring less."""


class Action(NamedTuple):
    """Changes of one text that mend a diagnostic, and what they do; `path` is None where it is the document itself.

    `preferred` is the one that an editor may do without asking which.
    """

    title: str
    edits: tuple[Edit, ...]
    path: Path | None = None
    preferred: bool = False


def actions(desk: Desk, checked: Checked, diagnostic: Diagnostic) -> Iterator[Action]:
    """What there is to do about a diagnostic of a document: its own mend; for a warning, to ignore it."""
    fix = diagnostic.fix
    if fix is not None and fix.edits:
        name = fix.edits[0].span.text.name
        here = name == checked.document.name
        if here or not collection.is_shipped(name):
            yield Action(fix.words, fix.edits, None if here else collection.path_of(name), preferred=True)
    if diagnostic.code in set(codes.warnings()) - {_IN_VAIN}:
        edit = _ignoring(checked, diagnostic.code)
        if edit is not None and _helps(desk, checked, edit, diagnostic.code):
            yield Action(f"ignore {diagnostic.code} in this spec", (edit,))


def _ignoring(checked: Checked, code: str) -> Edit | None:
    """The change that adds a code to the spec's `ignore`: to its mapping, or a line at the end of the text."""
    text = checked.document.text
    drawn = sketch(text)
    entry = f"{code}: {_REASON}"
    node = drawn.find(("ignore",))
    if node is not None and isinstance(node.value, dict):
        if text[node.start] == "{":
            comma = ", " if node.value else ""
            return _inserted(checked, node.start + 1, f"{entry}{comma}")
        first = next(iter(node.value.values()))
        line = text.rfind("\n", 0, first.key_start) + 1
        return _inserted(checked, first.key_start, f"{entry}\n{text[line : first.key_start]}")
    if node is not None or text.lstrip().startswith("{"):
        return None
    gap = "" if text.endswith("\n") or not text else "\n"
    return _inserted(checked, len(text), f"{gap}ignore: {{{entry}}}\n")


def _inserted(checked: Checked, index: int, words: str) -> Edit:
    text = Text(checked.document.name, checked.document.text)
    place = text.place(index)
    return Edit(Span(text, *place, *place), words)


def _helps(desk: Desk, checked: Checked, edit: Edit, code: str) -> bool:
    """Whether the spec is as good after a change, and says no more of that code."""
    after = desk.tried(checked.document, apply_edits(edit.span.text, (edit,)))
    return after.compiled is not None and code not in {each.code for each in after.diagnostics}
