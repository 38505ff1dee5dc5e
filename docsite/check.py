"""Check the site that was built: links and anchors lead somewhere, and no page loads anything from elsewhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from docsite.navigation import PLAYGROUND

_LOADING = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "form": ("action",),
}
"""The attributes by which an element makes a browser load or send something."""

_LINK_RELS = {"canonical", "alternate"}
"""The kinds of `link` that load nothing."""

_CSS_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


class Page(HTMLParser):
    """A page: its anchors, what it links to, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self._in_style = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what an element has."""
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag in ("a", "area") and "href" in found:
            self.links.append(found["href"])
        if tag == "link" and not set(found.get("rel", "").split()) <= _LINK_RELS:
            self.loads.append(found.get("href", ""))
        self.loads += [found[name] for name in _LOADING.get(tag, ()) if name in found]
        self.loads += _css_urls(found.get("style", ""))
        self._in_style = tag == "style"

    def handle_data(self, data: str) -> None:
        """Take what a style sheet in the page loads."""
        if self._in_style:
            self.loads += _css_urls(data)


def problems(site: Path, root: str = "/") -> list[str]:
    """Return what is wrong with a site, a line each, sorted; empty if all is well.

    Args:
        site: the folder with the built pages.
        root: the path of that folder on its server: the page for errors, which stands for any, has it in its links.
    """
    pages = {path.relative_to(site).as_posix(): Page(_read(path)) for path in sorted(site.rglob("*.html"))}
    found = [f"{name}: {fault}" for name, page in pages.items() for fault in _faults(name, page, pages, site, root)]
    sheets = {path.relative_to(site).as_posix(): _css_urls(_read(path)) for path in sorted(site.rglob("*.css"))}
    loaded = [f"{name}: loads {url}" for name, urls in sheets.items() for url in urls if is_elsewhere(url)]
    return sorted({*found, *loaded})


def is_elsewhere(url: str) -> bool:
    """Return whether an address has a host."""
    return bool(urlsplit(url).netloc)


def _faults(name: str, page: Page, pages: dict[str, Page], site: Path, root: str) -> Iterator[str]:
    for url in page.loads:
        if is_elsewhere(url):
            yield f"loads {url}"
        elif url and not _is_there(name, url, site, root):
            yield f"{url} is missing"
    for url in page.links:
        parts = urlsplit(url)
        if parts.scheme or parts.netloc:
            continue
        target = _target(name, parts.path, root) if parts.path else name
        anchor = unquote(parts.fragment)
        if not (site / target).is_file():
            yield f"the link {url} leads to nothing"
        elif anchor and target in pages and anchor not in pages[target].anchors and not _is_for_script(target, anchor):
            yield f"the link {url} leads to no anchor"


def _is_for_script(target: str, anchor: str) -> bool:
    """Return whether a script of the page reads what stands behind its `#`."""
    return anchor == "__search" or (target == PLAYGROUND and anchor.startswith(("open=", "tabs=")))


def _is_there(name: str, url: str, site: Path, root: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "data" or not parts.path or (site / _target(name, parts.path, root)).is_file()


def _target(name: str, path: str, root: str) -> str:
    """Return the file that a path in a page leads to, from the folder of the site."""
    path = unquote(path)
    joined = path.removeprefix(root) if path.startswith(root) else posixpath.join(posixpath.dirname(name), path)
    target = posixpath.normpath(joined)
    return posixpath.join(target, "index.html") if path.endswith("/") or target == "." else target


def _css_urls(text: str) -> list[str]:
    return [first or second for first, second in _CSS_URL.findall(text)]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
