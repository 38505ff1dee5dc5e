"""A strict reader of pages: every element is closed where it should be, and no attribute or id is there twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "input", "hr"}

INSIDE_LINES = {"a", "b", "code", "span", "i", "em"}
"""Elements of a line of text, in which no block may stand."""

BLOCKS = {"div", "p", "section", "table", "pre", "ul", "dl", "h1", "h2", "h3", "h4", "figure", "details"}


@dataclass
class Element:
    """An element with its attributes; its content is text and elements."""

    tag: str
    attributes: dict[str, str]
    content: list[Element | str] = field(default_factory=list)

    def all(self, tag: str = "", **wanted: str) -> Iterator[Element]:
        """The elements inside, and itself, with a tag and attributes; `class_` means one of its classes."""
        same = not tag or tag == self.tag
        for name, value in wanted.items():
            own = self.attributes.get(name.rstrip("_"), "")
            same = same and (value in own.split() if name == "class_" else value == own)
        if same:
            yield self
        for each in self.content:
            if isinstance(each, Element):
                yield from each.all(tag, **wanted)

    def one(self, tag: str = "", **wanted: str) -> Element:
        (found,) = self.all(tag, **wanted)
        return found

    @property
    def text(self) -> str:
        return "".join(each if isinstance(each, str) else each.text for each in self.content)

    def rows(self) -> list[list[str]]:
        """The cells of a table as text."""
        return [[cell.text for cell in row.content if isinstance(cell, Element)] for row in self.all("tr")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack = [Element("", {})]
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        element = Element(tag, {name: value or "" for name, value in attrs})
        if "id" in element.attributes:
            assert element.attributes["id"] not in self.ids, element.attributes["id"]
            assert not set(element.attributes["id"]) & set(" \t\n")
            self.ids.add(element.attributes["id"])
        parent = self.stack[-1]
        assert tag not in BLOCKS or parent.tag not in {*INSIDE_LINES, "p"}, (parent.tag, tag)
        parent.content.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert any(each.tag == "svg" for each in self.stack), f"<{tag}/> outside of SVG"
        self.handle_starttag(tag, attrs)
        self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.stack[-1].tag, (tag, self.stack[-1].tag, self.getpos())
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        self.stack[-1].content.append(data)


def read(page: str) -> Element:
    """Return the root of a page.

    Raises:
        AssertionError: it is not well formed, or an id is there twice.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert 1 == len(reader.stack), [each.tag for each in reader.stack]
    return reader.stack[0]
