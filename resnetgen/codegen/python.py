"""Python text in the layout that `ruff format` gives it at its default width, so that the emitted file is final."""

from __future__ import annotations

import re

from resnetgen.unicode import spelled

WIDTH = 88
"""Columns in a line: the default of ruff and black."""

_EXPONENT = re.compile(r"e(-?)0(?=\d)")
"""What `repr` writes as `e-05`, and people as `e-5`."""

_ENCODING = re.compile("coding([:=])")
"""What, in a comment on the first or second line, has Python read all that follows in the encoding named behind it."""

_ENDING_QUOTES = re.compile(r'"{3,}|\A"+|"+\Z')
"""The double quotes that would end a docstring, or run together with those around it."""


_COMMA = re.compile(r", (?![^()]*\))")
"""What divides arguments, none of which holds more than numbers in parentheses."""


def literal(value: object) -> str:
    """A number, truth value, string or tuple of numbers as Python writes it."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float):
        return _EXPONENT.sub(r"e\1", repr(value))
    if isinstance(value, tuple):
        inner = ", ".join(map(literal, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


def quoted(text: str) -> str:
    """A string literal in double quotes, whatever the text holds: every character that might hide is escaped."""
    return '"' + "".join(_escaped(character) for character in text).replace('"', '\\"') + '"'


def docstring(text: str, *, indent: int = 4) -> str:
    """A text that can stand between triple double quotes at an indent, and means itself there.

    It is laid out anew, paragraph by paragraph; where it needs several lines, the closing quotes have one of their own.
    """
    lines = paragraphs(text, indent=indent).splitlines()
    if len(lines) == 1:
        return lines[0]
    margin = " " * indent
    return "\n".join([lines[0], *(f"{margin}{line}".rstrip() for line in lines[1:]), margin])


def paragraphs(text: str, *, indent: int) -> str:
    """The paragraphs of a text, made safe for a docstring and broken into lines that fit at an indent."""
    from textwrap import fill

    safe = "\n".join(map(_escaped_line, text.strip().splitlines()))
    safe = _ENDING_QUOTES.sub(lambda match: match[0].replace('"', '\\"'), safe)
    width = WIDTH - indent - 6  # of a single line, which has quotes at both ends
    laid = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", safe))
    return "\n\n".join(fill(words, width, break_long_words=False, break_on_hyphens=False) for words in laid)


def comment(text: str) -> str:
    """A text that can stand after `#`: it stays on its line, and declares no encoding for the file (PEP 263)."""
    return _ENCODING.sub(lambda match: f"coding\\x{ord(match[1]):02x}", _escaped_line(text))


def _escaped_line(line: str) -> str:
    return "".join(_escaped(character) for character in line)


def _escaped(character: str) -> str:
    return "\\\\" if character == "\\" else spelled(character)


def call(function: str, arguments: list[str], *, indent: int, before: str = "", after: str = "") -> str:
    """A call as a statement or an element at an indent: on one line, or its arguments on the next, or one a line.

    `before` stands in front of it on its line (`self.conv1 = `), `after` behind it (a comma). The first line comes
    without its indent.
    """
    joined = ", ".join(arguments)
    if indent + len(before) + len(function) + len(joined) + 2 + len(after) <= WIDTH or not arguments:
        return f"{before}{function}({joined}){after}"
    if before and indent + len(before) + len(function) + 1 > WIDTH:
        inner = call(function, arguments, indent=indent + 4)
        return f"{before}(\n{' ' * (indent + 4)}{inner}\n{' ' * indent}){after}"
    inner, outer = " " * (indent + 4), " " * indent
    if len(inner) + len(joined) <= WIDTH and not after_exploded(arguments):
        return f"{before}{function}(\n{inner}{joined}\n{outer}){after}"
    return exploded(function, arguments, indent=indent, before=before, after=after)


def after_exploded(arguments: list[str]) -> bool:
    """Whether an argument is itself on several lines, so that each has to have its own."""
    return any("\n" in argument for argument in arguments)


def exploded(function: str, arguments: list[str], *, indent: int, before: str = "", after: str = "") -> str:
    """A call with one argument on each line and a comma after the last, which keeps it that way."""
    inner, outer = " " * (indent + 4), " " * indent
    lines = "".join(f"{inner}{_fitted(argument, indent + 4)},\n" for argument in arguments)
    return f"{before}{function}(\n{lines}{outer}){after}"


def _fitted(argument: str, indent: int) -> str:
    """An argument on a line of its own; a call that is too long for that is laid out as one."""
    if indent + len(argument) + 1 <= WIDTH or "\n" in argument or not argument.endswith(")"):
        return argument
    function, _, inside = argument.removesuffix(")").partition("(")
    arguments = _COMMA.split(inside)
    return call(function, arguments, indent=indent, after=",").removesuffix(",")


def mapping(pairs: list[str], *, indent: int, before: str) -> str:
    """A dictionary at the end of a statement: on one line, or each pair on its own."""
    line = f"{before}{{{', '.join(pairs)}}}"
    if indent + len(line) <= WIDTH:
        return line
    lines = "".join(f"{' ' * (indent + 4)}{pair},\n" for pair in pairs)
    return f"{before}{{\n{lines}{' ' * indent}}}"


def repeated(element: str, clause: str, *, indent: int) -> str:
    """An unpacked generator as an element: `*(Block(64) for _ in range(2))`, on one line or its two clauses on two."""
    line = f"*({element} {clause})"
    if indent + len(line) + 1 <= WIDTH:
        return line
    inner, outer = " " * (indent + 4), " " * indent
    return f"*(\n{inner}{element}\n{inner}{clause}\n{outer})"


def comprehension(function: str, element: str, count: int, *, indent: int, before: str, after: str) -> str:
    """A call with equal elements: `nn.ModuleList(nn.ReLU() for _ in range(3))`, on one line, or two, or four."""
    clause = f"for _ in range({count})"
    line = f"{before}{function}({element} {clause}){after}"
    if indent + len(line) <= WIDTH and "\n" not in element:
        return line
    inner, outer = " " * (indent + 4), " " * indent
    if len(inner) + len(element) + len(clause) + 1 <= WIDTH and "\n" not in element:
        return f"{before}{function}(\n{inner}{element} {clause}\n{outer}){after}"
    return f"{before}{function}(\n{inner}{element}\n{inner}{clause}\n{outer}){after}"


def listed(function: str, elements: list[str], *, indent: int, before: str, after: str) -> str:
    """A call with a list of elements: on one line, or each on its own."""
    line = f"{before}{function}([{', '.join(elements)}]){after}"
    if indent + len(line) <= WIDTH and not after_exploded(elements):
        return line
    inner, middle, outer = " " * (indent + 8), " " * (indent + 4), " " * indent
    lines = "".join(f"{inner}{element},\n" for element in elements)
    return f"{before}{function}(\n{middle}[\n{lines}{middle}]\n{outer}){after}"


def commented(statement: str, words: str, *, indent: int) -> str:
    """A statement with a comment behind it, or above it where the line has no room."""
    if indent + len(statement) + len(words) + 4 <= WIDTH:
        return f"{statement}  # {words}"
    return f"# {words}\n{' ' * indent}{statement}"
