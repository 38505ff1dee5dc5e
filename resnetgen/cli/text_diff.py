"""Unified diffs of files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from difflib import unified_diff

from resnetgen.cli.output import colored
from resnetgen.diagnostics.terminal import escape

_COLORS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}


def diff(path: str, old: bytes | None, new: bytes) -> str:
    """Return the unified diff from a file's old content to the new; None means no file."""
    lines = list(unified_diff(_lines(old or b""), _lines(new), path if old is not None else "/dev/null", path))
    return "".join(_painted(lines) if colored(sys.stdout) else lines)


def _lines(content: bytes) -> list[str]:
    """Split into lines with their ends. Only a line feed ends one: `splitlines` would also split at a form feed."""
    text = content.decode("utf-8", "backslashreplace")
    lines = [f"{escape(line)}\n" for line in text.split("\n")]  # anyone may have written the old file
    last = lines.pop().removesuffix("\n")
    return [*lines, f"{last}\n\\ No newline at end of file\n"] if last else lines


def _painted(lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        style = "\x1b[1m" if number < 2 else _COLORS.get(line[0], "")
        yield style + line.removesuffix("\n") + "\x1b[0m\n" if style else line
