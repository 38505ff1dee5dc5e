"""Where a command's words go: results to standard output, what is wrong to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from resnetgen.errors import OutputError

if TYPE_CHECKING:
    from resnetgen.errors import OutputError
from resnetgen.diagnostics.model import Diagnostic


def print_result(text: str) -> None:
    """Write a result. Characters that the terminal's encoding lacks are spelled out."""
    encoding = sys.stdout.encoding or "utf-8"
    shown = text if text.isascii() else text.encode(encoding, "backslashreplace").decode(encoding)
    with _standing():
        sys.stdout.write(shown)
        sys.stdout.flush()


def print_file(content: str) -> None:
    """Write a file's content: UTF-8 with its own line ends, wherever it is sent."""
    with _standing():
        sys.stdout.flush()
        sys.stdout.buffer.write(content.encode())
        sys.stdout.buffer.flush()


@contextmanager
def _standing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # its reader left, and knows
        raise
    except (OSError, ValueError) as error:  # ValueError: it was closed
        raise OutputError(getattr(error, "strerror", None) or str(error)) from error


def print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Show diagnostics, for people."""
    from resnetgen.diagnostics.text import render

    _write_error(render(diagnostics, color=colored(sys.stderr), columns=columns(sys.stderr)))


def print_note(text: str) -> None:
    """Write what is no result to standard error, in lines that fit the terminal."""
    _write_error(fit(text, sys.stderr))


def fit(text: str, stream: TextIO | None = None) -> str:
    """Break the lines of prose that are longer than the terminal, by default that of standard output, is wide."""
    room = columns(stream or sys.stdout)
    if not room:
        return text
    from resnetgen.diagnostics.terminal import wrapped

    return wrapped(text, room)


def _write_error(text: str) -> None:
    try:  # standard error may be gone
        sys.stderr.write(text)
        sys.stderr.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError):  # there is nobody left to tell
        pass


def colored(stream: TextIO) -> bool:
    """Whether colours make sense: on a terminal, unless it is a dumb one.

    NO_COLOR (https://no-color.org) forbids them, whatever else is set; FORCE_COLOR (https://force-color.org), and
    CLICOLOR_FORCE (https://bixense.com/clicolors) unless it is 0, ask for them anywhere, as in a log that shows them.
    """
    wants = os.environ.get
    if wants("NO_COLOR"):
        return False
    if wants("FORCE_COLOR") or wants("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return stream.isatty() and wants("TERM") != "dumb"


def columns(stream: TextIO) -> int:
    """How wide the terminal is that a stream goes to; 0 where it goes elsewhere, so that logs are alike everywhere.

    COLUMNS comes before what the terminal says of itself.
    """
    if not stream.isatty():
        return 0
    stated = os.environ.get("COLUMNS", "")
    if len(stated) < 6 and stated.isascii() and stated.isdigit() and int(stated):
        return int(stated)
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except OSError:  # it has no descriptor, or one that is no terminal after all
        return 0
