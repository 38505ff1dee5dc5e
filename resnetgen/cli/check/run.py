"""`resnetgen check`: report the errors and warnings of specs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import typer

from resnetgen.cli import input_size
from resnetgen.cli.config import settings
from resnetgen.cli.output import fit, print_diagnostics, print_file, print_note, print_result
from resnetgen.cli.spec_args import CompileOptions, Outcome, SpecArg, asked, outcome, results
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.diagnostics.terminal import escape
from resnetgen.number_format import pluralize
from resnetgen.reports import Format, Report, Result, renderer
from resnetgen.reports.summary import summary
from resnetgen.source.collection import is_shipped


class CheckOptions(NamedTuple):
    """The options of the command, as given."""

    format: Format = Format.TEXT
    input_size: str | None = None
    ignore: tuple[str, ...] = ()
    strict: bool | None = None
    weights: str | None = None
    changed_since: str | None = None
    jobs: int = 0
    output: str | None = None
    allow_outside: bool = False
    fix: bool = False
    diff: bool = False


def run(paths: list[str], wanted: CheckOptions) -> int:
    """Check specs. Text goes to standard error, reports in other formats to standard output.

    With a report file, the text is printed too.

    Returns:
        The exit code: 1 if there is an error, or the report cannot be written.

    Raises:
        typer.BadParameter: an option is wrong.
    """
    specs = asked(paths)
    _refuse_mixed(wanted, len(specs))
    rules = settings(wanted.ignore, wanted.strict)
    way = CompileOptions(input_size.parse(wanted.input_size), wanted.allow_outside)
    count = len(specs)
    if wanted.changed_since is not None:
        from resnetgen.cli.check.changed_specs import affected

        specs = affected(specs, wanted.changed_since)
    fixed = True
    if wanted.diff or wanted.fix:
        from resnetgen.cli.check import fix

        if wanted.diff:
            return int(not fix.show(specs, way, rules))
        fixed = fix.fix(specs, way, rules)
    found = _results(specs, way, wanted)
    report = Report(tuple(each._replace(diagnostics=rules.filter(each.diagnostics)) for each in found))
    written = _written(report, count - len(specs), wanted)
    return int(report.fails() or not written or not fixed)


def _refuse_mixed(wanted: CheckOptions, specs: int) -> None:
    """Refuse options that exclude each other, before any work.

    Raises:
        typer.BadParameter: two options exclude each other, or one does not allow so many specs.
    """
    if wanted.output is not None:
        from resnetgen.cli.check import report_file

        report_file.refuse_name(wanted.output)
    if wanted.diff and (wanted.format is not Format.TEXT or wanted.output is not None or wanted.weights is not None):
        message = "--diff cannot be combined with --format, --output or --weights"
        raise typer.BadParameter(message, param_hint="'--diff'")
    if wanted.weights is not None and specs != 1:
        message = f"--weights needs exactly one spec, but {specs} are given"
        raise typer.BadParameter(message, param_hint="'--weights'")


def _written(report: Report, unaffected: int, wanted: CheckOptions) -> bool:
    """Write or print a report; tell whether that worked."""
    if wanted.format is Format.TEXT or wanted.output is not None:
        _show(report, unaffected, wanted.changed_since)
    else:
        print_file(renderer(wanted.format)(report))
    if wanted.output is None:
        return True
    from resnetgen.cli.check import report_file

    return report_file.write(wanted.output, renderer(wanted.format)(report), wanted.format)


def _results(specs: list[SpecArg], way: CompileOptions, wanted: CheckOptions) -> Iterable[Result]:
    if wanted.weights is None:
        return results(specs, way, wanted.jobs)
    found = [outcome(spec, way) for spec in specs]
    return [Result(each.name, _beside(each, wanted.weights)) for each in found]


def _beside(outcome: Outcome, weights: str) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a spec, and of weights for its network."""
    if outcome.compiled is None:
        return outcome.diagnostics
    from resnetgen.weights import compare

    return (*outcome.diagnostics, *compare(outcome.compiled, weights))


def _offer(diagnostics: tuple[Diagnostic, ...]) -> None:
    """Print how many of these `--fix` would fix; it never changes the collection."""
    fixes = [each.fix for each in diagnostics if each.fix is not None]
    count = sum(not is_shipped(fix.edits[0].span.text.name) for fix in fixes)
    if count:
        print_note(f"{count:,} of these can be fixed by `resnetgen check --fix`\n")


def _show(report: Report, unaffected: int, since: str | None) -> None:
    diagnostics = report.diagnostics
    if diagnostics:
        print_diagnostics(diagnostics)
        print_note(f"\n{summary(report)}\n")
        _offer(diagnostics)
    elif since is None or (report.results and not unaffected):
        print_result(fit(f"{summary(report)}\n"))
    elif report.results:
        print_result(
            fit(f"{summary(report)}; changes since {escape(since)} do not affect {pluralize(unaffected, 'other')}\n")
        )
    else:
        print_result(fit(f"changes since {escape(since)} affect none of {pluralize(unaffected, 'spec')}\n"))
