"""The edit that takes an entry out of a mapping or a list: with its line, or with its comma, and nothing else."""

from __future__ import annotations

import re
from typing import Any

from resnetgen.diagnostics.model import Edit, Span, Text
from resnetgen.source.yaml_tree import Container, Node

_BLANK = " \t"
_LINE_ENDS = "\n\r\x85\u2028\u2029"
_SEPARATOR = re.compile(r"\s*,\s*")


def deletion(text: Text, way: list[tuple[Container, int]]) -> Edit | None:
    """The edit that takes out what the way leads to; where it is alone in what holds it, it takes out that.

    `way` is each mapping and list from the outermost on, with the place of the entry in its items. None where a comment
    or an anchor would go with it, or the layout is none that this knows.
    """
    branch, index = way[-1]
    step = _entry_length(branch)
    if len(branch.items) == step:
        return deletion(text, way[:-1]) if len(way) > 1 else None
    end = _end_mark(branch.items[index + step - 1])
    if end is None:
        return None
    start, stop = _offset(text, branch.items[index].start_mark), max(_offset(text, end), _key_end(text, branch, index))
    inside = text.content[start:stop]
    if "&" in inside or ("#" in inside and not set(inside).isdisjoint(_LINE_ENDS)):
        return None
    found = _own_lines(text.content, branch, start, stop) or _with_separator(text, branch, index, start, stop)
    return None if found is None else Edit(Span(text, *text.place(found[0]), *text.place(found[1])), "")


def _entry_length(branch: Container) -> int:
    """How many nodes an entry is: a key and a value, or an element."""
    return 2 if isinstance(branch.data, dict) else 1


def _offset(text: Text, mark: Any) -> int:
    return text.index(mark.line + 1, mark.column + 1)


def _key_end(text: Text, branch: Container, index: int) -> int:
    """Where a key ends, after which a value that is not written is said to be somewhere."""
    key = branch.items[index]
    return _offset(text, key.start_mark if isinstance(key, Container) else key.end_mark)


def _end_mark(node: Node) -> Any:
    """The mark where a node ends; None where the parser does not know, as of what is written below a `|`."""
    if not isinstance(node, Container):
        return None if getattr(node, "style", None) in ("|", ">") else node.end_mark
    assert node.end is not None, "asked of a mapping that was read to its end"
    return node.end.end_mark if _is_flow(node) else _end_mark(node.items[-1])


def _is_flow(branch: Container) -> bool:
    end: Any = branch.end
    return bool(end.start_mark.index != end.end_mark.index)


def _own_lines(content: str, branch: Container, start: int, stop: int) -> tuple[int, int] | None:
    """The lines that an entry has to itself; of one with a comment behind it, what comes before that."""
    if _is_flow(branch):
        return None
    before = _skip_back(content, start, _BLANK)
    if isinstance(branch.data, list) and content[before - 1 : before] == "-":
        start = before - 1
        before = _skip_back(content, start, _BLANK)
    if before and content[before - 1] not in _LINE_ENDS:
        return None
    after = _skip_forward(content, stop, _BLANK)
    if content[after : after + 1] == "#":
        return (start, after)
    if after == len(content):  # the last line has no end, and the one before it is to have none either
        return (_skip_back(content, before, _LINE_ENDS, 1), after)
    if content[after] not in _LINE_ENDS:
        return None
    return before, after + (2 if content.startswith("\r\n", after) else 1)


def _skip_back(content: str, at: int, characters: str, most: int = 1 << 20) -> int:
    """How far back from a place there are but these characters; two make one line end."""
    begin = at
    while at and begin - at < most and content[at - 1] in characters:
        at -= 2 if characters == _LINE_ENDS and content.startswith("\r\n", at - 2) else 1
    return at


def _skip_forward(content: str, at: int, characters: str) -> int:
    while content[at : at + 1] and content[at] in characters:
        at += 1
    return at


def _with_separator(text: Text, branch: Container, index: int, start: int, stop: int) -> tuple[int, int] | None:
    """An entry up to the next one, or the last from the one before it; in a block, where the first follows a `-`."""
    step = _entry_length(branch)
    if index + step < len(branch.items):
        following = _offset(text, branch.items[index + step].start_mark)
        between = text.content[stop:following]
        apart = _SEPARATOR.fullmatch(between) if _is_flow(branch) else between.isspace()
        return (start, following) if apart else None
    if not _is_flow(branch):
        return None
    end = _end_mark(branch.items[index - 1])
    previous = max(_offset(text, end), _key_end(text, branch, index - step))
    return (previous, stop) if _SEPARATOR.fullmatch(text.content[previous:start]) else None
