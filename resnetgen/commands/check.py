"""`resnetgen check`: everything that is wrong with some specs."""

from __future__ import annotations

from resnetgen.commands import sizes
from resnetgen.commands.figures import counted
from resnetgen.commands.output import remark, say, tell
from resnetgen.commands.specs import outcomes
from resnetgen.diagnostics.model import Diagnostic, Severity
from resnetgen.diagnostics.order import sort


def run(paths: list[str], format: str, input_size: str | None) -> int:
    """Check specs; as text, what is wrong goes to standard error, and as JSON all of it to standard output.

    The exit code is 1 where there is an error.
    """
    found = [outcome.faults for outcome in outcomes(paths, sizes.parse(input_size))]
    diagnostics = sort(fault for faults in found for fault in faults)
    if format == "json":
        from resnetgen.diagnostics.json import render

        say(render(diagnostics))
    elif diagnostics:
        tell(diagnostics)
        remark(f"\n{summary(diagnostics, sum(map(bool, found)), len(found))}\n")
    else:
        say(f"{counted(len(found), 'spec')} {'is' if len(found) == 1 else 'are'} well\n")
    return int(any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics))


def summary(diagnostics: tuple[Diagnostic, ...], faulty: int, checked: int) -> str:
    """`3 errors in 2 of 5 specs`."""
    counts = []
    for severity in Severity:
        count = sum(diagnostic.severity is severity for diagnostic in diagnostics)
        counts += [counted(count, severity.value)] if count else []
    return f"{' and '.join(counts)} in {faulty} of {counted(checked, 'spec')}"
