"""`resnetgen build`: from specs to Python files, all or none."""

from __future__ import annotations

import os
from collections.abc import Collection
from enum import Enum

import typer

from resnetgen.cli import atomic_write
from resnetgen.cli.config import Settings
from resnetgen.cli.exit import FAILURE, OK
from resnetgen.cli.output import print_diagnostics, print_file, print_note, print_result
from resnetgen.cli.source_path import origin
from resnetgen.cli.spec_args import CompileOptions, Outcome, outcomes
from resnetgen.compiler import Compiled, source_code
from resnetgen.diagnostics.model import Diagnostic, Fault, Label, Place, Severity
from resnetgen.frozen import Frozen
from resnetgen.number_format import pluralize, with_si_prefix
from resnetgen.reports.report import deduplicate


class Form(Enum):
    """Which file is made of a spec: that of the network that is trained, or of the one for inference."""

    TRAINED = "resnetgen build"
    DEPLOYED = "resnetgen build --deploy"

    def header(self) -> bytes:
        """How every file of this form begins."""
        return f"# DO NOT EDIT: `{self.value}` made".encode()

    def of(self, compiled: Compiled) -> Compiled:
        """A compiled spec in this form: its network's name is that of the file."""
        if self is Form.TRAINED:
            return compiled
        from resnetgen.compiler import deploy_form

        return deploy_form(compiled)

    def source(self, compiled: Compiled, origin: str) -> str:
        """The source of a compiled spec in this form."""
        if self is Form.TRAINED:
            return source_code(compiled, origin)
        from resnetgen.compiler import deploy_code

        return deploy_code(compiled, origin)


class Output(Frozen):
    """A file to be: where, its content, and what is there now; its network in the form that the file is of."""

    path: str
    content: bytes
    old: bytes | None
    compiled: Compiled
    form: Form

    def stale(self) -> bool:
        """Whether the file is missing or differs."""
        return self.old != self.content

    def foreign(self) -> str:
        """What is there, where that is nothing that may be overwritten: not ours, or of another form."""
        old = self.old or b""
        if not old or old.startswith(self.form.header()):
            return ""
        of = next((form for form in Form if old.startswith(form.header())), None)
        return "this file was not written by resnetgen" if of is None else f"this file was written by `{of.value}`"


def run(
    specs: list[str],
    folder: str,
    rules: Settings,
    form: Form = Form.TRAINED,
    *,
    stdout: bool,
    check: bool,
    force: bool,
    allow_outside: bool = False,
) -> int:
    """Compile specs, and write, print or compare what comes out; 1 where a spec is at fault or a file stale."""
    if stdout and (check or force):
        raise typer.BadParameter(
            "--check and --force have no effect with --stdout, which writes no file", param_hint="'--stdout'"
        )
    _check_folder(folder)
    found = list(outcomes(specs, CompileOptions(allow_outside=allow_outside)))
    if stdout and len(found) != 1:
        raise typer.BadParameter(f"--stdout prints one spec, but {len(found)} are given", param_hint="'--stdout'")
    heard = rules.heard(each for outcome in found for each in outcome.diagnostics)
    faults = [*(each for each in heard if each.severity is Severity.ERROR), *_clashes(found, form)]
    if faults:
        return _refuse(deduplicate(faults))
    print_diagnostics(deduplicate(heard))
    if stdout:
        print_file(_source(found[0], folder, form))
        return OK
    outputs, faults = _outputs(found, folder, form, anything=force or check)
    if faults:
        return _refuse(faults)
    return _compare(outputs, form) if check else _write(outputs)


def _check_folder(folder: str) -> None:
    """Keep a word that means a file elsewhere from becoming a folder's name.

    Raises:
        typer.BadParameter: it does.
    """
    if folder == "-":
        message = "`-` would be the name of a folder; use --stdout to print, or write ./- for a folder of that name"
        raise typer.BadParameter(message, param_hint="'-o'")
    if folder.endswith(".py") and not os.path.isdir(folder):
        message = f"{folder!r} would be the name of a folder; give that of NAME.py, or use --stdout"
        raise typer.BadParameter(message, param_hint="'-o'")


def _refuse(faults: Collection[Diagnostic]) -> int:
    print_diagnostics(faults)
    print_note(f"\n{pluralize(len(faults), 'error')}; nothing was written\n")
    return FAILURE


def _clashes(found: list[Outcome], form: Form) -> list[Diagnostic]:
    """A fault for each spec whose file another one would have; some file systems do not tell capitals apart."""
    first: dict[str, Compiled] = {}
    faults = []
    for compiled in (outcome.compiled for outcome in found if outcome.compiled is not None):
        name = compiled.network.name
        other = first.setdefault(name.lower(), compiled)
        if other is not compiled:
            faults.append(_clash(compiled, other, form))
    return faults


def _clash(compiled: Compiled, other: Compiled, form: Form) -> Diagnostic:
    name, taken = compiled.network.name, other.network.name
    file, its = (f"{form.of(each).network.name}.py" for each in (compiled, other))
    message = f"two specs have the name `{name}`, and both would be written to {file}"
    if name != taken:
        message = f"`{file}` and `{its}` are the same file on a file system that ignores case"
    help = "rename one of them, or build them into different folders"
    fault = compiled.document.diagnose(Fault("RG205", message, Place(("name",)), help=help))
    return fault._replace(related=(*fault.related, Label(other.document.locate(("name",)), "the other spec")))


def _source(outcome: Outcome, folder: str, form: Form) -> str:
    assert outcome.compiled is not None
    return form.source(outcome.compiled, origin(outcome.path, folder))


def _outputs(found: list[Outcome], folder: str, form: Form, *, anything: bool) -> tuple[list[Output], list[Diagnostic]]:
    """What to write, and why that is not possible; `anything` may be there already."""
    outputs, faults = [], []
    for outcome in found:
        assert outcome.compiled is not None
        compiled = form.of(outcome.compiled)
        path = os.path.join(folder, f"{compiled.network.name}.py")
        why = atomic_write.astray(path, folder)
        if why:
            faults.append(atomic_write.refused(path, why, "write to another folder with -o DIR, or remove the link"))
            continue
        content = _source(outcome, folder, form).encode()
        try:
            output = Output(path, content, atomic_write.read(path), compiled, form)
        except OSError as error:
            faults.append(_unwritable(path, error))
            continue
        outputs.append(output)
        if (there := output.foreign()) and not anything:
            help = "write to another folder with -o DIR, or overwrite this file with --force"
            faults.append(atomic_write.refused(path, there, help))
    return outputs, faults


def _unwritable(path: str, error: OSError) -> Diagnostic:
    return atomic_write.refused(path, error, "write to another folder with -o DIR, or print the source with --stdout")


def _compare(outputs: list[Output], form: Form) -> int:
    stale = [output for output in outputs if output.stale()]
    if not stale:
        print_result(f"{pluralize(len(outputs), 'file')} {'is' if len(outputs) == 1 else 'are'} up to date\n")
        return OK
    from resnetgen.cli.text_diff import diff

    for output in stale:
        print_result(diff(output.path, output.old, output.content))
    print_note(f"{len(stale)} of {pluralize(len(outputs), 'file')} out of date; run `{form.value}` to update\n")
    return FAILURE


def _write(outputs: list[Output]) -> int:
    from resnetgen.analysis.cost import cost

    costs = [cost(output.compiled.trace) for output in outputs]
    width = max(len(output.path) for output in outputs)
    digits = max(len(f"{found.params:,}") for found in costs)
    atomic_write.sweep(os.path.dirname(outputs[0].path))  # that of all
    for output, found in zip(outputs, costs, strict=True):
        try:
            if output.stale():
                atomic_write.replace(output.path, output.content)
        except OSError as error:
            print_diagnostics([_unwritable(output.path, error)])
            return FAILURE
        figures = f"{found.params:{digits},} parameters, {with_si_prefix(found.macs)}MACs"
        print_result(f"{output.path:{width}}  {figures}{'' if output.stale() else ', unchanged'}\n")
    return OK
