"""Text from a spec as Markdown that shows it: nothing in it is a link, a picture or markup, and nothing is hidden."""

from __future__ import annotations

import re

from resnetgen.diagnostics.terminal import escape

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$-])")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>()#+!|~&$-])")


def literal(text: str) -> str:
    """A text on one line, every sign that Markdown could read escaped."""
    return _SPECIAL.sub(r"\\\1", escape(" ".join(text.split())))


def code(text: str) -> str:
    """A text in the type of code."""
    return f"`{escape(' '.join(text.split())).replace('`', chr(39))}`"


def strip_markup(markdown: str) -> str:
    """Markdown of our own for an editor that shows plain text: without escapes, backticks and the signs for bold."""
    return _ESCAPED.sub(r"\1", markdown.replace("**", "").replace("`", ""))
