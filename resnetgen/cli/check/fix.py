"""`resnetgen check --fix` and `--diff`: the mends that need nobody to ask, made in the specs, or shown."""

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
"""How often one spec is read again for fixes that came to light, or could not be made, beside others."""


class _Round(NamedTuple):
    """What there was to say of a spec when there was nothing more to fix in it, and how much was fixed until then."""

    spec: SpecArg
    diagnostics: tuple[Diagnostic, ...]
    fixed: int


def fix(specs: Sequence[SpecArg], way: CompileOptions, rules: Settings) -> bool:
    """Fix the files of specs, and say what was fixed; whether each could be written."""
    session = FixSession(way)
    rounds = [_fixed(spec, rules, session) for spec in specs]
    refused = session.write()
    _print_fixes(session, _left(rounds, rules, session), "fixed")
    print_diagnostics(refused)
    return not refused


def show(specs: Sequence[SpecArg], way: CompileOptions, rules: Settings) -> bool:
    """Write nothing, and show how the files would change, and what would be left; whether nothing would be of either.

    Warnings do not count as left.
    """
    from resnetgen.cli.text_diff import diff

    session = FixSession(way)
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
    """Make the fixes of a spec, and then those of what they bring to light."""
    for _ in range(MOST_ROUNDS):
        found = rules.filter(session.diagnostics(spec))
        if not session.fix(spec, found):
            break
    return _Round(spec, found, len(session.fixed))


def _left(rounds: list[_Round], rules: Settings, session: FixSession) -> Report:
    """What there is still to say: a base may have been fixed after a spec was looked at, or not have been written."""
    results = []
    for spec, diagnostics, fixed in rounds:
        stale = diagnostics and fixed != len(session.fixed)
        results.append(Result(spec.name, rules.filter(session.diagnostics(spec)) if stale else diagnostics))
    return Report(tuple(results))


def _print_fixes(session: FixSession, left: Report, what: str) -> None:
    """Say where what was fixed; lines count as they did when it was."""
    count = len(session.fixed)
    if count:
        print_note(f"{what} {count} of {count + len(left.diagnostics)}:\n")
    for _, each in session.fixed:
        span = each.primary.span
        assert each.fix is not None, "it is what was fixed"
        print_note(f"  {escape(span.text.name)}:{span.line}:{span.column}: {each.code}: {escape(each.fix.words)}\n")
    if count and left.diagnostics:
        print_note("\n")
