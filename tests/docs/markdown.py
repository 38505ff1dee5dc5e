"""Pages in Markdown as the tests read them: their fenced blocks, tables, links and anchors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
LANGUAGE = DOCS / "reference" / "language"

_FILE = re.compile(r"# (\S+\.(?:yaml|yml|py|toml))\n")


@dataclass(frozen=True)
class Fence:
    """A fenced block.

    Args:
        page: the page's path, from the root of the project.
        line: the line of the opening fence, from 1.
        info: what follows the opening fence: the language, and words for the tests.
        text: the lines inside.
    """

    page: str
    line: int
    info: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def kind(self) -> str:
        """The language: the first word after the opening fence."""
        return self.info.partition(" ")[0]

    @property
    def words(self) -> list[str]:
        """The words after the language, without a reason that follows a colon."""
        return self.info.partition(":")[0].split()[1:]

    @property
    def reason(self) -> str:
        """The text after the colon: why the block is slow, or not played."""
        return self.info.partition(":")[2].strip()

    @property
    def file(self) -> str:
        """The name in a comment that is the first line; empty without one."""
        found = _FILE.match(self.text)
        return found[1] if found else ""


def read(page: str | Path) -> str:
    """The text of a page, given its path from the root of the project."""
    return (ROOT / page).read_text(encoding="utf-8")


def all_pages() -> list[str]:
    """The README and every page below docs/, as paths from the root of the project."""
    found = [ROOT / "README.md", *DOCS.rglob("*.md")]
    return [path.relative_to(ROOT).as_posix() for path in sorted(found)]


def fences(page: str) -> list[Fence]:
    """The fenced blocks of a page, in order."""
    found: list[Fence] = []
    opened: tuple[int, str] | None = None
    inside: list[str] = []
    for number, line in enumerate(read(page).splitlines(), start=1):
        if line.startswith("```"):
            if opened is None:
                opened, inside = (number, line.removeprefix("```").strip()), []
            else:
                found.append(Fence(page, *opened, "".join(f"{each}\n" for each in inside)))
                opened = None
        elif opened is not None:
            inside.append(line)
    assert opened is None, f"{page} has a fence that is not closed"
    return found


def replaced(text: str, fresh: dict[int, str]) -> str:
    """A page's text with other lines inside the fences that open at the given lines."""
    lines = text.splitlines(keepends=True)
    for line, content in sorted(fresh.items(), reverse=True):
        end = next(index for index in range(line, len(lines)) if lines[index].startswith("```"))
        lines[line:end] = content.splitlines(keepends=True)
    return "".join(lines)


def marked_tables(pages: Iterator[str] | list[str], mark: str) -> list[tuple[str, list[list[str]]]]:
    """The pages that have a table below the comment `<!-- mark -->`, each with the cells of the table."""
    return [(page, table) for page in pages if (table := _table(read(page), mark)) is not None]


def rows(mark: str, pages: list[str] | None = None) -> list[list[str]]:
    """The cells of the one table below the comment `<!-- mark -->`, without its heading."""
    found = marked_tables(all_pages() if pages is None else pages, mark)
    assert len(found) == 1, f"{len(found)} tables are marked `{mark}`"
    return found[0][1]


def _table(text: str, mark: str) -> list[list[str]] | None:
    _, found, after = text.partition(f"<!-- {mark} -->\n")
    if not found:
        return None
    lines = after.lstrip("\n").splitlines()
    table = lines[: next((index for index, line in enumerate(lines) if not line.startswith("|")), len(lines))]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in table[2:]]


def code(cell: str) -> str:
    """The text between a cell's backticks."""
    match = re.fullmatch(r"`([^`]+)`", cell)
    assert match is not None, f"{cell!r} is not one piece of code"
    return match[1]


def prose(page: str | Path) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^```.*?^```", "", read(page), flags=re.MULTILINE | re.DOTALL)


def links(page: str | Path) -> list[str]:
    """The targets of a page's links, in order."""
    return re.findall(r"\]\(([^)\s]+)\)", prose(page))


def anchors(page: str | Path) -> set[str]:
    """The anchors of a page: its headings as GitHub makes them, and those that it sets itself."""
    headings = re.findall(r"^#+ (.+)$", prose(page), flags=re.MULTILINE)
    slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)">', prose(page)))


def with_generated(text: str, name: str, content: str) -> str:
    """A page's text with other content between the comments `<!-- begin NAME -->` and `<!-- end NAME -->`."""
    begin, end = f"<!-- begin {name} -->\n\n", f"\n\n<!-- end {name} -->"
    before, found, after = text.partition(begin)
    _, closed, rest = after.partition(end)
    assert found and closed, f"nothing is marked `{name}`"
    return f"{before}{begin}{content}{end}{rest}"
