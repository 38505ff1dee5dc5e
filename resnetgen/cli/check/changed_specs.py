"""The specs that changes since a git revision affect: those that changed, and those that extend one that changed.

A chain of `extends` is followed through specs with errors too, or a broken base would hide those that extend it. A
file that git does not track, such as one of a submodule, may have changed unseen, so it counts as changed. The specs
that ship with resnetgen change with resnetgen alone.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from resnetgen.cli.spec_args import SpecArg
from resnetgen.errors import SpecError
from resnetgen.frozen import FrozenIdentity
from resnetgen.source import git, source
from resnetgen.source.collection import SUFFIXES, names
from resnetgen.source.extends import MAX_CHAIN

_SETTINGS = "pyproject.toml"

_MOST_LINKS = 40
"""As many as Linux follows on the way to a file."""

_EXTENDS = re.compile(
    rb"""(?:^|[{,])[ \t]*(?:extends|'extends'|"extends")[ \t]*:[ \t]+   # the key, in a block or in braces
    (?:"([^"\n\\]+)" | '([^'\n]+)' | ([^"'\s&*!|>%@`#{}\[\],][^\n\r#,}]*))""",
    re.MULTILINE | re.VERBOSE,
)


def affected(specs: list[SpecArg], revision: str) -> list[SpecArg]:
    """Return the specs that differ from their state at a revision, in the repository of the current folder.

    Specs without a file, only with faults, are among them. If the revision is unknown, its fault is the only result.
    """
    try:
        changed = [os.fspath(path) for path in git.changed_files(revision)]
        tracked = [os.fspath(path) for path in git.tracked_files()]
    except SpecError as error:
        return [SpecArg(revision, Path(revision), error.diagnostics)]
    here = os.path.realpath(os.curdir)
    if any(os.path.join(folder, _SETTINGS) in changed for folder in (here, *map(os.fspath, Path(here).parents))):
        return specs  # it may hold settings for every spec, and marks the root of their project
    shipped = map(os.path.realpath, names().values())
    changes = _Changes(_real(changed), _real(tracked), _real(shipped), {})
    return [spec for spec in specs if spec.faults or changes.affect(spec.path)]


def _real(paths: Iterable[str]) -> frozenset[str]:
    return frozenset(map(os.path.normcase, paths))


class _Changes(FrozenIdentity):
    """The real paths of the files that changed, of all that git tracks, and of those that ship with resnetgen.

    `_bases` caches the bases of the specs read so far: many specs extend the same few.
    """

    _changed: frozenset[str]
    _tracked: frozenset[str]
    _shipped: frozenset[str]
    _bases: dict[Path, list[Path]]

    def affect(self, spec: Path) -> bool:
        """Tell whether a file of the spec's chain has changed, or may have."""
        chain = [spec]
        for path in chain:  # which grows
            *links, file = ways(path)
            if file in self._changed or not self._changed.isdisjoint(links):
                return True
            if file in self._tracked and os.path.lexists(file):
                try:
                    chain += [base for base in self._bases_of(path) if base not in chain]
                except OSError:
                    return True
            elif file not in self._shipped:  # it was removed, or is outside this repository
                return True
            if len(chain) > MAX_CHAIN:  # a circle is an error, and links may make it endless
                return True
        return False

    def _bases_of(self, spec: Path) -> list[Path]:
        if spec not in self._bases:
            self._bases[spec] = bases(spec)
        return self._bases[spec]


def bases(spec: Path) -> list[Path]:
    """Return the files that a spec extends: one or none, but for text that is no YAML every possible one.

    Raises:
        OSError: the spec cannot be read.
    """
    try:
        found = [source.read(spec).data.get("extends")]
    except SpecError:
        found = [*_written(spec)]
    return [_base(name, spec) for name in found if isinstance(name, str) and (name in names() or _is_path(name))]


def _is_path(name: str) -> bool:
    return name.endswith(SUFFIXES) and "\0" not in name


def _base(name: str, spec: Path) -> Path:
    return names().get(name) or Path(os.path.normpath(spec.parent / name))


def _written(spec: Path) -> Iterator[str]:
    """Yield the texts after `extends` in a file that cannot be parsed as a spec."""
    if not stat.S_ISREG(spec.stat().st_mode):
        return
    with spec.open("rb") as file:
        content = file.read(source.MAX_SIZE)
    for match in _EXTENDS.finditer(content):
        yield next(filter(None, match.groups())).strip().decode("utf-8", "replace")


def ways(path: Path) -> list[str]:
    """Return the links that a path goes through, and last the file at its end; each as its real path."""
    found: list[str] = []
    here = os.path.realpath(os.curdir)
    steps = [*reversed(path.parts)]
    while steps:
        step = steps.pop()
        if step == "..":
            here = os.path.dirname(here)
            continue
        there = os.path.join(here, step)
        if len(found) < _MOST_LINKS and os.path.islink(there):
            found.append(os.path.normcase(there))
            steps += reversed(Path(os.readlink(there)).parts)
        else:
            here = there
    return [*found, os.path.normcase(here)]
