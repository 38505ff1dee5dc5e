"""Atomic writes: nobody ever sees half of a file."""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, Text

try:
    import fcntl
except ImportError:  # Windows
    _LOCKS = False
else:
    _LOCKS = True

_TEMPORARY = re.compile(r"\.resnetgen-[0-9a-f]{16}\.tmp")

_LONG = 3600.0
"""Seconds. Where files cannot be locked, one that was begun so long ago was left."""


def read(path: str) -> bytes | None:
    """Return a file's content; None if there is no file.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would wait for a writer
            raise OSError("this is a folder or a device, not a file")
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def link_fault(path: str, folder: str) -> str:
    """Return the reason not to write, or even read, a file of a folder at its path; empty if there is none.

    A link there, as a stranger may have put one, leads out of the folder or nowhere. The folder itself may be a link.
    """
    if _leads_nowhere(folder):
        return "the folder is a broken link"
    if not os.path.islink(path):
        return ""
    inside = os.path.join(os.path.realpath(folder), "")
    if not os.path.realpath(path).startswith(inside):
        return "this is a link that leads out of the folder"
    return "this is a broken link" if _leads_nowhere(path) else ""


def _leads_nowhere(path: str) -> bool:
    """Tell whether the path goes through a link to nothing."""
    while path and not os.path.exists(path):
        if os.path.islink(path):
            return True
        path, before = os.path.dirname(path), path
        if path == before:
            break
    return False


def replace(path: str, content: bytes) -> None:
    """Write a file atomically: every reader finds the old content or the new, whatever happens meanwhile.

    A link stays a link, and its target is written. A file keeps its permissions; a new one gets those that the
    umask leaves. Missing folders are made.

    Raises:
        OSError: it cannot be written; the old file is unchanged.
    """
    with _replacing(path) as (file, _):
        file.write(content)


@contextmanager
def replacing(path: str) -> Iterator[str]:
    """Yield a temporary path, and on success replace the file, as `replace` does, by the one written there.

    After an exception, the old file is unchanged.

    Raises:
        OSError: it cannot be written.
    """
    with _replacing(path) as (_, temporary):
        yield temporary


@contextmanager
def _replacing(path: str) -> Iterator[tuple[BinaryIO, str]]:
    real = os.path.realpath(path)
    if os.path.exists(real) and not os.access(real, os.W_OK):  # or another would stand in its place
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    folder = os.path.dirname(real)
    missing = _missing(folder)
    _make(folder)
    file, temporary = _reserved(folder)
    try:
        with file:
            yield file, temporary
            _settle(file)
            with suppress(FileNotFoundError):
                os.chmod(temporary, stat.S_IMODE(os.stat(real).st_mode))
            if _LOCKS:  # while it is locked, so that nobody takes it for a leftover
                os.replace(temporary, real)
        if not _LOCKS:  # where an open file cannot be renamed
            os.replace(temporary, real)
    except BaseException:  # Ctrl-C too
        with suppress(OSError):
            os.unlink(temporary)
            for each in missing:
                os.rmdir(each)  # it fails if something else uses it
        raise


def _missing(folder: str) -> list[str]:
    """Return the folders that have to be made for a file in a folder, the innermost first."""
    found = []
    while folder and not os.path.exists(folder):
        found.append(folder)
        folder = os.path.dirname(folder)
    return found


def _reserved(folder: str) -> tuple[BinaryIO, str]:
    """Open a new temporary file, locked for as long as it is open.

    It is in the same folder as the file to be, as only within one file system is a renaming atomic, and no name can
    be too long for it.
    """
    while True:
        path = os.path.join(folder, f".resnetgen-{os.urandom(8).hex()}.tmp")
        file = _new(path)
        if not _LOCKS:
            return file, path
        with suppress(OSError):  # a file system without locks, where `sweep` finds none either
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        if os.path.exists(path):  # else another build swept it away before it was locked
            return file, path
        file.close()


def sweep(folder: str) -> None:
    """Remove the temporary files that killed builds left in a folder: those that no living process has locked."""
    try:
        left = [entry.path for entry in os.scandir(folder) if _TEMPORARY.fullmatch(entry.name)]
    except OSError:  # the folder is missing or unreadable, so it has no file of ours
        return
    for path in left:
        with suppress(OSError):  # it is locked, removed meanwhile, or not ours
            _sweep(path)


def _sweep(path: str) -> None:
    found = os.lstat(path)
    if not stat.S_ISREG(found.st_mode):
        return
    if not _LOCKS:
        if time.time() - found.st_mtime > _LONG:
            os.unlink(path)
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        os.unlink(path)  # while locked: the name is still this file's, and a writer about to lock it finds it gone
    finally:
        os.close(descriptor)


def create(path: str, content: bytes) -> None:
    """Write a file that must not exist yet; after a failure, remove it again.

    Raises:
        OSError: it cannot be written; FileExistsError if it exists.
    """
    _make(os.path.dirname(os.path.abspath(path)))
    try:
        with _new(path) as file:
            _fill(file, content)
    except FileExistsError:
        raise
    except BaseException:
        with suppress(OSError):
            os.unlink(path)
        raise


def _make(folder: str) -> None:
    try:
        os.makedirs(folder, exist_ok=True)
    except FileExistsError:  # an existing file is not the fault of the file to write
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), folder) from None


def _new(path: str) -> BinaryIO:
    """Open a file for writing that must not exist yet."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    return os.fdopen(descriptor, "wb")


def _fill(file: BinaryIO, content: bytes) -> None:
    """Write a file, and flush it to the disk."""
    file.write(content)
    _settle(file)


def _settle(file: BinaryIO) -> None:
    """Flush a file to the disk: a renaming must not reach it before the content does."""
    file.flush()
    os.fsync(file.fileno())


def refused(path: str, why: OSError | str, help: str) -> Diagnostic:
    """Return the diagnostic for a file that is not written.

    Args:
        path: the file.
        why: the operating system's error, or a reason of ours.
        help: a way out.
    """
    words = why if isinstance(why, str) else f"this file cannot be written: {why.strerror or why}"
    return Diagnostic("RG601", Severity.ERROR, words, Label(Span(Text(path, ""), 1, 1, 1, 1)), (), help)
