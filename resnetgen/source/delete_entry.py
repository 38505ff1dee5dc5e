"""The edit that deletes an entry of a mapping or list, with its line or its comma."""

from __future__ import annotations

import re
from typing import Any

from resnetgen.diagnostics.model import Edit, Fix, Removal, Span, Text
from resnetgen.source.yaml_tree import Container, Node

_BLANK = " \t"
_LINE_ENDS = "\n\r\x85\u2028\u2029"
_SEPARATOR = re.compile(r"\s*,\s*")


def deletion(text: Text, trail: list[tuple[Container, int]], words: str) -> Fix | None:
    """Return the fix that deletes an entry; if it is the only one, the fix deletes its mapping or list instead.

    Args:
        text: the text to edit.
        words: the description of the fix.
        trail: each mapping or list on the way to the entry, outermost first, with the index in its items.

    Returns:
        None where the edit would take a comment or an anchor with it, or where the layout is not supported.
    """
    container, index = trail[-1]
    step = _entry_length(container)
    if len(container.items) == step:
        return deletion(text, trail[:-1], words) if len(trail) > 1 else None
    end_mark = _end_mark(container.items[index + step - 1])
    if end_mark is None:
        return None
    start = _offset(text, container.items[index].start_mark)
    end = max(_offset(text, end_mark), _key_end(text, container, index))
    deleted = text.content[start:end]
    if "&" in deleted or ("#" in deleted and not set(deleted).isdisjoint(_LINE_ENDS)):
        return None
    range_ = _own_lines(text.content, container, start, end) or _with_separator(text, container, index, start, end)
    if range_ is None:
        return None
    edit = Edit(Span(text, *text.place(range_[0]), *text.place(range_[1])), "")
    return Fix(words, (edit,), Removal(_offset(text, container.start_mark), len(container.items) // step))


def _entry_length(container: Container) -> int:
    """Return the number of nodes of an entry: a key and its value, or an element."""
    return 2 if isinstance(container.data, dict) else 1


def _offset(text: Text, mark: Any) -> int:
    """Return the offset of a parser's mark in the text."""
    return text.index(mark.line + 1, mark.column + 1)


def _key_end(text: Text, container: Container, index: int) -> int:
    """Return where a key ends. The parser places a missing value anywhere after it."""
    key = container.items[index]
    return _offset(text, key.start_mark if isinstance(key, Container) else key.end_mark)


def _end_mark(node: Node) -> Any:
    """Return the mark where a node ends; None where the parser does not know it, as for a block scalar (`|`)."""
    if not isinstance(node, Container):
        return None if getattr(node, "style", None) in ("|", ">") else node.end_mark
    assert node.end is not None, "asked of a mapping that was read to its end"
    return node.end.end_mark if _is_flow(node) else _end_mark(node.items[-1])


def _is_flow(container: Container) -> bool:
    event: Any = container.end
    return bool(event.start_mark.index != event.end_mark.index)


def _own_lines(content: str, container: Container, start: int, end: int) -> tuple[int, int] | None:
    """Return the whole lines of an entry. If a comment follows it on its line, the comment stays."""
    if _is_flow(container):
        return None
    line_start = _skip_back(content, start, _BLANK)
    if isinstance(container.data, list) and content[line_start - 1 : line_start] == "-":
        start = line_start - 1
        line_start = _skip_back(content, start, _BLANK)
    if line_start and content[line_start - 1] not in _LINE_ENDS:
        return None
    line_end = _skip_forward(content, end, _BLANK)
    if content[line_end : line_end + 1] == "#":
        return (start, line_end)
    if line_end == len(content):  # the last line has no end, and the one before it is to have none either
        return (_skip_back(content, line_start, _LINE_ENDS, 1), line_end)
    if content[line_end] not in _LINE_ENDS:
        return None
    return line_start, line_end + (2 if content.startswith("\r\n", line_end) else 1)


def _skip_back(content: str, offset: int, characters: str, limit: int = 1 << 20) -> int:
    """Skip the given characters backwards, at most `limit`; CR LF counts as one line end."""
    start = offset
    while offset and start - offset < limit and content[offset - 1] in characters:
        offset -= 2 if characters == _LINE_ENDS and content.startswith("\r\n", offset - 2) else 1
    return offset


def _skip_forward(content: str, offset: int, characters: str) -> int:
    """Skip the given characters forwards."""
    while content[offset : offset + 1] and content[offset] in characters:
        offset += 1
    return offset


def _with_separator(text: Text, container: Container, index: int, start: int, end: int) -> tuple[int, int] | None:
    """Return the range of an entry and the separator to the next one, or of the last and the separator before it.

    A block has a separator where an entry shares its line with a `-`.
    """
    step = _entry_length(container)
    if index + step < len(container.items):
        next_start = _offset(text, container.items[index + step].start_mark)
        separator = text.content[end:next_start]
        is_separator = _SEPARATOR.fullmatch(separator) if _is_flow(container) else separator.isspace()
        return (start, next_start) if is_separator else None
    if not _is_flow(container):
        return None
    previous_mark = _end_mark(container.items[index - 1])
    previous = max(_offset(text, previous_mark), _key_end(text, container, index - step))
    return (previous, end) if _SEPARATOR.fullmatch(text.content[previous:start]) else None
