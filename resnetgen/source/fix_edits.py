"""From what is certain of a fault to the characters that mend it: edits of one text, found in what was written there.

An edit is of a scalar on one line, or takes a whole entry out. Where that would meet an anchor, an alias or a tag, or
take a comment away, there is no fix: these are their writer's to change.
"""

from __future__ import annotations

import re
from typing import Any

from yaml.events import ScalarEvent

from resnetgen.diagnostics.model import Edit, EditKind, Fix, Part, Path, Span, Suggestion, Text
from resnetgen.source.delete_entry import deletion
from resnetgen.source.yaml_scalars import clip, resolve_plain
from resnetgen.source.yaml_tree import Container, Node, data_of, entry_index

_UNQUOTED = re.compile(r"[\w.(+-][\w./()*+% -]*", re.ASCII)
"""What may be written without quotes wherever a scalar may stand; numbers, names, widths and most paths are of this."""


def fix(text: Text, root: Node, mend: Suggestion) -> Fix | None:
    """The changes of a text that a mend comes to; None where they are not certain, or the text does not write that."""
    way = _entries_to(root, mend.at.path)
    if not way:
        return None
    if mend.act is EditKind.REMOVE:
        edit = None if _is_unfinished(*way[-1]) else deletion(text, way)
    else:
        edit = rewrite_scalar(text, *way[-1], mend)
    return None if edit is None else Fix(mend.words, (edit,))


def _entries_to(root: Node, path: Path) -> list[tuple[Container, int]]:
    """Each mapping and list on the way to what stands at a path, with the place of the entry in it."""
    way: list[tuple[Container, int]] = []
    node = root
    for step in path:
        index = entry_index(node, step) if isinstance(node, Container) else None
        if index is None:  # it stands behind an alias, or not in this text
            return []
        assert isinstance(node, Container)
        way.append((node, index))
        node = node.items[index + isinstance(node.data, dict)]
    return way


def _is_unfinished(branch: Container, index: int) -> bool:
    """Whether there is nothing at all after a key: its value may be still to come."""
    value = branch.items[index + isinstance(branch.data, dict)]
    return isinstance(value, ScalarEvent) and not value.value and not value.style


def rewrite_scalar(text: Text, branch: Container, index: int, mend: Suggestion) -> Edit | None:
    """A key or a value written otherwise, None where that is not certain; no key that its mapping has already."""
    is_key = mend.at.part is Part.KEY
    if isinstance(branch.data, dict) and is_key and mend.text in branch.data:
        return None
    node = branch.items[index if is_key or isinstance(branch.data, list) else index + 1]
    new = _new_text(node, mend) if isinstance(node, ScalarEvent) and is_editable(node) else ""
    return Edit(scalar_span(text, node), new) if new else None


def is_editable(node: ScalarEvent) -> bool:
    """Whether a scalar stands on one line, written out, with nothing to it: no anchor, no tag, no `|`."""
    start: Any = node.start_mark
    end: Any = node.end_mark
    one_line = start.line == end.line and start.column < end.column
    return one_line and node.anchor is None and node.tag is None and (node.style or "'") in ("'", '"')


def _new_text(node: ScalarEvent, mend: Suggestion) -> str:
    """What is to stand there: a word in the quotes that it had."""
    if mend.act is EditKind.QUOTE:
        return f'"{node.value}"' if not node.style and not {'"', "\\"} & set(node.value) else ""
    if not _UNQUOTED.fullmatch(mend.text):
        return ""
    quotes = node.style or "" if resolve_plain(mend.text) == mend.text else ""
    return f"{quotes}{mend.text}{quotes}"


def scalar_span(text: Text, node: Any) -> Span:
    """The whole stretch of a scalar, or of what else has marks."""
    start, end = node.start_mark, node.end_mark
    return Span(text, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def remove_duplicate_key(text: Text, branch: Container, first: int, second: int) -> Fix | None:
    """A mapping without a key that it has already, if both have the same value."""
    if repr(data_of(branch.items[first + 1])) != repr(data_of(branch.items[second + 1])):
        return None
    edit = deletion(text, [(branch, second)])
    return None if edit is None else Fix("remove the second, which says the same", (edit,))


def insert_space(text: Text, branch: Container, key: ScalarEvent) -> Fix | None:
    """A space after the one `:` of `{blocks:3}`, or a `:` for the `=` of `{blocks=3}`, behind a name that is no key."""
    joints = [character for character in key.value if character in ":="]
    if len(joints) != 1 or not is_editable(key):
        return None
    before, _, after = key.value.partition(joints[0])
    name, value = before.rstrip(), after.lstrip()
    mark: Any = key.start_mark
    line, column = mark.line + 1, mark.column + 1
    is_key = text.line(line)[column - 1 + len(key.value) :].lstrip().startswith(":")  # which has its `:` already
    if is_key or not name.isidentifier() or not value or name in branch.data:
        return None
    joined = Span(text, line, column + len(name), line, column + len(key.value) - len(value))
    return Fix(f"write `{clip(name)}: {clip(value)}`", (Edit(joined, ": "),))


def remove_line_start(text: Text, line: int, start: str) -> Fix:
    """A text without what a line begins with, or without the line where that is all of it."""
    whole = text.line(line).strip() == start
    end = (line + 1, 1) if whole else (line, len(start) + 1)
    return Fix(f"remove `{start}`", (Edit(Span(text, line, 1, *end), ""),))
