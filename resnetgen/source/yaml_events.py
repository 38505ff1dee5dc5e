"""YAML events -> plain data and the tree of what was written.

The parser hands over one event after another and keeps its own nesting on the heap, so a text of a million opening
brackets meets the limit on depth here, where `yaml.compose` would recurse until the process dies.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from resnetgen.diagnostics.model import Diagnostic, Fix, Label, Severity, Text
from resnetgen.errors import SpecError
from resnetgen.source.yaml_scalars import AmbiguousScalar, clip, resolve_plain
from resnetgen.source.yaml_tree import Alias, Container, Node, span

MAX_DEPTH = 64
"""The most mappings and lists inside one another, aliases expanded."""

MAX_NODES = 100_000
"""The most keys and values in one text, aliases expanded."""

MAX_FAULTS = 100
"""Where reading stops: a text with more faults is no spec, and nobody reads them all."""

_Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def compose(text: Text) -> Node | None:
    """Read a text's one document; None where it has none. Raises SpecError, or the parser's own YAMLError."""
    return _Composer(text).compose()


def compose_partially(text: Text) -> Node | None:
    """What of a text can be read past its faults; None where one ends the reading."""
    try:
        return _Composer(text).read()
    except (SpecError, yaml.YAMLError):
        return None


class _Composer:
    """One pass over the events. A fault that leaves the rest readable is noted; any other ends the pass."""

    def __init__(self, text: Text) -> None:
        self._faults: list[Diagnostic] = []
        self._fixes: list[tuple[int, Callable[[], Fix | None]]] = []
        self._text = text
        self._next: Callable[[], Event | None] = _Loader(text.content).get_event
        self._anchors: dict[str, tuple[object, ScalarEvent | Container]] = {}
        self._stream = Container([], None)  # a list of the documents, of which there may be one
        self._open = [self._stream]
        self._size = 0

    def compose(self) -> Node | None:
        root = self.read()
        if self._faults:
            self._raise()
        return root

    def read(self) -> Node | None:
        handlers: dict[type, Callable[[Any], None]] = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._begin,
            SequenceStartEvent: self._begin,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document,
        }
        while type(event := self._next()) is not StreamEndEvent:
            handle = handlers.get(type(event))
            if handle is not None:
                handle(event)
        return self._stream.items[0] if self._stream.items else None

    def _mend_later(self, find: Callable[[], Fix | None]) -> None:
        """Look for a fix of the last fault once all is read: what comes after it may keep that from being certain."""
        self._fixes.append((len(self._faults) - 1, find))

    def _raise(self) -> NoReturn:
        for number, find in self._fixes:
            self._faults[number] = self._faults[number]._replace(fix=find())
        raise SpecError(tuple(sorted(self._faults, key=_position)))

    def _document(self, event: DocumentStartEvent) -> None:
        if self._stream.items:
            help_ = "a spec is one document: remove the `---`"
            self._note(event, "RG109", "a second document in one file", help_)
            self._mend_later(lambda: self._without_marker(event))
            self._raise()

    def _without_marker(self, event: DocumentStartEvent) -> Fix | None:
        """The text without a `---` that nothing comes after."""
        from resnetgen.source.fix_edits import remove_line_start

        mark: Any = event.start_mark
        line = mark.line + 1
        after = self._text.content[self._text.index(line, len("---") + 1) :].splitlines()
        empty = all(not each.strip() or each.lstrip().startswith("#") for each in after)
        return remove_line_start(self._text, line, "---") if empty else None

    def _scalar(self, event: ScalarEvent) -> None:
        value = event.value if event.style else resolve_plain(event.value)
        if isinstance(value, AmbiguousScalar):
            self._note(event, value.code, value.message, self._help(value))
            value = event.value
        if event.tag is not None:
            self._tag(event, event.tag)
        if event.anchor is not None:
            self._anchor(event, value, event)
        self._count(event, 1)
        self._add(value, event)

    def _begin(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        branch = Container({} if type(event) is MappingStartEvent else [], event.start_mark)
        self._check_key(event)
        if event.tag is not None:
            self._tag(event, event.tag)
        if event.anchor is not None:
            self._anchor(event, branch.data, branch)
        branch.size = self._size  # until it ends: what was read before it
        self._count(event, 1)
        self._add(branch.data, branch)
        self._open.append(branch)
        self._check_depth(event, 0)

    def _end(self, event: Event) -> None:
        branch = self._open.pop()
        branch.end = event
        branch.size = self._size - branch.size
        outer = self._open[-1]
        outer.height = max(outer.height, branch.height + 1)

    def _alias(self, event: AliasEvent) -> None:
        if event.anchor not in self._anchors:
            self._stop(
                event,
                "RG103",
                f"unknown alias `*{clip(str(event.anchor))}`: nothing is anchored as `&{clip(str(event.anchor))}`",
            )
        value, target = self._anchors[str(event.anchor)]
        if isinstance(target, Container):
            self._check_key(event)
            if target.end is None:
                self._stop(event, "RG109", f"`*{clip(str(event.anchor))}` is inside the value that it repeats")
            self._count(event, target.size)
            self._check_depth(event, target.height)
            outer = self._open[-1]
            outer.height = max(outer.height, target.height + 1)
        else:
            self._count(event, 1)
        self._add(value, Alias(event, target))

    def _add(self, value: object, node: Node) -> None:
        branch = self._open[-1]
        branch.items.append(node)
        data = branch.data
        if isinstance(data, list):
            data.append(value)
        elif len(branch.items) & 1:
            branch.key = self._key(value, node, branch)
        else:
            data[branch.key] = value
            if value is None and (":" in branch.key or "=" in branch.key):
                self._note_joined(branch)

    def _note_joined(self, branch: Container) -> None:
        """In braces, `{blocks:3}` is the key `blocks:3`, with nothing after it; likewise `{blocks=3}`."""
        key = branch.items[-2]
        if isinstance(key, ScalarEvent) and not key.style:
            joint = ":" if ":" in branch.key else "="
            meant = clip(": ".join(part.strip() for part in branch.key.split(joint, 1)))
            message = f"`{clip(branch.key)}` is one word in YAML, so it is a key without a value"
            self._note(key, "RG105", message, f"write `{meant}`, with a space after the `:`")
            self._mend_later(lambda: self._with_space(branch, key))

    def _with_space(self, branch: Container, key: ScalarEvent) -> Fix | None:
        from resnetgen.source.fix_edits import insert_space

        return insert_space(self._text, branch, key)

    def _without_second(self, branch: Container, first: int, second: int) -> Fix | None:
        from resnetgen.source.fix_edits import remove_duplicate_key

        return remove_duplicate_key(self._text, branch, first, second) if branch.end is not None else None

    def _key(self, value: object, node: Node, branch: Container) -> str:
        if not isinstance(value, str):
            return self._other_key(value, node)
        if value in branch.data:
            first = next(key for key in islice(branch.items, 0, None, 2) if _spelling(key) == value)
            label = Label(span(self._text, first), "first written here")
            self._note(node, "RG104", f"duplicate key `{clip(value)}`", "keep one of the two", (label,))
            second = len(branch.items) - 1
            self._mend_later(lambda: self._without_second(branch, branch.items.index(first), second))
        elif value == "<<" and isinstance(node, ScalarEvent) and not node.style:
            self._note(node, "RG109", "a spec cannot have the merge key `<<`", "use `extends`, or write the keys out")
        return value

    def _other_key(self, value: object, node: Node) -> str:
        written = _spelling(node)
        kind = "nothing" if value is None else {bool: "a boolean", int: "a number", float: "a number"}[type(value)]
        help_ = f'put it in quotes: "{clip(written)}"' if written else "write a name before the `:`"
        self._note(node, "RG109", f"a key must be text, not {kind}", help_)
        return written

    def _check_key(self, event: Event) -> None:
        if self._expects_key():
            self._stop(event, "RG109", "a key must be text, not a mapping or a list")

    def _expects_key(self) -> bool:
        branch = self._open[-1]
        return isinstance(branch.data, dict) and not len(branch.items) & 1

    def _help(self, trap: AmbiguousScalar) -> str:
        return "put it in quotes" if self._expects_key() else trap.help

    def _anchor(self, event: NodeEvent, value: object, node: ScalarEvent | Container) -> None:
        name = str(event.anchor)
        if name in self._anchors:
            first = Label(span(self._text, self._anchors[name][1]), "first anchored here")
            self._note(event, "RG109", f"`&{clip(name)}` is anchored twice", "choose another name", (first,))
        self._anchors[name] = value, node

    def _tag(self, event: NodeEvent, tag: str) -> None:
        shown = clip(tag.replace("tag:yaml.org,2002:", "!!"))
        self._note(event, "RG109", f"a spec cannot have tags such as `{shown}`", "remove it")

    def _count(self, event: Event, nodes: int) -> None:
        self._size += nodes
        if self._size > MAX_NODES:
            self._stop(event, "RG107", f"more than {MAX_NODES:,} keys and values, aliases expanded")

    def _check_depth(self, event: Event, height: int) -> None:
        if len(self._open) - 1 + height > MAX_DEPTH:
            self._stop(event, "RG107", f"mappings and lists are nested more than {MAX_DEPTH} deep")

    def _stop(self, node: Any, code: str, message: str, help_: str = "") -> NoReturn:
        self._note(node, code, message, help_)
        self._raise()

    def _note(self, node: Any, code: str, message: str, help_: str, related: tuple[Label, ...] = ()) -> None:
        where = Label(span(self._text, node))
        self._faults.append(Diagnostic(code, Severity.ERROR, message, where, related, help_))
        if len(self._faults) == MAX_FAULTS:
            self._raise()


def _position(diagnostic: Diagnostic) -> tuple[int, int]:
    return diagnostic.primary.span.line, diagnostic.primary.span.column


def _spelling(key: Node) -> str:
    target = key.target if isinstance(key, Alias) else key
    return target.value if isinstance(target, ScalarEvent) else ""
