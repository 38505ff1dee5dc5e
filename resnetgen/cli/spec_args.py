"""The specs on the command line, and their compilation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from resnetgen.api import compile_spec
from resnetgen.cli.progress import with_progress
from resnetgen.compiler import Compiled
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import SpecError
from resnetgen.reports import Result
from resnetgen.source.collection import names, reject_external_link, specs_in

PAYS = 100
"""So many specs are worth a process of their own (docs/explanation/benchmarks.md)."""


class SpecArg(NamedTuple):
    """A spec on the command line: its name there, and its file; `faults` is set if there is no file.

    `folder` is the folder on the command line that has the spec, if one was named.
    """

    name: str
    path: Path
    faults: tuple[Diagnostic, ...] = ()
    folder: Path | None = None


class CompileOptions(NamedTuple):
    """Options of the compiler: the input size, by default each spec's own, and whether bases may be anywhere."""

    size: tuple[int, ...] | None = None
    allow_outside: bool = False


class Outcome(NamedTuple):
    """The result of compiling a spec: the compiled spec, or its faults.

    `name` is that on the command line, `path` the spec's file.
    """

    name: str
    path: Path
    compiled: Compiled | None
    faults: tuple[Diagnostic, ...] = ()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The faults; for a compiled spec, its warnings."""
        return self.faults if self.compiled is None else self.compiled.warnings


def asked(arguments: Iterable[str]) -> list[SpecArg]:
    """Return the specs that arguments name, each once, in order; a folder stands for all specs in it."""
    found: dict[str, SpecArg] = {}
    for argument in arguments:
        try:
            folder = Path(argument) if os.path.isdir(argument) else None
            paths, errors = ([], ()) if folder is None else specs_in(folder)
        except SpecError as error:
            found.setdefault(f"{argument}/", SpecArg(argument, Path(argument), error.diagnostics))
            continue
        for name in [argument] if folder is None else map(str, paths):
            path = _file(name)
            found.setdefault(os.path.realpath(path), SpecArg(name, path, folder=folder))
        for each in errors:
            where = each.diagnostics[0].primary.span.text.name
            found.setdefault(f"{where}/", SpecArg(where, Path(where), each.diagnostics))
    return list(found.values())


def _file(name: str) -> Path:
    """Return the file of a spec, given its path or its name in the collection."""
    return Path(name) if os.path.exists(name) else names().get(name, Path(name))


def outcomes(arguments: Iterable[str], way: CompileOptions | None = None) -> Iterator[Outcome]:
    """Compile the specs that arguments name, with a progress bar."""
    specs = asked(arguments)
    way = way or CompileOptions()
    return with_progress((outcome(spec, way) for spec in specs), len(specs))


Compile = Callable[[str, CompileOptions], Compiled]
"""How to compile a spec, given its path or its name. It may raise a SpecError."""


def compiled(name: str, way: CompileOptions) -> Compiled:
    """Compile a spec as it is on disk."""
    return compile_spec(name, size=way.size, allow_outside=way.allow_outside)


def outcome(spec: SpecArg, way: CompileOptions, compile: Compile = compiled) -> Outcome:
    """Compile a spec; `compile` by default reads it from disk."""
    if spec.faults:
        return Outcome(spec.name, spec.path, None, spec.faults)
    try:
        if spec.folder is not None and not way.allow_outside:
            reject_external_link(spec.path, spec.folder)
        return Outcome(spec.name, spec.path, compile(spec.name, way))
    except SpecError as error:
        return Outcome(spec.name, spec.path, None, error.diagnostics)
    except Exception as error:
        error.add_note(f"while compiling {spec.name}")  # of the many specs that a command may name
        raise


def results(specs: Sequence[SpecArg], way: CompileOptions, jobs: int) -> Iterator[Result]:
    """Yield the diagnostics of specs, in order.

    Args:
        specs: the specs.
        way: the options of the compiler.
        jobs: the number of processes; 0 chooses it.
    """
    judge = partial(result, way=way)
    wanted = jobs or len(specs) // PAYS
    if wanted < 2:
        return with_progress(map(judge, specs), len(specs))
    from resnetgen.cli import parallel

    return with_progress(parallel.parallel_map(judge, specs, wanted, sure=jobs > 0), len(specs))


def result(spec: SpecArg, way: CompileOptions) -> Result:
    """Return the diagnostics of a spec."""
    return Result(spec.name, outcome(spec, way).diagnostics)
