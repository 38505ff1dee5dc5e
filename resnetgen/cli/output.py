"""Output of the commands: results to standard output, everything else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import OutputError, RunError


def print_result(text: str) -> None:
    """Print a result. Characters that the terminal's encoding lacks are escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    shown = text if text.isascii() else text.encode(encoding, "backslashreplace").decode(encoding)
    with _standing():
        sys.stdout.write(shown)
        sys.stdout.flush()


def print_file(content: str) -> None:
    """Print a file's content: UTF-8 with its own line ends, on any stream."""
    with _standing():
        sys.stdout.flush()
        sys.stdout.buffer.write(content.encode())
        sys.stdout.buffer.flush()


@contextmanager
def _standing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # its reader closed it, and knows
        raise
    except (OSError, ValueError) as error:  # ValueError: it was closed
        raise OutputError(getattr(error, "strerror", None) or str(error)) from error


def print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics, for people."""
    from resnetgen.diagnostics.text import render
    from resnetgen.documentation import page_url

    link = page_url if shows_links(sys.stderr) else None
    _write_error(render(diagnostics, color=colored(sys.stderr), columns=columns(sys.stderr), link=link))


def print_note(text: str) -> None:
    """Print a note to standard error, in lines that fit the terminal."""
    _write_error(fit(text, sys.stderr))


def print_run_error(error: RunError) -> None:
    """Print why a network cannot run here: the fault is not in a file, so the error has no place."""
    from resnetgen.diagnostics.terminal import escape

    print_note(f"error[{error.code}]: {escape(error.message)}\n   help: {escape(error.help)}\n")


MAX_CODES = 5
"""The most codes that the line about `resnetgen explain` names."""


def print_more(diagnostics: Iterable[Diagnostic]) -> None:
    """Print, below a summary and on a terminal only, the command that explains the codes shown."""
    if not sys.stderr.isatty():
        return
    codes = list(dict.fromkeys(each.code for each in diagnostics))
    if codes:
        print_note(f"for more: resnetgen explain {' '.join(codes[:MAX_CODES])}\n")


def fit(text: str, stream: TextIO | None = None) -> str:
    """Wrap the lines of prose that are longer than the terminal's width; by default that of standard output."""
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
    except (OSError, ValueError):  # nobody reads it any more
        discard(sys.stderr)


def discard(*streams: TextIO) -> None:
    """Discard the rest of the buffers: the interpreter flushes them at its end, and would fail once more."""
    for stream in streams:
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
        except (OSError, ValueError):  # a stream without a descriptor has no reader that could leave
            pass


def colored(stream: TextIO) -> bool:
    """Tell whether a stream gets colours: a terminal does, unless it is a dumb one.

    NO_COLOR (https://no-color.org) turns them off before anything else; FORCE_COLOR (https://force-color.org), and
    CLICOLOR_FORCE (https://bixense.com/clicolors) unless it is 0, turn them on anywhere, as in a log that shows them.
    """
    wants = os.environ.get
    if wants("NO_COLOR"):
        return False
    if wants("FORCE_COLOR") or wants("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return stream.isatty() and wants("TERM") != "dumb"


def shows_links(stream: TextIO) -> bool:
    """Tell whether a stream shows links: a terminal with colours, but not the console of an old Windows."""
    if not (stream.isatty() and colored(stream)):
        return False
    if os.name != "nt":
        return True
    from rich.console import detect_legacy_windows

    return not detect_legacy_windows()


def columns(stream: TextIO) -> int:
    """Return the width of a stream's terminal; 0 if it is none, so that logs are the same everywhere.

    COLUMNS comes before the terminal's own answer.
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
