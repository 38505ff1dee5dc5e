"""`resnetgen check`: report the errors and warnings of specs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import typer

from resnetgen.cli import input_size
from resnetgen.cli.config import settings
from resnetgen.cli.output import fit, print_diagnostics, print_file, print_note, print_result
from resnetgen.cli.spec_args import STDIN, CompileOptions, Outcome, SpecArg, outcome, results, spec_args
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.diagnostics.terminal import escape
from resnetgen.number_format import pluralize
from resnetgen.reports import Format, Report, Result, renderer
from resnetgen.reports.summary import summary
from resnetgen.source.collection import is_users_file


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
    settings: tuple[str, ...] = ()
    quiet: bool = False
    statistics: bool = False


def run(paths: list[str], wanted: CheckOptions) -> int:
    """Check specs. Text goes to standard error, reports in other formats to standard output.

    With a report file, the text is printed too.

    Returns:
        The exit code: 1 if there is an error, or the report cannot be written.

    Raises:
        typer.BadParameter: an option is wrong.
    """
    _refuse_mixed(wanted, paths)
    specs = spec_args(paths)
    _refuse_several(wanted, len(specs))
    rules = settings(wanted.ignore, wanted.strict)
    options = CompileOptions(input_size.parse(wanted.input_size), wanted.allow_outside, wanted.settings)
    count = len(specs)
    if wanted.changed_since is not None:
        from resnetgen.cli.check.changed_specs import affected

        specs = affected(specs, wanted.changed_since)
    fixed = True
    if wanted.diff or wanted.fix:
        from resnetgen.cli.check import fix

        if wanted.diff:
            return int(not fix.show(specs, options, rules))
        fixed = fix.fix(specs, options, rules)
    found = _results(specs, options, wanted)
    report = Report(tuple(each._replace(diagnostics=rules.filter(each.diagnostics)) for each in found))
    written = _written(report, count - len(specs), wanted)
    return int(report.fails() or not written or not fixed)


def _refuse_mixed(wanted: CheckOptions, paths: list[str]) -> None:
    """Refuse options that exclude each other, before any work.

    Raises:
        typer.BadParameter: two options exclude each other, or one does not apply to standard input.
    """
    if wanted.output is not None:
        from resnetgen.cli.check import report_file

        report_file.refuse_name(wanted.output)
    if wanted.diff and (wanted.format is not Format.TEXT or wanted.output is not None or wanted.weights is not None):
        message = "--diff cannot be combined with --format, --output or --weights"
        raise typer.BadParameter(message, param_hint="'--diff'")
    if wanted.settings and (wanted.fix or wanted.diff):
        message = "--fix and --diff change specs as they are written; they cannot be combined with --set"
        raise typer.BadParameter(message, param_hint="'--set'")
    if wanted.fix and STDIN in paths:
        raise typer.BadParameter("--fix changes files; it cannot change standard input", param_hint="'--fix'")
    if wanted.statistics and (wanted.format is not Format.TEXT or wanted.diff):
        message = "--statistics cannot be combined with --format or --diff"
        raise typer.BadParameter(message, param_hint="'--statistics'")


def _refuse_several(wanted: CheckOptions, specs: int) -> None:
    """Refuse several specs where an option is for one.

    Raises:
        typer.BadParameter: there are too many specs, or none.
    """
    if wanted.weights is not None and specs != 1:
        message = f"--weights needs exactly one spec, but {specs} are given"
        raise typer.BadParameter(message, param_hint="'--weights'")


def _written(report: Report, unaffected: int, wanted: CheckOptions) -> bool:
    """Write or print a report; tell whether that worked."""
    if wanted.format is Format.TEXT or wanted.output is not None:
        _show(report, unaffected, wanted)
    else:
        print_file(renderer(wanted.format)(report))
    if wanted.output is None:
        return True
    from resnetgen.cli.check import report_file

    return report_file.write(wanted.output, renderer(wanted.format)(report), wanted.format)


def _results(specs: list[SpecArg], options: CompileOptions, wanted: CheckOptions) -> Iterable[Result]:
    if wanted.weights is None:
        return results(specs, options, wanted.jobs)
    found = [outcome(spec, options) for spec in specs]
    return [Result(each.name, _beside(each, wanted.weights)) for each in found]


def _beside(outcome: Outcome, weights: str) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a spec, and of weights for its network."""
    if outcome.compiled is None:
        return outcome.diagnostics
    from resnetgen.weights import compare

    return (*outcome.diagnostics, *compare(outcome.compiled, weights))


def _offer(diagnostics: tuple[Diagnostic, ...]) -> None:
    """Print how many of these `--fix` would fix; it changes files of the user alone."""
    fixes = [each.fix for each in diagnostics if each.fix is not None]
    count = sum(is_users_file(fix.edits[0].span.text.name) for fix in fixes)
    if count:
        print_note(f"{count:,} of these can be fixed by `resnetgen check --fix`\n")


def _show(report: Report, unaffected: int, wanted: CheckOptions) -> None:
    """Print a report for people."""
    diagnostics = report.diagnostics
    if wanted.statistics:
        from resnetgen.cli.check import statistics

        print_result(statistics.counts(diagnostics))
    elif diagnostics:
        print_diagnostics(diagnostics)
    if wanted.quiet:
        return
    if not diagnostics:
        print_result(fit(f"{_passed(report, unaffected, wanted.changed_since)}\n"))
    else:
        print_note(f"\n{summary(report)}\n")
        _offer(diagnostics)


def _passed(report: Report, unaffected: int, since: str | None) -> str:
    """Return the line for a report without diagnostics."""
    if since is None or (report.results and not unaffected):
        return summary(report)
    if report.results:
        return f"{summary(report)}; changes since {escape(since)} do not affect {pluralize(unaffected, 'other')}"
    return f"changes since {escape(since)} affect none of {pluralize(unaffected, 'spec')}"
