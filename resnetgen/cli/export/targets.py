"""The files of `resnetgen export`, and the reasons not to write one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress

from resnetgen.cli import atomic_write
from resnetgen.diagnostics.model import Diagnostic

_ELSEWHERE = "write to another file with -o FILE"


def named(network: str, suffix: str, output: str | None, deploy: bool) -> str:
    """Return the file of `--output`; by default one with the network's name in the current folder."""
    return output or f"{network}{'_deploy' if deploy else ''}{suffix}"


def unfit(path: str, suffix: str, sources: Mapping[str, str], force: bool) -> Iterator[Diagnostic]:
    """Yield the reason not to write a file, if there is one.

    Args:
        path: the file.
        suffix: the ending of the format's files.
        sources: the files that are read, by their role.
        force: replace a file with another ending too.

    Without `force`, only an empty file or one with the format's ending is replaced; a folder, device or source never
    is.
    """
    why, help = _why(path, suffix, sources, force)
    if why:
        yield atomic_write.refused(path, why, help)


def _why(path: str, suffix: str, sources: Mapping[str, str], force: bool) -> tuple[str, str]:
    if path.endswith((os.sep, "/")) or os.path.isdir(path):
        return "this is a folder, not a file", f"name the file in it: -o {os.path.join(path, f'NAME{suffix}')}"
    for what, source in sources.items():
        if _same(path, source):
            return f"this would overwrite {what}", _ELSEWHERE
    link_fault = atomic_write.link_fault(path, os.path.dirname(path) or os.curdir)
    if link_fault:
        return link_fault, f"{_ELSEWHERE}, or remove the link"
    found = _found(path)
    if found is not None and not stat.S_ISREG(found.st_mode):
        return "this is a device or a pipe, not a file", _ELSEWHERE
    if found is not None and found.st_size and not force and not path.endswith(suffix):
        return (
            f"a file exists here, and its name does not end in {suffix}",
            f"{_ELSEWHERE}, or overwrite this file with --force",
        )
    return "", ""


def _same(path: str, other: str) -> bool:
    with suppress(OSError):  # one of them is not there
        return os.path.samefile(path, other)
    return False


def _found(path: str) -> os.stat_result | None:
    with suppress(OSError):  # it is missing or unreadable: writing reports that
        return os.stat(path)
    return None
