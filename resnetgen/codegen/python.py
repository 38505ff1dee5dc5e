"""Python literals, docstrings and comments for any value or text."""

from __future__ import annotations

import re

from resnetgen.unicode import escape_invisible

WIDTH = 88
"""Columns in a line: the default of ruff and black."""

_EXPONENT = re.compile(r"e(-?)0(?=\d)")
"""The exponent that `repr` writes as `e-05`, and people as `e-5`."""

_ENCODING = re.compile("coding([:=])")
"""A declaration of an encoding: Python obeys it in a comment on the first or second line."""

_ENDING_QUOTES = re.compile(r'"{3,}|\A"+|"+\Z')
"""The double quotes that would end a docstring, or run together with those around it."""


def literal(value: object) -> str:
    """Return a number, truth value, string or tuple of numbers as Python source."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float):
        return _EXPONENT.sub(r"e\1", repr(value))
    if isinstance(value, tuple):
        inner = ", ".join(map(literal, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


def quoted(text: str) -> str:
    """Return a string literal in double quotes, with every invisible character escaped."""
    return '"' + "".join(_escaped(character) for character in text).replace('"', '\\"') + '"'


def docstring(text: str, *, indent: int = 4) -> str:
    """Return a text as the content of a docstring at an indent, with nothing in it that could end or change it.

    Paragraphs are filled anew; if the text needs several lines, the closing quotes have one of their own.
    """
    lines = paragraphs(text, indent=indent).splitlines()
    if len(lines) == 1:
        return lines[0]
    margin = " " * indent
    return "\n".join([lines[0], *(f"{margin}{line}".rstrip() for line in lines[1:]), margin])


def paragraphs(text: str, *, indent: int) -> str:
    """Return the paragraphs of a text, escaped for a docstring and filled to the width at an indent."""
    from textwrap import fill

    safe = "\n".join(map(_escaped_line, text.strip().splitlines()))
    safe = _ENDING_QUOTES.sub(lambda match: match[0].replace('"', '\\"'), safe)
    width = WIDTH - indent - 6  # of a single line, which has quotes at both ends
    laid = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", safe))
    return "\n\n".join(fill(words, width, break_long_words=False, break_on_hyphens=False) for words in laid)


def comment(text: str) -> str:
    """Return a text that is safe after `#`: on one line, and without a declaration of the file's encoding (PEP 263)."""
    return _ENCODING.sub(lambda match: f"coding\\x{ord(match[1]):02x}", _escaped_line(text))


def _escaped_line(line: str) -> str:
    return "".join(_escaped(character) for character in line)


def _escaped(character: str) -> str:
    return "\\\\" if character == "\\" else escape_invisible(character)
