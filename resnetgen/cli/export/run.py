"""`resnetgen export`: write a network with weights to files that run without resnetgen, each compared first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import typer

from resnetgen.cli import atomic_write, input_size
from resnetgen.cli.exit import OK
from resnetgen.cli.export.targets import named, unfit
from resnetgen.cli.output import fit, print_note, print_result
from resnetgen.cli.refusal import refuse
from resnetgen.cli.spec_args import CompileOptions, SpecArg, compile_arg, spec_arg
from resnetgen.compiler import Compiled
from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, Text
from resnetgen.diagnostics.terminal import escape
from resnetgen.errors import RunError, SpecError, WeightsError
from resnetgen.export import FORMATS, get_format
from resnetgen.number_format import binary_size
from resnetgen.ops.window import by_axis
from resnetgen.runtime.errors import out_of_memory
from resnetgen.runtime.packages import require_packages

if TYPE_CHECKING:
    from resnetgen.export.compare_outputs import OutputComparison
    from resnetgen.export.exporting import ExportResult
    from resnetgen.export.format import Format
    from resnetgen.export.reference_model import ReferenceModel


class ExportOptions(NamedTuple):
    """The options of the command, as given."""

    formats: tuple[str, ...]
    output: str | None = None
    weights: str | None = None
    input_size: str | None = None
    batch: int = 2
    tolerance: float = 1e-4
    deploy: bool = False
    force: bool = False
    allow_outside: bool = False
    settings: tuple[str, ...] = ()
    weights_key: str = ""


def run(spec: str, options: ExportOptions) -> int:
    """Export a network to each format.

    Returns:
        The exit code: 1 if the spec or the weights have errors, or a file is not written.

    Raises:
        typer.BadParameter: the options contradict each other, or a format is unknown.
    """
    if options.weights_key and options.weights is None:
        raise typer.BadParameter("--weights-key needs --weights", param_hint="'--weights-key'")
    names = _names(options.formats)
    _check_output(options.output, names)
    compile_options = CompileOptions(input_size.parse(options.input_size), options.allow_outside, options.settings)
    argument = spec_arg(spec)
    try:
        compiled = compile_arg(argument, compile_options)
        formats = _formats(names, options.weights)
        paths = [named(compiled.network.name, each.suffix, options.output, options.deploy) for each in formats]
        _check_targets(argument, compiled, list(zip(paths, formats, strict=True)), options)
        subject = _subject(compiled, options)
    except SpecError as error:
        return refuse(error.diagnostics)
    except RunError as error:
        return refuse([_refusal(argument.name, error)])
    return max(_write(path, each, compiled, subject, options) for path, each in zip(paths, formats, strict=True))


def _names(written: tuple[str, ...]) -> list[str]:
    """Return the names of the formats in `--to`, each once."""
    names = [name.strip().lower() for each in written for name in each.split(",")]
    for name in names:
        if name not in FORMATS:
            message = f"unknown format {name!r}; the formats are {', '.join(FORMATS)}"
            raise typer.BadParameter(message, param_hint="'--to'")
    return list(dict.fromkeys(names))


def _check_output(output: str | None, names: list[str]) -> None:
    message = ""
    if output == "-":
        message = "a network cannot be printed; write ./- for a file of that name"
    elif output == "":
        message = "the file name is empty"
    elif output is not None and len(names) > 1:
        message = (
            f"-o names one file, but {len(names)} formats are asked for; without -o, each format gets its own file"
        )
    if message:
        raise typer.BadParameter(message, param_hint="'-o'")


def _formats(names: list[str], weights: str | None) -> list[Format]:
    """Return the formats of these names, after a check that all packages for them and the weights are installed.

    Raises:
        RunError: a package is missing.
    """
    from resnetgen.weights.load import required_package

    require_packages(("torch",), "torch", "exporting a network")
    found = [get_format(name) for name in names]
    for each in found:
        require_packages(each.packages, each.extra, f"exporting to {each.name}")
    reader = required_package(weights or "")
    if reader:
        require_packages((reader,), reader, "reading the weights in a .safetensors file")
    return found


def _check_targets(
    spec: SpecArg, compiled: Compiled, targets: list[tuple[str, Format]], options: ExportOptions
) -> None:
    """Check that the weights fit, and that the files may be written.

    Raises:
        SpecError: the weights do not fit, or a file may not be written.
    """
    from resnetgen.weights.comparison import compare_file
    from resnetgen.weights.fit import FileChoice

    sources = {"the spec": str(spec.path), "the weights": options.weights or ""}
    faults = [fault for path, each in targets for fault in unfit(path, each.suffix, sources, options.force)]
    if options.weights is not None:
        faults += compare_file(compiled, options.weights, FileChoice(options.weights_key)).diagnostics
    if faults:
        raise SpecError(tuple(faults))


def _subject(compiled: Compiled, options: ExportOptions) -> ReferenceModel:
    """Return the network with its weights.

    Raises:
        SpecError: the weights cannot be read any more.
    """
    from resnetgen.export.reference_model import reference_model
    from resnetgen.weights.fit import FileChoice
    from resnetgen.weights.fit_notes import notes
    from resnetgen.weights.read_file import unreadable_file

    choice = FileChoice(options.weights_key)
    try:
        found = reference_model(compiled, options.weights, deploy=options.deploy, choice=choice)
    except (WeightsError, OSError) as error:
        raise SpecError((unreadable_file(options.weights or "", error),)) from error
    if found.fit is not None:
        path, prefix = options.weights or "", found.fit.prefix
        about_prefix = [f"removed the prefix `{prefix}` from the tensor names in {path}"] if prefix else []
        for note in (*about_prefix, *notes(found.fit, path)):
            print_note(f"{escape(note)}\n")
    return found


def _write(path: str, format: Format, compiled: Compiled, subject: ReferenceModel, options: ExportOptions) -> int:
    """Write a file, or print the reason against it."""
    from resnetgen.cli.progress import with_steps
    from resnetgen.export.exporting import STEPS, export
    from resnetgen.runtime.devices import is_out_of_memory

    atomic_write.sweep(os.path.dirname(os.path.realpath(path)))
    try:
        with atomic_write.replacing(path) as temporary, with_steps(path, STEPS) as begin:
            found = export(subject, format, compiled.trace, options.batch, temporary, options.tolerance, begin)
    except OSError as error:
        return refuse([atomic_write.refused(path, error, "choose another file with -o FILE")])
    except RunError as error:
        return refuse([_refusal(path, error)])
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        refusal = out_of_memory("exporting", "cpu", options.batch, by_axis(compiled.trace.input[1:]))
        return refuse([_refusal(path, refusal)])
    print_result(fit(_describe(path, found, options)))
    return OK


def _describe(path: str, found: ExportResult, options: ExportOptions) -> str:
    """Describe the result of an export."""
    weights = "with initial weights (seed 0)" if options.weights is None else f"with the weights of {options.weights}"
    lines = [", ".join((f"{path}: {binary_size(os.path.getsize(path))}", weights, *_settings(options)))]
    for each in found.comparisons:
        lines.append(f"  {by_axis(each.batch)}: {_agreement(each)}")
    lines += (f"  {note}" for note in found.notes)
    return "".join(f"{line}\n" for line in lines)


def _settings(options: ExportOptions) -> list[str]:
    return [f"--set {escape(setting)}" for setting in options.settings]


def _agreement(found: OutputComparison) -> str:
    if not found.difference:
        return "outputs are equal bit by bit"
    return f"outputs differ by at most {found.difference:.1e}; the largest value is {found.largest:.1e}"


def _refusal(path: str, error: RunError) -> Diagnostic:
    if os.environ.get("RESNETGEN_DEBUG") == "1" and error.__cause__ is not None:
        import traceback

        traceback.print_exception(error.__cause__)
    return Diagnostic(
        error.code, Severity.ERROR, error.message, Label(Span(Text(path, ""), 1, 1, 1, 1)), (), error.help
    )
