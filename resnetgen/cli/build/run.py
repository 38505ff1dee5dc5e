"""`resnetgen build`: compile specs to Python files, all or none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

import typer

from resnetgen.cli import atomic_write
from resnetgen.cli.build.orphans import Orphan, orphans
from resnetgen.cli.build.outputs import Form, Output
from resnetgen.cli.config import Settings
from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.output import fit, print_diagnostics, print_file, print_note, print_result
from resnetgen.cli.refusal import refuse
from resnetgen.cli.spec_args import CompileOptions, Outcome, outcomes
from resnetgen.codegen.source_path import origin
from resnetgen.compiler import Compiled
from resnetgen.diagnostics.model import Diagnostic, Fault, Label, Place, Severity
from resnetgen.number_format import with_si_prefix
from resnetgen.reports.report import deduplicate


class BuildOptions(NamedTuple):
    """Options of `build`.

    `folder` is the folder to write to and `form` the form of the networks. `stdout` prints the code of one spec and
    writes nothing; `check` compares with the files and writes nothing. `force` overwrites files that resnetgen did not
    write, or wrote with other values of `--set`; `prune` removes the files whose spec is gone, `gitattributes` marks
    the files as generated for git, and `allow_outside` allows bases outside the project. `settings` are the values of
    `--set`.
    """

    folder: str = "generated"
    form: Form = Form.TRAINED
    stdout: bool = False
    check: bool = False
    force: bool = False
    prune: bool = False
    gitattributes: bool = False
    allow_outside: bool = False
    settings: tuple[str, ...] = ()


def run(specs: list[str], options: BuildOptions, rules: Settings) -> int:
    """Compile specs, and write, print or compare the files.

    Args:
        specs: spec files, folders or names.
        options: where and how to build.
        rules: the warnings that are shown.

    Returns:
        The exit code: 1 if a spec has errors, a file is stale or, with `check`, a file is an orphan.
    """
    _check_options(options)
    _check_folder(options.folder)
    compile_options = CompileOptions(allow_outside=options.allow_outside, settings=options.settings)
    found = list(outcomes(specs, compile_options))
    if options.stdout and len(found) != 1:
        raise typer.BadParameter(f"--stdout prints one spec, but {len(found)} are given", param_hint="'--stdout'")
    shown = rules.filter(each for outcome in found for each in outcome.diagnostics)
    clashes, clashing = _clashes(found, options.form)
    errors = [*(each for each in shown if each.severity is Severity.ERROR), *clashes]
    if options.check:
        print_diagnostics(deduplicate([*shown, *clashes]))
        return _compare(found, clashing, options, len(deduplicate(errors)))
    if errors:
        return refuse(deduplicate(errors))
    print_diagnostics(deduplicate(shown))
    if options.stdout:
        print_file(_source(found[0], options))
        return OK
    outputs, faults = _outputs(found, options, anything=options.force)
    if faults:
        return refuse(faults)
    code = _write(outputs) or (_write_attributes(options.folder) if options.gitattributes else OK)
    return code or _treat_orphans(orphans(options.folder, found, options.form), prune=options.prune)


def _check_options(options: BuildOptions) -> None:
    """Refuse options that have no effect.

    Raises:
        typer.BadParameter: there is one.
    """
    writing = {"--force": options.force, "--prune": options.prune, "--gitattributes": options.gitattributes}
    readers = {"--stdout": options.stdout, "--check": options.check}
    for reader, given in readers.items():
        without = [name for name, on in {**readers, **writing}.items() if on and name != reader]
        if reader == "--check":
            without = [name for name in without if name != "--force"]  # which also compares with another's file
        if given and without:
            raise typer.BadParameter(f"{' and '.join(without)} cannot be used with {reader}", param_hint=f"'{reader}'")


def _check_folder(folder: str) -> None:
    """Refuse `-` and the names of Python files, which other programs would take for a file.

    Raises:
        typer.BadParameter: it is such a name.
    """
    if folder == "-":
        message = "`-` would be the name of a folder; use --stdout to print, or write ./- for a folder of that name"
        raise typer.BadParameter(message, param_hint="'-o'")
    if folder.endswith(".py") and not os.path.isdir(folder):
        message = f"{folder!r} would be the name of a folder; give that of NAME.py, or use --stdout"
        raise typer.BadParameter(message, param_hint="'-o'")


def _clashes(found: list[Outcome], form: Form) -> tuple[list[Diagnostic], list[Outcome]]:
    """Return a fault for each spec whose file has the name of another's, and these specs.

    Some file systems ignore case, so case does not distinguish names.
    """
    first: dict[str, Compiled] = {}
    faults, clashing = [], []
    for outcome in found:
        if (compiled := outcome.compiled) is None:
            continue
        other = first.setdefault(compiled.network.name.lower(), compiled)
        if other is not compiled:
            faults.append(_clash(compiled, other, form))
            clashing.append(outcome)
    return faults, clashing


def _clash(compiled: Compiled, other: Compiled, form: Form) -> Diagnostic:
    name, taken = compiled.network.name, other.network.name
    file, its = (f"{form.of(each).network.name}.py" for each in (compiled, other))
    message = f"two specs have the name `{name}`, and both would be written to {file}"
    if name != taken:
        message = f"`{file}` and `{its}` are the same file on a file system that ignores case"
    help = "rename one of them, or build them into different folders"
    fault = compiled.document.diagnose(Fault("RG205", message, Place(("name",)), help=help))
    return fault._replace(related=(*fault.related, Label(other.document.locate(("name",)), "the other spec")))


def _source(outcome: Outcome, options: BuildOptions) -> str:
    assert outcome.compiled is not None
    return options.form.source(outcome.compiled, origin(outcome.path, options.folder))


def _outputs(
    found: Sequence[Outcome], options: BuildOptions, *, anything: bool
) -> tuple[list[Output], list[Diagnostic]]:
    """Return the files to write, and the reasons against some; with `anything`, any existing file may be replaced."""
    outputs, faults = [], []
    folder, form = options.folder, options.form
    for outcome in found:
        assert outcome.compiled is not None
        compiled = form.of(outcome.compiled)
        path = os.path.join(folder, f"{compiled.network.name}.py")
        why = atomic_write.link_fault(path, folder)
        if why:
            faults.append(atomic_write.refused(path, why, "write to another folder with -o DIR, or remove the link"))
            continue
        content = _source(outcome, options).encode()
        try:
            output = Output(path, content, atomic_write.read(path), compiled, form)
        except OSError as error:
            faults.append(_unwritable(path, error))
            continue
        outputs.append(output)
        if (there := output.overwrite_refusal()) and not anything:
            help = "write to another folder with -o DIR, or overwrite this file with --force"
            faults.append(atomic_write.refused(path, there, help))
    return outputs, faults


def _unwritable(path: str, error: OSError) -> Diagnostic:
    return atomic_write.refused(path, error, "write to another folder with -o DIR, or print the source with --stdout")


def _compare(found: list[Outcome], clashing: list[Outcome], options: BuildOptions, errors: int) -> int:
    """Compare the files of the specs that are sound, whatever is wrong with the others."""
    from resnetgen.cli.build.compare import compare

    sound = [outcome for outcome in found if outcome.compiled is not None and outcome not in clashing]
    outputs, faults = _outputs(sound, options, anything=True)
    print_diagnostics(faults)
    lost = orphans(options.folder, found, options.form)
    skipped = len(found) - len(outputs)
    return compare(outputs, lost, options.form, errors=errors + len(faults), skipped=skipped)


def _write(outputs: list[Output]) -> int:
    from resnetgen.analysis.cost import cost

    if not outputs:  # each spec of a folder is abstract
        return OK
    costs = [cost(output.compiled.trace) for output in outputs]
    width = max(len(output.path) for output in outputs)
    digits = max(len(f"{found.params:,}") for found in costs)
    atomic_write.sweep(os.path.dirname(outputs[0].path))  # that of all
    for done, (output, found) in enumerate(zip(outputs, costs, strict=True)):
        try:
            if output.stale():
                atomic_write.replace(output.path, output.content)
        except OSError as error:
            outcome = f"{done} of {len(outputs)} files were written" if done else "nothing was written"
            return refuse([_unwritable(output.path, error)], outcome)
        figures = f"{found.params:{digits},} parameters, {with_si_prefix(found.macs)}MACs"
        print_result(fit(f"{output.path:{width}}  {figures}{'' if output.stale() else ', unchanged'}\n"))
    return OK


def _write_attributes(folder: str) -> int:
    from resnetgen.cli.build import gitattributes

    path = os.path.join(folder, ".gitattributes")
    why = atomic_write.link_fault(path, folder)
    try:
        if not why and gitattributes.write(path):
            print_result(f"{path}  marks the files as generated\n")
    except OSError as error:
        print_diagnostics([atomic_write.refused(path, error, "build without --gitattributes")])
        return FAILURE
    if why:
        print_diagnostics([atomic_write.refused(path, why, "remove the link, or build without --gitattributes")])
        return FAILURE
    return OK


def _treat_orphans(found: Sequence[Orphan], *, prune: bool) -> int:
    """Remove orphans, or only name them."""
    from resnetgen.cli.build.compare import KEEP_OR_PRUNE

    for path, why in found:
        if not prune:
            print_note(f"{path}: orphan; {why}; {KEEP_OR_PRUNE}\n")
            continue
        try:
            os.unlink(path)
        except OSError as error:
            print_diagnostics([atomic_write.refused(path, error, "remove the file by hand")])
            return FAILURE
        print_result(f"{path}  removed; {why}\n")
    return OK
