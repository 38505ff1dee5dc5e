"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress

from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, Text


def read(path: str) -> bytes | None:
    """A file's content; None where there is no such file.

    Raises:
        OSError: it cannot be read, or is no file.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # to open a pipe would wait for a writer
            raise OSError("this is no file, but a folder or a device")
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def replace(path: str, content: bytes) -> None:
    """Write a file in one step: whoever reads it finds the old content or the new, whatever happens meanwhile.

    A link stays a link, and what it leads to is written. A file keeps its permissions; a new one gets those that the
    umask leaves. Missing folders are made.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    real = os.path.realpath(path)
    folder = os.path.dirname(real)
    _make(folder)
    # In the same folder, as only within one file system is a renaming one step. No name can be too long for this.
    temporary = os.path.join(folder, f".resnetgen-{os.urandom(8).hex()}.tmp")
    try:
        _write(temporary, content)
        with suppress(FileNotFoundError):
            os.chmod(temporary, stat.S_IMODE(os.stat(real).st_mode))
        os.replace(temporary, real)
    except BaseException:  # Ctrl-C too
        with suppress(OSError):
            os.unlink(temporary)
        raise


def create(path: str, content: bytes) -> None:
    """Write a file that must not be there yet.

    Raises:
        OSError: it cannot be written; FileExistsError where there is one.
    """
    _make(os.path.dirname(os.path.abspath(path)))
    try:
        _write(path, content)
    except FileExistsError:
        raise
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise


def _make(folder: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except FileExistsError:  # what exists is a file, and no fault of the one that is to be written
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), folder) from None


def _write(path: str, content: bytes) -> None:
    """Write a new file, on to the disk: a renaming must not reach it before the content does."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def refused(path: str, why: OSError | str, help: str) -> Diagnostic:
    """The message that a file is not written: why, in the words of the operating system or in ours, and a way out."""
    words = why if isinstance(why, str) else f"this file cannot be written: {why.strerror or why}"
    return Diagnostic("RG601", Severity.ERROR, words, Label(Span(Text(path, ""), 1, 1, 1, 1)), (), help)
