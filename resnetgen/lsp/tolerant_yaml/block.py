"""Block style: parse a text line by line, by its indentation."""

from __future__ import annotations

import re

from resnetgen.lsp.tolerant_yaml import flow
from resnetgen.lsp.tolerant_yaml.tree import CURSOR, Node, TreeBuilder, YamlTree
from resnetgen.source.source import MAX_SIZE
from resnetgen.source.yaml_events import MAX_DEPTH, MAX_NODES

_SPACE = re.compile(r"[ \t]*+")
_LINE = re.compile(r"[^\n]*+\n?")
_BLANK = re.compile(r"[ \t]*+(?:#[^\n]*+)?(?:\n|\Z)")
_BLANKS = re.compile(r"(?>(?:[ \t]*+(?:#[^\n]*+)?\n){1,1000})")  # of a million, `re` would keep 200 MB of positions
_MARK = re.compile(r"(?:---|\.\.\.)(?=\s|\Z)|%")
_DASH = re.compile(r"-(?=\s|\Z)[ \t]*+")
_COLON = re.compile(r"[ \t]*+:(?=\s|\Z)")
_QUOTED_KEY = re.compile(r'"(?>(?:[^"\\\n]|\\[^\n])*)"|\'(?>(?:[^\'\n]|\'\')*)\'')
_PLAIN_KEY = re.compile(r"[^\s\"'\[\]{},#&*!|>%@`](?>(?:[^\n:#]++|:(?=\S)|(?<=\S)#)*)(?=:(?:\s|\Z))")
_PROPERTY = re.compile(r"[&!][^\s,\[\]{}]*+[ \t]++")
_BLOCK_SCALAR = re.compile(r"[|>][-+0-9]*+[ \t]*+(?:#[^\n]*+)?(?:\n|\Z)")
_PLAIN = re.compile(r"(?>(?:[^\n#]++|(?<=\S)#)*)")
"""Of a group that is repeated as `(?:...)*+`, CPython 3.11.2 mistakes the end; `(?>(?:...)*)` means the same."""


def parse_tolerant(text: str, cursor: int | None = None) -> YamlTree:
    """Parse a text; `cursor` is the offset of the cursor, which in a comment belongs to no node.

    Offsets after the cursor are one too large. Content that exceeds the limits of a spec (depth, number, length) is
    left out.
    """
    text = text[:MAX_SIZE]
    if cursor is not None:
        text = f"{text[:cursor].replace(CURSOR, '?')}{CURSOR}{text[cursor:].replace(CURSOR, '?')}"
    return _LineParser(text.replace("\r\n", " \n").replace("\r", "\n")).sketch()


class _Frame:
    """An open mapping or list, by the column of its keys or dashes; `last` is its most recent entry."""

    __slots__ = ("column", "last", "node")

    def __init__(self, node: Node, column: int, last: Node | None) -> None:
        self.node = node
        self.column = column
        self.last = last


class _LineParser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.builder = TreeBuilder(text)
        root = self.builder.root
        self.frames = [_Frame(root, -1, root)]  # the text, which is itself what a mapping may be the value of

    def sketch(self) -> YamlTree:
        while self.at < len(self.text) and len(self.frames) <= MAX_DEPTH and len(self.builder.nodes) <= MAX_NODES:
            self._line()
        return self.builder.finished()

    def _line(self) -> None:
        while blanks := _BLANKS.match(self.text, self.at):
            self.at = blanks.end()
        begin = self.at
        if self._is_blank(begin) or _MARK.match(self.text, begin):
            self._skip()
            return
        self.at = _match_end(_SPACE, self.text, begin)
        while (dash := _DASH.match(self.text, self.at)) and len(self.frames) <= MAX_DEPTH:
            self._entry(self.at - begin)
            self.at = dash.end()
        if self._is_blank(self.at):
            self._skip()
        elif (end := self._key_end(self.at)) is not None:
            self._pair(self.at - begin, end)
        else:
            self._lone(self.at - begin)

    def _skip(self) -> None:
        self.at = _match_end(_LINE, self.text, self.at)

    def _is_blank(self, at: int) -> bool:
        return _BLANK.match(self.text, at) is not None

    def _key_end(self, at: int) -> int | None:
        """Return the end of the key at an offset, its colon excluded; None if no key begins there."""
        for pattern in (_QUOTED_KEY, _PLAIN_KEY):
            key = pattern.match(self.text, at)
            if key is not None and _COLON.match(self.text, key.end()):
                return at + len(key[0].rstrip())
        return None

    def _entry(self, column: int) -> None:
        """Parse a dash in this column."""
        frame = self._back_to(column)
        if not isinstance(frame.node.value, list) or frame.column != column:
            frame = self._into(frame, column, [])
        frame.last = self.builder.entry(frame.node, self.at)

    def _mapping(self, column: int) -> _Frame:
        """Return the mapping whose keys are in this column; open it if need be."""
        frame = self._back_to(column)
        if frame.column == column and isinstance(frame.node.value, list):
            self.frames.pop()  # its dashes are in the column of the keys around it
            frame = self._back_to(column)
        if isinstance(frame.node.value, dict) and frame.column == column:
            return frame
        return self._into(frame, column, {})

    def _back_to(self, column: int) -> _Frame:
        """Close the frames that are indented further than this column."""
        while self.frames[-1].column > column:
            self.frames.pop()
        return self.frames[-1]

    def _into(self, frame: _Frame, column: int, empty: dict[str, Node] | list[Node]) -> _Frame:
        """Open a frame for the value of the last entry; a value begun at another column continues."""
        node = frame.last
        assert node is not None, "a mapping or a list is opened with its first entry"
        if type(node.value) is not type(empty):
            node.value, node.start, node.end = empty, self.at, max(node.end, self.at)
        last = list(node.value.values())[-1:] if isinstance(node.value, dict) else []
        self.frames.append(_Frame(node, column, last[0] if last else None))
        return self.frames[-1]

    def _pair(self, column: int, end: int) -> None:
        """Parse `key: value`, or `key:` alone."""
        start = self.at
        frame = self._mapping(column)
        frame.last = self.builder.key(frame.node, start, end, colon=True)
        self.at = _match_end(_COLON, self.text, end)
        self._value(frame.last, column)

    def _lone(self, column: int) -> None:
        """Parse a line without a key: a list entry, the value of a key above, or a key whose colon is not typed yet."""
        end = self.at + len(self.text[self.at : _match_end(_PLAIN, self.text, self.at)].rstrip())
        frame = self.frames[-1]
        is_entry = isinstance(frame.node.value, list) and frame.column < column
        if not is_entry and CURSOR in self.text[self.at : end] and self.text[self.at] not in "[{":
            frame = self._mapping(column)
            frame.last = self.builder.key(frame.node, self.at, end, colon=False)
            self._skip()
            return
        frame = self._back_to(column)
        if frame.last is not None and frame.last.value is None and frame.column < column:
            self._value(frame.last, frame.column)
        else:
            self._skip()

    def _value(self, node: Node, column: int) -> None:
        """Parse the value after a key or dash in this column, and the lines that continue it."""
        self.at = _match_end(_SPACE, self.text, self.at)
        while found := _PROPERTY.match(self.text, self.at):
            self.at = found.end()
        node.start = node.end = self.at
        match self.text[self.at : self.at + 1]:
            case "[" | "{":
                self.at = flow.parse_flow(self.builder, self.at, node, lambda at: self._leaves(at, column))
                self._skip()
            case '"' | "'":
                end = self._quote_end(column)
                self.builder.value(node, self.at, end)
                self.at = end
                self._skip()
            case "|" | ">" if _BLOCK_SCALAR.match(self.text, self.at):
                self._block_scalar(node, column)
            case _:
                self._plain(node)

    def _plain(self, node: Node) -> None:
        end = _match_end(_PLAIN, self.text, self.at)
        written = self.text[self.at : end].rstrip()
        if written:
            self.builder.value(node, self.at, self.at + len(written))
        self._skip()

    def _block_scalar(self, node: Node, column: int) -> None:
        start = self.at
        self._skip()
        while self.at < len(self.text) and (
            self._is_blank(self.at) or _match_end(_SPACE, self.text, self.at) - self.at > column
        ):
            self._skip()
        self.builder.value(node, start, self.at)

    def _quote_end(self, column: int) -> int:
        """Return the end of the quoted text that begins here, at most the first line that leaves its frame."""
        sign, at = self.text[self.at], self.at + 1
        while at < len(self.text):
            if (self.text[at] == "\\" and sign == '"') or self.text[at : at + 2] == "''" == 2 * sign:
                at += 1  # the one after it is of the text, and no sign
            elif self.text[at] == sign:
                return at + 1
            elif self.text[at] == "\n" and self._leaves(at + 1, column):
                return at
            at += 1
        return len(self.text)

    def _leaves(self, begin: int, column: int) -> bool:
        """Return whether a line begins a key or a dash in this column or one further left."""
        at = _match_end(_SPACE, self.text, begin)
        if at - begin > column:
            return False
        return _DASH.match(self.text, at) is not None or self._key_end(at) is not None


def _match_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return at if match is None else match.end()
