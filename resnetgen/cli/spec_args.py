"""The specs on the command line, and their compilation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.cli.progress import with_progress
from resnetgen.compiler import Compiled, compile_source, with_scalar_fixes
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import AbstractSpecError, DesignSpaceError, SpecError
from resnetgen.reports.report import Result
from resnetgen.source import collection
from resnetgen.source.source import parse_bytes
from resnetgen.spaces.recognition import spaces_recognized

if TYPE_CHECKING:
    from resnetgen.source.overrides import Override
    from resnetgen.source.source import Source

SPECS_PER_WORKER = 100
"""The number of specs that are worth a process (docs/explanation/benchmarks.md)."""

STDIN = "-"
"""The argument that stands for standard input."""


class SpecArg(NamedTuple):
    """A spec on the command line: its name there, and its file; `faults` is set if there is no file.

    `folder` is the folder on the command line that has the spec, if one was named. `content` is the spec itself, if it
    was read from standard input.
    """

    name: str
    path: Path
    faults: tuple[Diagnostic, ...] = ()
    folder: Path | None = None
    content: bytes | None = None

    def read(self) -> Source:
        """Read the spec.

        Raises:
            SpecError: there is no such spec, or it cannot be read.
        """
        if self.faults:
            raise SpecError(self.faults)
        return collection.find(self.name) if self.content is None else parse_bytes(self.content, self.name)


class CompileOptions(NamedTuple):
    """Options of the compiler.

    `size` is the input size, by default each spec's own; with `allow_outside`, bases may be anywhere; `settings` are
    values that replace some of the specs, as in `head.classes=10`.
    """

    size: tuple[int, ...] | None = None
    allow_outside: bool = False
    settings: tuple[str, ...] = ()

    def overrides(self) -> list[Override]:
        """Parse the settings.

        Raises:
            SpecError: a value is not YAML.
        """
        if not self.settings:
            return []
        from resnetgen.source.overrides import parse_all

        return parse_all(self.settings)


class Outcome(NamedTuple):
    """The result of compiling a spec: the compiled spec, or its faults.

    `name` is that on the command line, `path` the spec's file. An abstract spec and a design space have the fault of
    being one; `instead` is then what a check finds in it, which may be nothing.
    """

    name: str
    path: Path
    compiled: Compiled | None
    faults: tuple[Diagnostic, ...] = ()
    instead: tuple[Diagnostic, ...] | None = None

    @property
    def has_no_network(self) -> bool:
        """True if it is no mistake that it has no network of its own."""
        return self.instead is not None

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The faults; for a compiled spec, its warnings."""
        return self.faults if self.compiled is None else self.compiled.warnings

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """The diagnostics for a check, which an abstract spec passes, and a design space that is right."""
        return self.diagnostics if self.instead is None else self.instead


def spec_args(arguments: Iterable[str]) -> list[SpecArg]:
    """Return the specs that arguments name, each once, in order; a folder stands for all specs in it.

    Raises:
        typer.BadParameter: standard input is named twice.
    """
    found: dict[str, SpecArg] = {}
    for argument in arguments:
        if argument == STDIN:
            _add_stdin(found)
            continue
        try:
            folder = Path(argument) if os.path.isdir(argument) else None
            paths, errors = ([], ()) if folder is None else collection.specs_in(folder)
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


def spec_arg(argument: str) -> SpecArg:
    """Return the spec that an argument names."""
    return _stdin_arg() if argument == STDIN else SpecArg(argument, _file(argument))


def _add_stdin(found: dict[str, SpecArg]) -> None:
    if STDIN in found:
        from resnetgen.cli.stdin import second_use

        raise second_use()
    found[STDIN] = _stdin_arg()


def _stdin_arg() -> SpecArg:
    from resnetgen.cli import stdin

    content = stdin.read()
    name = collection.STANDARD_INPUT
    if isinstance(content, bytes):
        return SpecArg(name, Path(name), content=content)
    return SpecArg(name, Path(name), (content,))


def _file(name: str) -> Path:
    """Return the file of a spec, given its path or its name in the collection."""
    return Path(name) if os.path.exists(name) else collection.names().get(name, Path(name))


def outcomes(arguments: Iterable[str], options: CompileOptions | None = None) -> Iterator[Outcome]:
    """Compile the specs that arguments name, with a progress bar."""
    specs = spec_args(arguments)
    options = options or CompileOptions()
    return outcomes_of(specs, lambda spec: outcome(spec, options))


def compiled_specs(arguments: Iterable[str], options: CompileOptions) -> list[tuple[str, Compiled]]:
    """Compile the specs that arguments name, with a progress bar; each has its name on the command line.

    Raises:
        SpecError: some are wrong; it has the faults of all.
    """
    found = list(outcomes(arguments, options))
    faults = tuple(each for outcome in found if outcome.compiled is None for each in outcome.diagnostics)
    if faults:
        raise SpecError(faults)
    return [(outcome.name, outcome.compiled) for outcome in found if outcome.compiled is not None]


def outcomes_of(specs: Sequence[SpecArg], compile: Callable[[SpecArg], Outcome]) -> Iterator[Outcome]:
    """Compile specs, with a progress bar, without those of a folder that have no network of their own."""
    found = with_progress(map(compile, specs), len(specs))
    return (
        each for each, spec in zip(found, specs, strict=True) if not (each.has_no_network and spec.folder is not None)
    )


Compile = Callable[[SpecArg, CompileOptions], Compiled]
"""A function that compiles a spec. It may raise a SpecError."""


def compile_arg(spec: SpecArg, options: CompileOptions) -> Compiled:
    """Compile a spec as it is on disk, or on standard input.

    Raises:
        SpecError: the spec is wrong.
    """
    overrides = options.overrides()
    with with_scalar_fixes():
        source = spec.read()
        with spaces_recognized(source, options.allow_outside):
            return compile_source(source, options.size, allow_outside=options.allow_outside, overrides=overrides)


def outcome(spec: SpecArg, options: CompileOptions, compile: Compile = compile_arg) -> Outcome:
    """Compile a spec; `compile` by default reads it from disk."""
    if spec.faults:
        return Outcome(spec.name, spec.path, None, spec.faults)
    try:
        if spec.folder is not None and not options.allow_outside:
            collection.reject_external_link(spec.path, spec.folder)
        return Outcome(spec.name, spec.path, compile(spec, options))
    except AbstractSpecError as error:
        return Outcome(spec.name, spec.path, None, error.diagnostics, ())
    except DesignSpaceError as error:
        return Outcome(spec.name, spec.path, None, error.diagnostics, error.found)
    except SpecError as error:
        return Outcome(spec.name, spec.path, None, error.diagnostics)
    except Exception as error:
        error.add_note(f"while compiling {spec.name}")  # of the many specs that a command may name
        raise


def results(specs: Sequence[SpecArg], options: CompileOptions, jobs: int) -> Iterator[Result]:
    """Yield the diagnostics of specs, in order.

    Args:
        specs: the specs.
        options: the options of the compiler.
        jobs: the number of processes; 0 chooses it.
    """
    check_one = partial(result, options=options)
    workers = jobs or len(specs) // SPECS_PER_WORKER
    if workers < 2:
        return with_progress(map(check_one, specs), len(specs))
    from resnetgen.cli import parallel

    return with_progress(parallel.parallel_map(check_one, specs, workers, sure=jobs > 0), len(specs))


def result(spec: SpecArg, options: CompileOptions) -> Result:
    """Return the diagnostics of a spec."""
    return Result(spec.name, outcome(spec, options).findings)
