"""`resnetgen check`: report the errors and warnings of specs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import typer

from resnetgen.cli import input_size
from resnetgen.cli.config import settings
from resnetgen.cli.output import fit, print_diagnostics, print_file, print_more, print_note, print_result
from resnetgen.cli.spec_args import STDIN, CompileOptions, Outcome, SpecArg, outcome, results, spec_args
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.diagnostics.terminal import escape
from resnetgen.number_format import pluralize
from resnetgen.reports import Format, renderer
from resnetgen.reports.report import Report, Result
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
    weights_key: str = ""


def run(paths: list[str], options: CheckOptions) -> int:
    """Check specs. Text goes to standard error, reports in other formats to standard output.

    With a report file, the text is printed too.

    Returns:
        The exit code: 1 if there is an error, or the report cannot be written.

    Raises:
        typer.BadParameter: an option is wrong.
    """
    _refuse_mixed(options, paths)
    specs = spec_args(paths)
    _refuse_several(options, len(specs))
    rules = settings(options.ignore, options.strict)
    compile_options = CompileOptions(input_size.parse(options.input_size), options.allow_outside, options.settings)
    count = len(specs)
    if options.changed_since is not None:
        from resnetgen.cli.check.changed_specs import affected

        specs = affected(specs, options.changed_since)
    fixed = True
    if options.diff or options.fix:
        from resnetgen.cli.check import fix

        if options.diff:
            return int(not fix.show(specs, compile_options, rules))
        fixed = fix.fix(specs, compile_options, rules)
    found = _results(specs, compile_options, options)
    report = Report(tuple(each._replace(diagnostics=rules.filter(each.diagnostics)) for each in found))
    written = _written(report, paths, count - len(specs), options)
    return int(report.fails() or not written or not fixed)


def _refuse_mixed(options: CheckOptions, paths: list[str]) -> None:
    """Refuse options that exclude each other, before any work.

    Raises:
        typer.BadParameter: two options exclude each other, or one does not apply to standard input.
    """
    if options.output is not None:
        from resnetgen.cli.check import report_file

        report_file.refuse_name(options.output)
    elsewhere = options.output is not None or options.weights is not None
    if options.diff and (options.format is not Format.TEXT or elsewhere):
        message = "--diff cannot be combined with --format, --output or --weights"
        raise typer.BadParameter(message, param_hint="'--diff'")
    if options.settings and (options.fix or options.diff):
        message = "--fix and --diff change specs as they are written; they cannot be combined with --set"
        raise typer.BadParameter(message, param_hint="'--set'")
    if options.fix and STDIN in paths:
        raise typer.BadParameter("--fix changes files; it cannot change standard input", param_hint="'--fix'")
    if options.weights_key and options.weights is None:
        raise typer.BadParameter("--weights-key needs --weights", param_hint="'--weights-key'")
    if options.statistics and (options.format is not Format.TEXT or options.diff):
        message = "--statistics cannot be combined with --format or --diff"
        raise typer.BadParameter(message, param_hint="'--statistics'")


def _refuse_several(options: CheckOptions, specs: int) -> None:
    """Refuse several specs where an option is for one.

    Raises:
        typer.BadParameter: there are too many specs, or none.
    """
    if options.weights is not None and specs != 1:
        message = f"--weights needs exactly one spec, but {specs} are given"
        raise typer.BadParameter(message, param_hint="'--weights'")


def _written(report: Report, paths: list[str], unaffected: int, options: CheckOptions) -> bool:
    """Write or print a report; tell whether that worked."""
    if options.format is Format.TEXT or options.output is not None:
        _show(report, paths, unaffected, options)
    else:
        print_file(renderer(options.format)(report))
    if options.output is None:
        return True
    from resnetgen.cli.check import report_file

    return report_file.write(options.output, renderer(options.format)(report), options.format)


def _results(specs: list[SpecArg], compile_options: CompileOptions, options: CheckOptions) -> Iterable[Result]:
    if options.weights is None:
        return results(specs, compile_options, options.jobs)
    found = [outcome(spec, compile_options) for spec in specs]
    return [_with_weights(each, options.weights, options) for each in found]


def _with_weights(outcome: Outcome, weights: str, options: CheckOptions) -> Result:
    """Return the diagnostics of a spec, and of weights for its network; print what was unwrapped in the file."""
    if outcome.compiled is None:
        return Result(outcome.name, outcome.diagnostics)
    from resnetgen.weights.comparison import compare_file
    from resnetgen.weights.fit import FileChoice
    from resnetgen.weights.fit_data import differing, unwrapped
    from resnetgen.weights.fit_notes import notes, prefix_note

    found = compare_file(outcome.compiled, weights, FileChoice(options.weights_key))
    if found.fit is not None and not options.quiet:
        about_prefix = [prefix_note(found.fit, weights)] if found.prefix else []
        for note in (*about_prefix, *notes(found.fit, weights)):
            print_note(f"{escape(note)}\n")
    about: dict[str, object] | None = None
    if found.fit is not None:
        about = {"file": weights, **unwrapped(found.fit), **differing(outcome.compiled, found.fit)}
    return Result(outcome.name, (*outcome.diagnostics, *found.diagnostics), about)


_LONG = 60
"""The most characters of the arguments that a command is shown with."""


def _print_fixable(diagnostics: tuple[Diagnostic, ...], paths: list[str]) -> None:
    """Print how many of these `--fix` would fix, with the command; it changes files of the user alone."""
    fixes = [each.fix for each in diagnostics if each.fix is not None]
    count = sum(is_users_file(fix.edits[0].span.text.name) for fix in fixes)
    if count:
        from shlex import join

        specs = escape(join(paths))
        shown = specs if len(specs) <= _LONG else "SPEC..."
        print_note(f"{count:,} of these can be fixed by `resnetgen check --fix {shown}`\n")


def _show(report: Report, paths: list[str], unaffected: int, options: CheckOptions) -> None:
    """Print a report for people."""
    diagnostics = report.diagnostics
    if options.statistics:
        from resnetgen.cli.check import statistics

        print_result(statistics.counts(diagnostics))
    elif diagnostics:
        print_diagnostics(diagnostics)
    if options.quiet:
        return
    if not diagnostics:
        print_result(fit(f"{_passed(report, unaffected, options.changed_since)}\n"))
    else:
        print_note(f"\n{summary(report)}\n")
        _print_fixable(diagnostics, paths)
        print_more(diagnostics)


def _passed(report: Report, unaffected: int, since: str | None) -> str:
    """Return the line for a report without diagnostics."""
    if since is None or (report.results and not unaffected):
        return summary(report)
    if report.results:
        return f"{summary(report)}; changes since {escape(since)} do not affect {pluralize(unaffected, 'other')}"
    return f"changes since {escape(since)} affect none of {pluralize(unaffected, 'spec')}"
