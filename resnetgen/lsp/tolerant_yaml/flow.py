"""Flow style: parse brackets and braces, where indentation counts for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

from resnetgen.lsp.tolerant_yaml.tree import Node, TreeBuilder
from resnetgen.source.yaml_events import MAX_DEPTH, MAX_NODES

_SPACE = re.compile(r"[ \t]+|(?<=\s)#[^\n]*")
_QUOTED = re.compile(r'"(?>(?:[^"\\\n]|\\[^\n])*)"?|\'(?>(?:[^\'\n]|\'\')*)\'?')
_PLAIN = re.compile(r"(?>(?:[^\s#,\[\]{}:]|(?<=\S)#|:(?=[^\s,\[\]{}])|[ \t]+(?=[^\s#,\[\]{}:]))+)")


def parse_flow(builder: TreeBuilder, at: int, node: Node, ends: Callable[[int], bool]) -> int:
    """Parse the brackets that open at an offset as the value of a node; return the offset after them.

    `ends` tells of the start of a line whether that line lies outside the brackets, even if some are still open.
    """
    brackets = _FlowParser(builder, at, node)
    text = builder.text
    while at < len(text):
        if text[at] == "\n" and ends(at + 1):
            break
        at = brackets.token(at)
        if not brackets.open:
            return at
        if len(brackets.open) > MAX_DEPTH or len(builder.nodes) > MAX_NODES:
            return len(text)
    for each in brackets.open:
        each.end = at
    return at


class _FlowParser:
    """The `open` brackets, outermost first, and the last item of the innermost since its last comma."""

    def __init__(self, builder: TreeBuilder, at: int, node: Node) -> None:
        self.builder = builder
        self.node = node
        self.open: list[Node] = []
        self.last: Node | None = None

    def token(self, at: int) -> int:
        """Parse the token at an offset and return the offset after it."""
        text = self.builder.text
        match text[at]:
            case "{" | "[":
                self._opened(at)
            case "}" | "]":
                closed = self.open.pop()
                closed.end = at + 1
                self.last = closed
            case ",":
                self.last = None
            case ":" if not _PLAIN.match(text, at):
                self._colon(at)
            case _:
                return self._other(at)
        return at + 1

    def _other(self, at: int) -> int:
        text = self.builder.text
        if space := _SPACE.match(text, at):
            return space.end()
        found = _QUOTED.match(text, at) or _PLAIN.match(text, at)
        if found is None:
            return at + 1
        self._word(at, found.end())
        return found.end()

    def _opened(self, at: int) -> None:
        node = self._place(at)
        node.value = {} if self.builder.text[at] == "{" else []
        node.start = at
        self.open.append(node)
        self.last = None

    def _place(self, at: int) -> Node:
        """Return the node for the collection that opens here."""
        if not self.open:
            return self.node
        owner = self.open[-1]
        if isinstance(owner.value, list):
            return self.builder.entry(owner, at)
        if self.last is not None and self.last.value is None:
            return self.last
        return self.builder.key(owner, at, at, colon=False)  # brackets in place of a key

    def _word(self, start: int, end: int) -> None:
        owner = self.open[-1]
        if isinstance(owner.value, list):
            self.last = self.builder.entry(owner, start)
            self.builder.value(self.last, start, end)
        elif self.last is not None and self.last.colon and self.last.value is None:
            self.builder.value(self.last, start, end)
        else:
            self.last = self.builder.key(owner, start, end, colon=False)

    def _colon(self, at: int) -> None:
        last, owner = self.last, self.open[-1]
        if last is None or isinstance(owner.value, list):
            return
        if last.colon and isinstance(last.value, str):  # the key before has no value yet, and this line is the next one
            last.value = None
            self.last = self.builder.key(owner, last.start, last.end, colon=True)
            last.start = last.end = last.key_end
        elif last.value is None:
            last.colon = True
            last.start = last.end = at + 1
