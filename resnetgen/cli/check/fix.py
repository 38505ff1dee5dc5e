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
from resnetgen.reports import Report, Result
from resnetgen.reports.summary import summary

MOST_ROUNDS = 200
"""The most times that one spec is read again, for fixes that only another fix makes possible."""


class _Round(NamedTuple):
    """The diagnostics of a spec after all its fixes, and the number of fixes until then."""

    spec: SpecArg
    diagnostics: tuple[Diagnostic, ...]
    fixed: int


def fix(specs: Sequence[SpecArg], options: CompileOptions, rules: Settings) -> bool:
    """Fix the files of specs, and print the fixes; tell whether every file could be written."""
    session = FixSession(options)
    rounds = [_fixed(spec, rules, session) for spec in specs]
    refused = session.write()
    _print_fixes(session, _left(rounds, rules, session), "fixed")
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
    print_diagnostics(left.diagnostics)
    print_note(f"\n{summary(left)}\n" if left.diagnostics else "")
    return not session.content and not left.fails()


def _fixed(spec: SpecArg, rules: Settings, session: FixSession) -> _Round:
    """Apply the fixes of a spec, then those that they reveal."""
    for _ in range(MOST_ROUNDS):
        found = rules.filter(session.diagnostics(spec))
        if not session.fix(spec, found):
            break
    return _Round(spec, found, len(session.fixed))


def _left(rounds: list[_Round], rules: Settings, session: FixSession) -> Report:
    """Report the remaining diagnostics.

    A base may have been fixed after its spec was checked, or not have been written; such specs are checked again.
    """
    results = []
    for spec, diagnostics, fixed in rounds:
        stale = diagnostics and fixed != len(session.fixed)
        results.append(Result(spec.name, rules.filter(session.diagnostics(spec)) if stale else diagnostics))
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
