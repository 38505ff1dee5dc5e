"""`resnetgen check`: everything that is wrong with some specs, and what may be."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.commands import sizes
from resnetgen.commands.figures import counted
from resnetgen.commands.output import remark, say, tell
from resnetgen.commands.settings import settings
from resnetgen.commands.specs import outcomes
from resnetgen.diagnostics.model import Severity
from resnetgen.reports import Format, Report, Result, renderer

class Wanted(NamedTuple):
    """The options of the command, as they were written."""

    format: Format = Format.TEXT
    input_size: str | None = None
    ignore: tuple[str, ...] = ()
    strict: bool | None = None


def run(paths: list[str], wanted: Wanted) -> int:
    """Check specs; as text, what is found goes to standard error, and in other formats to standard output.

    The exit code is 1 where there is an error.
    """
    rules = settings(wanted.ignore, wanted.strict)
    found = outcomes(paths, sizes.parse(wanted.input_size))
    report = Report(tuple(Result(outcome.name, rules.heard(outcome.diagnostics)) for outcome in found))
    if wanted.format is Format.TEXT:
        _show(report)
    else:
        say(renderer(wanted.format)(report))
    return int(report.fails())


def _show(report: Report) -> None:
    diagnostics = report.diagnostics
    if not diagnostics:
        count = len(report.results)
        say(f"{counted(count, 'spec')} {'is' if count == 1 else 'are'} well\n")
        return
    tell(diagnostics)
    remark(f"\n{summary(report)}\n")


def summary(report: Report) -> str:
    """`3 errors and 1 warning in 2 of 5 specs`."""
    diagnostics = report.diagnostics
    counts = []
    for severity in Severity:
        count = sum(diagnostic.severity is severity for diagnostic in diagnostics)
        counts += [counted(count, severity.value)] if count else []
    spoken_of = sum(bool(result.diagnostics) for result in report.results)
    return f"{' and '.join(counts)} in {spoken_of} of {counted(len(report.results), 'spec')}"
