"""Escaping of text from a spec, so that Markdown shows it literally: no links, pictures, markup or hidden text."""

from __future__ import annotations

import re

from resnetgen.diagnostics.terminal import escape

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$-])")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>()#+!|~&$-])")


def literal(text: str) -> str:
    """Return a text on one line with every character escaped that Markdown could interpret."""
    return _SPECIAL.sub(r"\\\1", escape(" ".join(text.split())))


def code(text: str) -> str:
    """Return a text as inline code."""
    return f"`{escape(' '.join(text.split())).replace('`', chr(39))}`"


def strip_markup(markdown: str) -> str:
    """Return our own Markdown as plain text: without escapes, backticks and signs for bold."""
    return _ESCAPED.sub(r"\1", markdown.replace("**", "").replace("`", ""))
