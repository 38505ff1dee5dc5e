"""The YAML of a text as a tree that knows positions, which are computed only when asked for."""

from __future__ import annotations

from typing import Any

from yaml.events import Event, ScalarEvent

from resnetgen.diagnostics.model import Path, Span, Text
from resnetgen.source.yaml_scalars import resolve_plain


class Container:
    """A mapping or list as written. The items of a mapping are its keys and values in turn."""

    __slots__ = ("_first_keys", "_known", "data", "end", "height", "items", "key", "size", "start_mark")

    def __init__(self, data: dict[str, object] | list[object], start_mark: Any) -> None:
        self.data = data
        self.items: list[Node] = []
        self.start_mark = start_mark
        self.end: Event | None = None  # None while it is still open
        self.key = ""  # the last key that was read
        self.height = 1  # the depth of nested branches, this one included
        self.size = 0  # the number of nodes in it, itself included
        self._first_keys: dict[str, int] = {}
        self._known = 0  # the number of items in the index of the keys

    def first_keys(self) -> dict[str, int]:
        """Return where each key of a mapping is first written, as an index of its items, as far as it was read."""
        for index in range(self._known, len(self.items), 2):
            self._first_keys.setdefault(spelling(self.items[index]), index)
        self._known = len(self.items) & ~1
        return self._first_keys


class Alias:
    """A `*name` as written, and the node that it stands for."""

    __slots__ = ("end_mark", "start_mark", "target")

    def __init__(self, event: Event, target: Node) -> None:
        self.start_mark = event.start_mark
        self.end_mark = event.end_mark
        self.target: ScalarEvent | Container = target.target if isinstance(target, Alias) else target


Node = ScalarEvent | Container | Alias


def spelling(key: Node) -> str:
    """Return the text of a scalar, of an alias that of its target; empty for a mapping or a list."""
    target = key.target if isinstance(key, Alias) else key
    return target.value if isinstance(target, ScalarEvent) else ""


def data_of(node: Node) -> object:
    """Return the plain data of a node."""
    target = node.target if isinstance(node, Alias) else node
    if isinstance(target, Container):
        return target.data
    return target.value if target.style else resolve_plain(target.value)


def find(root: Node, path: Path) -> tuple[Node, Node] | None:
    """Return the key and value nodes at a path, or None; for an element of a list, both are the element.

    A list may be short for a mapping with it under a single key: that key is then no step in the text.
    """
    found = (root, root)
    for index, step in enumerate(path):
        inner = _child(found[1], step)
        if inner is None and _is_list(found[1]) and isinstance(step, str) and _is_index(path[index + 1 : index + 2]):
            continue
        if inner is None:
            return None
        found = inner
    return found


def _is_list(node: Node) -> bool:
    container = node.target if isinstance(node, Alias) else node
    return isinstance(container, Container) and isinstance(container.data, list)


def _is_index(path: Path) -> bool:
    return bool(path) and isinstance(path[0], int)


def _child(node: Node, step: str | int) -> tuple[Node, Node] | None:
    container = node.target if isinstance(node, Alias) else node
    index = entry_index(container, step) if isinstance(container, Container) else None
    if index is None:
        return None
    assert isinstance(container, Container)
    return container.items[index], container.items[index + isinstance(container.data, dict)]


def entry_index(container: Container, step: str | int) -> int | None:
    """Return the index in the items where an entry begins (a key or an element); None if there is no such entry."""
    items = container.items
    if isinstance(container.data, list):
        return step if isinstance(step, int) and 0 <= step < len(items) else None
    return container.first_keys().get(step) if isinstance(step, str) else None


def span(text: Text, first: Node, last: Node | None = None) -> Span:
    """Return the span of a node, or from one node to another, cut at the end of its first line."""
    line, start = _position(first.start_mark)
    end = _end_column(text, first, line)
    if last is not None and _position(last.start_mark)[0] == line:
        end = _end_column(text, last, line)
    return Span(text, line, start, line, max(start, end))


def _position(mark: Any) -> tuple[int, int]:  # Any: PyYAML's types leave out the marks, which its parsers always set
    return mark.line + 1, mark.column + 1


def _end_column(text: Text, node: Node, line: int) -> int:
    if isinstance(node, Container):
        return _container_end_column(text, node, line)
    if isinstance(node, ScalarEvent) and node.style in ("|", ">"):
        _, start = _position(node.start_mark)
        return start + len(text.line(line)[start - 1 :].split()[0])  # the sign alone: its text is on other lines
    end_line, end = _position(node.end_mark)
    return end if end_line == line else len(text.line(line).rstrip()) + 1


def _container_end_column(text: Text, container: Container, line: int) -> int:
    if container.end is not None:
        closer, after = _position(container.end.start_mark), _position(container.end.end_mark)
        # Only `]` and `}` have a width; a branch without is noticed to end at what follows the comments after it.
        if closer != after and after[0] == line:
            return after[1]
    end = _position(container.start_mark)[1] + 1
    for item in container.items:
        if _position(item.start_mark)[0] > line:
            break
        end = max(end, _end_column(text, item, line))
    return end
