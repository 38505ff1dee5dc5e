"""Which specs a command is about, and what the compiler makes of each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from resnetgen.api import compile_spec
from resnetgen.collection import names, specs_in
from resnetgen.compiler import Compiled
from resnetgen.diagnostics.model import Diagnostic, SpecError


class Outcome(NamedTuple):
    """What became of a spec: it is compiled, or it has faults.

    `name` is how it was asked for, `path` its file, wherever that is named from.
    """

    name: str
    path: Path
    compiled: Compiled | None
    faults: tuple[Diagnostic, ...] = ()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All there is to say of it: its faults, or the warnings where there are none."""
        return self.faults if self.compiled is None else self.compiled.warnings


def outcomes(arguments: Iterable[str], size: tuple[int, ...] | None = None) -> Iterator[Outcome]:
    """Compile what the arguments name, every spec once, in their order; a folder stands for all specs in it."""
    done: set[str] = set()
    for argument in arguments:
        try:
            found = list(map(str, specs_in(Path(argument)))) if os.path.isdir(argument) else [argument]
        except SpecError as error:
            yield Outcome(argument, Path(argument), None, error.diagnostics)
            continue
        for name in found:
            path = _file(name)
            real = os.path.realpath(path)
            if real not in done:
                done.add(real)
                yield _outcome(name, path, size)


def _file(name: str) -> Path:
    """The file of a spec, which may be that of a name in the collection."""
    return Path(name) if os.path.exists(name) else names().get(name, Path(name))


def _outcome(name: str, path: Path, size: tuple[int, ...] | None) -> Outcome:
    try:
        return Outcome(name, path, compile_spec(name, size=size))
    except SpecError as error:
        return Outcome(name, path, None, error.diagnostics)
    except Exception as error:
        error.add_note(f"while it compiled {name}")  # of the many specs that a command may name
        raise
