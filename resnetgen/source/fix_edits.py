"""Turn the suggestion of a fault into an edit of the text.

An edit changes a scalar on one line, or deletes a whole entry. There is no fix where an anchor, an alias or a tag is
involved, or where a comment would be lost: that is left to the user.
"""

from __future__ import annotations

import re
from typing import Any

from yaml.events import DocumentStartEvent, ScalarEvent

from resnetgen.diagnostics.model import Edit, EditKind, Fix, Part, Path, Span, Suggestion, Text
from resnetgen.source.delete_entry import deletion
from resnetgen.source.yaml_scalars import clip, resolve_plain
from resnetgen.source.yaml_tree import Container, Node, data_of, entry_index

_UNQUOTED = re.compile(r"[\w.(+-][\w./()*+% -]*", re.ASCII)
"""Text that needs no quotes anywhere: numbers, names, widths and most paths."""


def fix(text: Text, root: Node, suggestion: Suggestion) -> Fix | None:
    """Return the fix that a suggestion means in a text.

    Returns:
        None where the edit is not certain, or where the text does not write the place of the suggestion.
    """
    trail = _entries_to(root, suggestion.at.path)
    if not trail:
        return None
    if suggestion.kind is EditKind.REMOVE:
        return None if _is_unfinished(*trail[-1]) else deletion(text, trail, suggestion.words)
    edit = rewrite_scalar(text, *trail[-1], suggestion)
    return None if edit is None else Fix(suggestion.words, (edit,))


def _entries_to(root: Node, path: Path) -> list[tuple[Container, int]]:
    """Return each mapping or list on the way to a path, with the index of the entry in its items.

    It is empty where the path goes through an alias, or is not in this text.
    """
    trail: list[tuple[Container, int]] = []
    node = root
    for step in path:
        index = entry_index(node, step) if isinstance(node, Container) else None
        if index is None:  # it stands behind an alias, or not in this text
            return []
        assert isinstance(node, Container)
        trail.append((node, index))
        node = node.items[index + isinstance(node.data, dict)]
    return trail


def _is_unfinished(branch: Container, index: int) -> bool:
    """Return whether a key has no value at all: the user may still be writing it."""
    value = branch.items[index + isinstance(branch.data, dict)]
    return isinstance(value, ScalarEvent) and not value.value and not value.style


def rewrite_scalar(text: Text, branch: Container, index: int, suggestion: Suggestion) -> Edit | None:
    """Return the edit that writes a key or value anew.

    Returns:
        None where the edit is not certain, or where the mapping has the new key already.
    """
    is_key = suggestion.at.part is Part.KEY
    if isinstance(branch.data, dict) and is_key and suggestion.text in branch.data:
        return None
    node = branch.items[index if is_key or isinstance(branch.data, list) else index + 1]
    new = _new_text(node, suggestion) if isinstance(node, ScalarEvent) and is_editable(node) else ""
    return Edit(scalar_span(text, node), new) if new else None


def is_editable(node: ScalarEvent) -> bool:
    """Return whether a scalar is on one line and has no anchor, no tag and no block style (`|`)."""
    start: Any = node.start_mark
    end: Any = node.end_mark
    one_line = start.line == end.line and start.column < end.column
    return one_line and node.anchor is None and node.tag is None and (node.style or "'") in ("'", '"')


def _new_text(node: ScalarEvent, suggestion: Suggestion) -> str:
    """Return the new text of a scalar, in the quotes that it had."""
    if suggestion.kind is EditKind.QUOTE:
        return f'"{node.value}"' if not node.style and not {'"', "\\"} & set(node.value) else ""
    if not _UNQUOTED.fullmatch(suggestion.text):
        return ""
    quotes = node.style or "" if resolve_plain(suggestion.text) == suggestion.text else ""
    return f"{quotes}{suggestion.text}{quotes}"


def scalar_span(text: Text, node: Any) -> Span:
    """Return the whole span of a scalar, or of anything else with marks."""
    start, end = node.start_mark, node.end_mark
    return Span(text, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def remove_duplicate_key(text: Text, branch: Container, first: int, second: int) -> Fix | None:
    """Return the fix that removes a duplicate key, if both have the same value."""
    if repr(data_of(branch.items[first + 1])) != repr(data_of(branch.items[second + 1])):
        return None
    return deletion(text, [(branch, second)], "remove the second, which says the same")


def insert_space(text: Text, branch: Container, key: ScalarEvent) -> Fix | None:
    """Return the fix of `{blocks:3}` or `{blocks=3}`: a space after the `:`, or `: ` for the `=`.

    The name has to be an identifier that is not a key of the mapping.
    """
    separators = [character for character in key.value if character in ":="]
    if len(separators) != 1 or not is_editable(key):
        return None
    before, _, after = key.value.partition(separators[0])
    name, value = before.rstrip(), after.lstrip()
    start: Any = key.start_mark
    line, column = start.line + 1, start.column + 1
    is_key = text.line(line)[column - 1 + len(key.value) :].lstrip().startswith(":")  # which has its `:` already
    if is_key or not name.isidentifier() or not value or name in branch.data:
        return None
    separator_span = Span(text, line, column + len(name), line, column + len(key.value) - len(value))
    return Fix(f"write `{clip(name)}: {clip(value)}`", (Edit(separator_span, ": "),))


def remove_line_start(text: Text, line: int, start: str) -> Fix:
    """Return the fix that removes what a line starts with, or the line if that is all of it."""
    is_whole_line = text.line(line).strip() == start
    end = (line + 1, 1) if is_whole_line else (line, len(start) + 1)
    return Fix(f"remove `{start}`", (Edit(Span(text, line, 1, *end), ""),))


def remove_marker(text: Text, event: DocumentStartEvent) -> Fix | None:
    """Return the fix that removes the `---` of a document, if nothing but comments comes after it."""
    mark: Any = event.start_mark
    line = mark.line + 1
    following = text.content[text.index(line, len("---") + 1) :].splitlines()
    is_empty = all(not each.strip() or each.lstrip().startswith("#") for each in following)
    return remove_line_start(text, line, "---") if is_empty else None
