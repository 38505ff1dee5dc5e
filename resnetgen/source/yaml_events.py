"""Build plain data and the tree of a text from YAML events.

The parser delivers one event after another and keeps its own nesting on the heap. A text of a million opening brackets
thus meets the limit on depth here, where `yaml.compose` would recurse until the process dies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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

from resnetgen.diagnostics.model import Fix, Label, Text
from resnetgen.errors import SpecError, WorkLimitError
from resnetgen.source.yaml_faults import FaultLog
from resnetgen.source.yaml_scalars import AmbiguousScalar, clip, resolve_plain
from resnetgen.source.yaml_tree import Alias, Container, Node, span, spelling
from resnetgen.work_budget import WorkBudget

MAX_DEPTH = 64
"""The most mappings and lists inside one another, with aliases expanded."""

MAX_NODES = 100_000
"""The most keys and values in one text, with aliases expanded."""

_Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def compose(text: Text, content: str | None = None) -> Node | None:
    """Read the document of a text.

    Args:
        text: the text, for messages.
        content: what is read; by default the content of the text. Everything in it has the same line and column there.

    Returns:
        The root of the tree, or None if the text has no document.

    Raises:
        SpecError: the text uses YAML that specs do not have.
        yaml.YAMLError: the parser cannot read it.
    """
    return _Composer(text, text.content if content is None else content).compose()


def compose_partially(text: Text) -> Node | None:
    """Read what can be read of a text despite its faults; return None if a fault ends the reading."""
    try:
        return _Composer(text, text.content).read()
    except (SpecError, yaml.YAMLError):
        return None


class _Composer:
    """One pass over the events. It notes faults that leave the rest readable; any other ends the pass."""

    def __init__(self, text: Text, content: str) -> None:
        self._text = text
        self._faults = FaultLog(text)
        self._next: Callable[[], Event | None] = _Loader(content).get_event
        self._anchors: dict[str, tuple[object, ScalarEvent | Container]] = {}
        self._stream = Container([], None)  # a list of the documents, of which there may be one
        self._open = [self._stream]
        self._nodes = WorkBudget(MAX_NODES)

    def compose(self) -> Node | None:
        root = self.read()
        if self._faults:
            self._faults.raise_all()
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

    def _document(self, event: DocumentStartEvent) -> None:
        if self._stream.items:
            help_ = "a spec is one document: remove the `---`"
            self._faults.add(event, "RG109", "a second document in one file", help_)
            self._faults.fix_last_later(lambda: self._remove_marker(event))
            self._faults.raise_all()

    def _remove_marker(self, event: DocumentStartEvent) -> Fix | None:
        from resnetgen.source.fix_edits import remove_marker

        return remove_marker(self._text, event)

    def _scalar(self, event: ScalarEvent) -> None:
        value = event.value if event.style else resolve_plain(event.value)
        if isinstance(value, AmbiguousScalar):
            self._faults.add(event, value.code, value.message, self._help(value))
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
        branch.size = self._nodes.spent  # until it ends: what was read before it
        self._count(event, 1)
        self._add(branch.data, branch)
        self._open.append(branch)
        self._check_depth(event, 0)

    def _end(self, event: Event) -> None:
        branch = self._open.pop()
        branch.end = event
        branch.size = self._nodes.spent - branch.size
        outer = self._open[-1]
        outer.height = max(outer.height, branch.height + 1)

    def _alias(self, event: AliasEvent) -> None:
        if event.anchor not in self._anchors:
            self._faults.fail(
                event,
                "RG103",
                f"unknown alias `*{clip(str(event.anchor))}`: there is no anchor `&{clip(str(event.anchor))}`",
            )
        value, target = self._anchors[str(event.anchor)]
        if isinstance(target, Container):
            self._check_key(event)
            if target.end is None:
                self._faults.fail(event, "RG109", f"`*{clip(str(event.anchor))}` is inside the value that it repeats")
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
                self._report_joined(branch)

    def _report_joined(self, branch: Container) -> None:
        """Report `{blocks:3}` or `{blocks=3}`, which in braces is a key without a value."""
        key = branch.items[-2]
        if isinstance(key, ScalarEvent) and not key.style:
            joint = ":" if ":" in branch.key else "="
            spaced = clip(": ".join(part.strip() for part in branch.key.split(joint, 1)))
            message = f"`{clip(branch.key)}` is one word in YAML, so it is a key without a value"
            self._faults.add(key, "RG105", message, f"write `{spaced}`, with a space after the `:`")
            self._faults.fix_last_later(lambda: self._insert_space(branch, key))

    def _insert_space(self, branch: Container, key: ScalarEvent) -> Fix | None:
        from resnetgen.source.fix_edits import insert_space

        return insert_space(self._text, branch, key)

    def _remove_duplicate(self, branch: Container, first: int, second: int) -> Fix | None:
        from resnetgen.source.fix_edits import remove_duplicate_key

        return remove_duplicate_key(self._text, branch, first, second) if branch.end is not None else None

    def _key(self, value: object, node: Node, branch: Container) -> str:
        if not isinstance(value, str):
            return self._other_key(value, node)
        if value in branch.data:
            self._report_duplicate(value, node, branch)
        elif value == "<<" and isinstance(node, ScalarEvent) and not node.style:
            help_ = "use `extends`, or write the keys out"
            self._faults.add(node, "RG109", "a spec cannot have the merge key `<<`", help_)
        return value

    def _report_duplicate(self, key: str, node: Node, branch: Container) -> None:
        if self._faults.full:
            return
        first = branch.first_keys()[key]
        label = Label(span(self._text, branch.items[first]), "first written here")
        self._faults.add(node, "RG104", f"duplicate key `{clip(key)}`", "remove or rename one of the two", (label,))
        second = len(branch.items) - 1
        self._faults.fix_last_later(lambda: self._remove_duplicate(branch, first, second))

    def _other_key(self, value: object, node: Node) -> str:
        written = spelling(node)
        kind = "nothing" if value is None else {bool: "a boolean", int: "a number", float: "a number"}[type(value)]
        help_ = f'put it in quotes: "{clip(written)}"' if written else "write a name before the `:`"
        self._faults.add(node, "RG109", f"a key must be text, not {kind}", help_)
        return written

    def _check_key(self, event: Event) -> None:
        if self._expects_key():
            self._faults.fail(event, "RG109", "a key must be text, not a mapping or a list")

    def _expects_key(self) -> bool:
        branch = self._open[-1]
        return isinstance(branch.data, dict) and not len(branch.items) & 1

    def _help(self, scalar: AmbiguousScalar) -> str:
        return "put it in quotes" if self._expects_key() else scalar.help

    def _anchor(self, event: NodeEvent, value: object, node: ScalarEvent | Container) -> None:
        name = str(event.anchor)
        if name in self._anchors:
            first = Label(span(self._text, self._anchors[name][1]), "first anchored here")
            self._faults.add(event, "RG109", f"`&{clip(name)}` is an anchor twice", "choose another name", (first,))
        self._anchors[name] = value, node

    def _tag(self, event: NodeEvent, tag: str) -> None:
        shown = clip(tag.replace("tag:yaml.org,2002:", "!!"))
        self._faults.add(event, "RG109", f"a spec cannot have tags such as `{shown}`", "remove it")

    def _count(self, event: Event, nodes: int) -> None:
        try:
            self._nodes.spend(nodes)
        except WorkLimitError:
            help = "write equal blocks as one entry with `repeat`, and what holds for all blocks once, under `block`"
            self._faults.fail(event, "RG107", f"more than {MAX_NODES:,} keys and values, aliases expanded", help)

    def _check_depth(self, event: Event, height: int) -> None:
        if len(self._open) - 1 + height > MAX_DEPTH:
            self._faults.fail(event, "RG107", f"mappings and lists are nested more than {MAX_DEPTH} deep")
