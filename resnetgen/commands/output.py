"""Where a command's words go: results to standard output, what is wrong to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from resnetgen.diagnostics.model import Diagnostic


class OutputLost(Exception):  # what became of the output, not what went wrong in here
    """Standard output took no more: its disk is full, or it is closed."""


def say(text: str) -> None:
    """Write a result. Characters that the terminal's encoding lacks are spelled out."""
    encoding = sys.stdout.encoding or "utf-8"
    shown = text if text.isascii() else text.encode(encoding, "backslashreplace").decode(encoding)
    with _standing():
        sys.stdout.write(shown)
        sys.stdout.flush()


def say_file(content: str) -> None:
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
        raise OutputLost(getattr(error, "strerror", None) or str(error)) from error


def tell(diagnostics: Iterable[Diagnostic]) -> None:
    """Show diagnostics, for people."""
    from resnetgen.diagnostics.text import render

    remark(render(diagnostics, color=colored(sys.stderr)))


def remark(text: str) -> None:
    """Write what is no result: to standard error, which may be gone."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError):  # there is nobody left to tell
        pass


def colored(stream: TextIO) -> bool:
    """Whether colours make sense: on a terminal, unless NO_COLOR (https://no-color.org) forbids them."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
