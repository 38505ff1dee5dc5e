"""What was written, as a tree that knows where each piece stands. Positions are looked up only when asked for."""

from __future__ import annotations

from typing import Any

from yaml.events import Event, ScalarEvent

from resnetgen.diagnostics.model import Path, Span, Text
from resnetgen.source.yaml_scalars import resolve_plain


class Container:
    """A mapping or a list as it was written. A mapping's items are its keys and values in turn."""

    __slots__ = ("data", "end", "height", "items", "key", "size", "start_mark")

    def __init__(self, data: dict[str, object] | list[object], start_mark: Any) -> None:
        self.data = data
        self.items: list[Node] = []
        self.start_mark = start_mark
        self.end: Event | None = None  # None while it is still open
        self.key = ""  # the last key that was read
        self.height = 1  # how many branches are inside one another here, this one counted
        self.size = 0  # how many nodes it holds, itself counted


class Alias:
    """A `*name` as it was written, and what it stands for."""

    __slots__ = ("end_mark", "start_mark", "target")

    def __init__(self, event: Event, target: Node) -> None:
        self.start_mark = event.start_mark
        self.end_mark = event.end_mark
        self.target: ScalarEvent | Container = target.target if isinstance(target, Alias) else target


Node = ScalarEvent | Container | Alias


def data_of(node: Node) -> object:
    """Give the plain data that a node stands for."""
    target = node.target if isinstance(node, Alias) else node
    if isinstance(target, Container):
        return target.data
    return target.value if target.style else resolve_plain(target.value)


def find(root: Node, path: Path) -> tuple[Node, Node] | None:
    """Walk to the key and the value at a path; for an element of a list the two are the same."""
    found = (root, root)
    for step in path:
        inner = _child(found[1], step)
        if inner is None:
            return None
        found = inner
    return found


def _child(node: Node, step: str | int) -> tuple[Node, Node] | None:
    branch = node.target if isinstance(node, Alias) else node
    index = entry_index(branch, step) if isinstance(branch, Container) else None
    if index is None:
        return None
    assert isinstance(branch, Container)
    return branch.items[index], branch.items[index + isinstance(branch.data, dict)]


def entry_index(branch: Container, step: str | int) -> int | None:
    """Find where an entry begins among the items of a mapping or a list: at its key, or itself."""
    items = branch.items
    if isinstance(branch.data, list):
        return step if isinstance(step, int) and 0 <= step < len(items) else None
    return next((place for place in range(0, len(items), 2) if data_of(items[place]) == step), None)


def span(text: Text, first: Node, last: Node | None = None) -> Span:
    """Give the stretch of a node, or from one to another, as far as it stands on the first one's first line."""
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


def _container_end_column(text: Text, branch: Container, line: int) -> int:
    if branch.end is not None:
        closer, after = _position(branch.end.start_mark), _position(branch.end.end_mark)
        # Only `]` and `}` have a width; a branch without is noticed to end at what follows the comments after it.
        if closer != after and after[0] == line:
            return after[1]
    end = _position(branch.start_mark)[1] + 1
    for item in branch.items:
        if _position(item.start_mark)[0] > line:
            break
        end = max(end, _end_column(text, item, line))
    return end
