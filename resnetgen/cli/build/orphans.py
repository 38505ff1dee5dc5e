"""Orphans: generated files whose spec is gone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from resnetgen.cli.build.outputs import Form, Header, header, settings_of
from resnetgen.cli.spec_args import Outcome
from resnetgen.codegen.source_path import SHIPPED, origin
from resnetgen.resources import specs_folder

_ENOUGH = 4096
"""Bytes of a file that are read. A header with a longer path is not recognized."""


class Orphan(NamedTuple):
    """A generated file whose spec is gone, and the reason to think so."""

    path: str
    why: str


def orphans(folder: str, found: Sequence[Outcome], form: Form) -> list[Orphan]:
    """Return the orphans of a folder: its own files, not those of folders within it.

    A file is one if the spec that its header names does not exist, or if this spec is one of those just compiled, with
    the same values of `--set`, and now has another `name`. A link is not followed.

    Args:
        folder: the folder with the generated files.
        found: the specs just compiled.
        form: the form in which they are built.

    Returns:
        The orphans, sorted by path.
    """
    names = {
        (origin(outcome.path, folder), settings_of(outcome.compiled)): form.of(outcome.compiled).network.name
        for outcome in found
        if outcome.compiled is not None
    }
    return [
        Orphan(path, why)
        for path, head in _generated(folder)
        if (why := _why(Path(path).stem, head, folder, names if head.form is form else {}))
    ]


def _why(stem: str, head: Header, folder: str, names: dict[tuple[str, tuple[str, ...]], str]) -> str:
    name = names.get((head.origin, head.settings))
    if name is not None:
        return "" if name == stem else f"its spec {head.origin} now builds {name}.py"
    return "" if _exists(head.origin, folder) else f"its spec {head.origin} is gone"


def _exists(origin: str, folder: str) -> bool:
    """Tell whether the spec that a header names exists; True too if the header names no file."""
    if not origin.endswith((".yaml", ".yml")) or "\0" in origin:
        return True
    inside = origin.removeprefix(SHIPPED)
    return os.path.lexists(os.path.join(specs_folder() if inside != origin else os.path.realpath(folder), inside))


def _generated(folder: str) -> Iterator[tuple[str, Header]]:
    """Yield the path and the header of each generated file in a folder."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:  # the folder is missing or unreadable: writing its files reports that
        return
    for entry in entries:
        if not entry.name.endswith(".py") or not entry.is_file(follow_symlinks=False):
            continue
        if (head := _header(entry.path)) is not None:
            yield entry.path, head


def _header(path: str) -> Header | None:
    try:
        with open(path, "rb") as file:
            return header(file.read(_ENOUGH))
    except OSError:  # an unreadable file may not be ours
        return None
