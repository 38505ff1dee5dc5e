"""Pages as the site's Markdown wants them: plain languages of fences, and links that stay within the site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_FENCE = re.compile(r"\A(```\w+)[^\n]*$", re.MULTILINE)
_LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\])\(([^)\s]+)\)")


def convert(text: str, resolve: Callable[[str], str], below: Callable[[str], str] = lambda fence: "") -> str:
    """Return a page of docs/ as a page of the site.

    Args:
        text: the page. What follows the language of a fence is for our tests.
        resolve: gives the new target of a link. Links in fences stay.
        below: gives what the site has below a fence, from the fence as the page has it.
    """
    return "".join(
        _FENCE.sub(r"\1", part, count=1) + below(part)
        if fenced
        else _LINK.sub(lambda found: f"{found[1]}({resolve(found[2])})", part)
        for part, fenced in _parts(text)
    )


def title(text: str) -> str:
    """Return the heading of a page, without its marks for code.

    Raises:
        ValueError: the page does not begin with a heading.
    """
    found = re.match(r"# (.+)\n", text)
    if found is None:
        raise ValueError(f"the page begins with {text[:40]!r}, not with a heading")
    return found[1].replace("`", "")


def links(text: str) -> list[str]:
    """Return the targets of a page's links, in order; those in fences are none."""
    return [found[2] for part, fenced in _parts(text) if not fenced for found in _LINK.finditer(part)]


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the fences and the texts between them, and which of both each is."""
    part: list[str] = []
    fenced = False
    for line in text.splitlines(keepends=True):
        if not line.startswith("```"):
            part.append(line)
        elif fenced:
            yield "".join([*part, line]), True
            part, fenced = [], False
        else:
            yield "".join(part), False
            part, fenced = [line], True
    yield "".join(part), fenced
