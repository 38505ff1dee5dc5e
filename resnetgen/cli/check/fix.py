"""`resnetgen check --fix` and `--diff`: apply the fixes that are certain, or show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from resnetgen.cli.check.fix_session import FixSession
from resnetgen.cli.config import Settings
from resnetgen.cli.output import print_diagnostics, print_note, print_result
from resnetgen.cli.spec_args import CompileOptions, SpecArg
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.diagnostics.terminal import escape
from resnetgen.errors import WorkLimitError
from resnetgen.reports.report import Report, Result
from resnetgen.reports.summary import summary
from resnetgen.source.yaml_faults import MAX_FAULTS, many_faults
from resnetgen.work_budget import WorkBudget

MAX_WORK = 2_500_000
"""The most work for the fixes of one spec, in characters that are read: two readings of the longest spec."""

READING = 20_000
"""The work to read a spec again, beside its length, for fixes that came to light or could not be made before."""


class _Round(NamedTuple):
    """The diagnostics of a spec after all its fixes, and the number of fixes until then.

    `unfinished` tells whether there may be more fixes, for which the work was too much.
    """

    spec: SpecArg
    diagnostics: tuple[Diagnostic, ...]
    fixed: int
    unfinished: bool = False


def fix(specs: Sequence[SpecArg], options: CompileOptions, rules: Settings) -> bool:
    """Fix the files of specs, and print the fixes; tell whether every file could be written."""
    session = FixSession(options)
    rounds = [_fixed(spec, rules, session) for spec in specs]
    refused = session.write()
    _print_fixes(session, _left(rounds, rules, session), "fixed")
    _print_unfinished(rounds)
    print_diagnostics(refused)
    return not refused


def show(specs: Sequence[SpecArg], options: CompileOptions, rules: Settings) -> bool:
    """Print how the files would change, and what would remain, without writing; tell whether there is neither.

    Warnings do not count as remaining.
    """
    from resnetgen.cli.text_diff import diff

    session = FixSession(options)
    rounds = [_fixed(spec, rules, session) for spec in specs]
    for path, content in session.content.items():
        text = session.read[path]
        print_result(diff(text.name, text.content.encode(), content.encode()))
    left = _left(rounds, rules, session)
    _print_fixes(session, left, "would fix")
    _print_unfinished(rounds)
    print_diagnostics(left.diagnostics)
    print_note(f"\n{summary(left)}\n" if left.diagnostics else "")
    return not session.content and not left.fails()


def _fixed(spec: SpecArg, rules: Settings, session: FixSession) -> _Round:
    """Apply the fixes of a spec, then those that they reveal."""
    budget, unfinished = WorkBudget(MAX_WORK), False
    with many_faults():
        found = rules.filter(session.diagnostics(spec))
        while session.fix(spec, found):
            found = rules.filter(session.diagnostics(spec))
            try:
                budget.spend(READING + session.length())
            except WorkLimitError:
                unfinished = any(each.fix is not None for each in found)
                break
    return _Round(spec, found[:MAX_FAULTS], len(session.fixed), unfinished)


def _left(rounds: list[_Round], rules: Settings, session: FixSession) -> Report:
    """Report the remaining diagnostics.

    A base may have been fixed after its spec was checked, or not have been written; such specs are checked again.
    """
    results = []
    for each in rounds:
        stale = each.diagnostics and each.fixed != len(session.fixed)
        left = rules.filter(session.diagnostics(each.spec)) if stale else each.diagnostics
        results.append(Result(each.spec.name, left))
    return Report(tuple(results))


def _print_fixes(session: FixSession, left: Report, what: str) -> None:
    """Print the place of each fix, with line numbers from before it."""
    count = len(session.fixed)
    if count:
        print_note(f"{what} {count} of {count + len(left.diagnostics)}:\n")
    for _, each in session.fixed:
        span = each.primary.span
        assert each.fix is not None, "it is what was fixed"
        print_note(f"  {escape(span.text.name)}:{span.line}:{span.column}: {each.code}: {escape(each.fix.words)}\n")
    if count and left.diagnostics:
        print_note("\n")


def _print_unfinished(rounds: Sequence[_Round]) -> None:
    """Name the specs that were not read until nothing was left to fix."""
    for each in rounds:
        if each.unfinished:
            print_note(f"{escape(each.spec.name)}: more can be fixed: run the command again\n")
