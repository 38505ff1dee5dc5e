"""The site's navigation, from the indexes that the pages of docs/ have: one list, in one order."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence

from docsite.markdown import links, title
from docsite.notebook_page import SUFFIX, heading, is_notebook, place_of
from docsite.paths import DOCS, PROJECT_PAGES, project_page

Navigation = Sequence["str | Mapping[str, str | Navigation]"]
"""Entries as mkdocs.yml has them: a page, or a title with a page or with entries."""

API = "reference/api.md"
PLAYGROUND = "playground/index.html"

SECTIONS = ("Tutorial", "How to", "Reference", "Explanation")
"""The headings of docs/index.md below which its pages are listed."""

_PAGES = (".md", SUFFIX)
_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)
_SUBSECTION = re.compile(r"^### (.+)\n", re.MULTILINE)


def navigation() -> Navigation:
    """Return the navigation: the sections of docs/index.md, then what is outside of docs/.

    Raises:
        KeyError: docs/index.md lacks one of the sections.
    """
    index = _read("index.md")
    parts = dict(_split(_SECTION, index))
    sections = {name: _pages(parts[name], "index.md") for name in SECTIONS}
    return [
        {"Home": "index.md"},
        *({name: [_entry(page) for page in pages]} for name, pages in sections.items()),
        {"Playground": PLAYGROUND},
        {"Project": [{name: project_page(path)} for path, name in PROJECT_PAGES.items()]},
    ]


def _entry(page: str) -> str | Mapping[str, str | Navigation]:
    """Return the entry of a page, and below that of an index those of its pages."""
    if posixpath.basename(page) != "index.md":
        return _python(page) if page == "reference/python-api.md" else {title(_read(page)): place_of(page)}
    text = _read(page)
    groups = [(name, _pages(part, page)) for name, part in _split(_SUBSECTION, text)]
    grouped = [{name: [*_titled(pages)]} for name, pages in groups if pages]
    rest = [each for each in _pages(text, page) if not any(each in pages for _, pages in groups)]
    return {title(text): [page, *_titled(rest), *grouped]}


def _python(page: str) -> Mapping[str, str | Navigation]:
    return {title(_read(page)): [page, {"All names": API}]}


def _titled(pages: list[str]) -> Navigation:
    return [{title(_read(page)): place_of(page)} for page in pages]


def _pages(text: str, page: str) -> list[str]:
    """Return the pages of an index's own folder, and below it, that a part of it links to, each once."""
    folder = posixpath.dirname(page)
    found = (posixpath.normpath(posixpath.join(folder, link.partition("#")[0])) for link in links(text))
    return [each for each in dict.fromkeys(found) if each.endswith(_PAGES) and each != page and _is_below(each, folder)]


def _is_below(page: str, folder: str) -> bool:
    return not page.startswith("../") and (not folder or page.startswith(f"{folder}/"))


def _split(heading: re.Pattern[str], text: str) -> list[tuple[str, str]]:
    """Return the parts of a page below headings of a rank."""
    _, *found = heading.split(text)
    return list(zip(found[::2], found[1::2], strict=True))


def _read(page: str) -> str:
    if is_notebook(page):
        return f"{heading(DOCS / page)}\n"
    return (DOCS / page).read_text(encoding="utf-8")
