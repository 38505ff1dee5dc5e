"""Text and elements of HTML: whatever is not `Markup` is escaped when it is put into a page."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from resnetgen.unicode import escape_invisible

__all__ = ["Markup", "fill", "joined", "shown", "slug", "with_code"]


def shown(text: str) -> Markup:
    """Return a text for a page: escaped, with the invisible spelled out; lines stay lines."""
    return escape("\n".join(map(escape_invisible, text.split("\n"))))


def fill(template: str, *values: object, **named: object) -> Markup:
    """Return a template of HTML with values in the places of `{}`: `Markup` as it is, anything else as escaped text."""
    return Markup(template).format(*map(_safe, values), **{key: _safe(value) for key, value in named.items()})


def _safe(value: object) -> Markup:
    return value if isinstance(value, Markup) else shown(str(value))


def joined(parts: Iterable[object], between: str = "") -> Markup:
    """Return parts in a row, text among them escaped; `between` is HTML."""
    return Markup(between).join(map(_safe, parts))


def slug(text: str) -> str:
    """Return a text as a part of an id: its letters and digits in small letters, and hyphens."""
    words = "".join(each if each.isascii() and each.isalnum() else " " for each in text.lower()).split()
    return "-".join(words) or "x"


def with_code(text: str) -> Markup:
    """Return a text whose parts between backticks are code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one of them has no partner
        return shown(text)
    return joined(fill("<code>{}</code>", part) if index % 2 else part for index, part in enumerate(parts))
