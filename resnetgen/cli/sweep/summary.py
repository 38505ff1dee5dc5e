"""The summary of a sweep on standard error: what was dropped, and why."""

from __future__ import annotations

from resnetgen.cli.output import print_diagnostics, print_note
from resnetgen.diagnostics.model import Diagnostic, Fault, Place, Severity
from resnetgen.diagnostics.terminal import escape
from resnetgen.number_format import pluralize
from resnetgen.spaces.constraints import AT
from resnetgen.spaces.figures import FIGURES
from resnetgen.spaces.space import Space
from resnetgen.sweep.tally import Tally

_MOST_FAULTS = 5
"""The most kinds of faults that are shown."""


def print_summary(space: Space, tally: Tally, wanted: int) -> None:
    """Print the first faults of each kind, what each constraint excluded, and an error if candidates are lacking."""
    lacking = [_lacking(space, tally, wanted)] if tally.kept < wanted else []
    shown = [*_first_faults(tally), *lacking]
    print_diagnostics(shown)
    lines = [f"{pluralize(tally.kept, 'candidate')} of {tally.drawn:,} drawn{_dropped(tally)}"]
    for each in space.constraints:
        excluded = f"{tally.by_constraint[each.figure]:,} excluded"
        line = f"  {each.figure} {escape(each.written)}: {excluded}"
        if each.figure in tally.spans:
            low, high = (_text(each.figure, end) for end in tally.spans[each.figure])
            line += f"; drawn from {low} to {high}"
        lines.append(line)
    print_note(("\n" if shown else "") + "\n".join(lines) + "\n")


def _dropped(tally: Tally) -> str:
    counts = {
        "another number of stages": tally.misfits,
        "drawn before": tally.duplicates,
        "invalid": tally.invalid,
        "excluded by constraints": tally.excluded,
    }
    words = [f"{count:,} {what}" for what, count in counts.items() if count]
    return f": {', '.join(words)}" if words else ""


def _text(figure: str, value: int) -> str:
    return FIGURES[figure].text([value] if figure == "receptive_field" else value)


def _first_faults(tally: Tally) -> list[Diagnostic]:
    """Return the first fault of each kind as a warning that says how many candidates have it."""
    kinds = sorted(tally.first_faults.values(), key=lambda each: -each[1])[:_MOST_FAULTS]
    return [
        first._replace(
            severity=Severity.WARNING,
            message=f"{first.message} (the first of {count:,} such candidates)" if count > 1 else first.message,
            fix=None,
        )
        for first, count in kinds
    ]


def _lacking(space: Space, tally: Tally, wanted: int) -> Diagnostic:
    found = f"{tally.kept:,}" if tally.kept else "none"
    ended = tally.end()
    start = f"{found} of {pluralize(wanted, 'candidate')} found in {pluralize(tally.drawn, 'draw')}"
    message = f"{start}; {ended}" if ended else start
    help = _way_out(tally, wanted)
    guilty = tally.contradiction()
    if guilty:
        first, *others = ((Place((*AT, figure)), _excludes(tally, figure)) for figure in guilty)
        named = " and ".join(f"`{each}`" for each in guilty)
        message = f"{start}: no spec satisfies {named}{' together' if others else ''}"
        help = "widen these constraints, or the ranges"
        return space.diagnose(Fault("RG117", message, first[0], words=first[1], related=tuple(others), help=help))
    at = Place(AT) if tally.by_constraint and space.source.locate(AT) else Place(())
    return space.diagnose(Fault("RG117", message, at, help=help))


def _way_out(tally: Tally, wanted: int) -> str:
    """Return what to do about lacking candidates, by the reason for which most were dropped, if that can help."""
    by_reason = {
        "widen the ranges of the line, or name another number of stages": tally.misfits,
        "correct what the warnings point at": tally.invalid,
        "widen the constraints that exclude most, or the ranges; --max-draws draws more": tally.excluded,
    }
    help, count = max(by_reason.items(), key=lambda each: each[1])
    would_do = not tally.kept or tally.kept + count >= wanted
    if count and (would_do or count >= tally.duplicates):
        return help
    if not tally.end():
        return "allow more draws with --max-draws, or ask for fewer candidates with -n"
    return "widen the ranges, or ask for fewer candidates with -n"


def _excludes(tally: Tally, figure: str) -> str:
    """Return how many valid specs a constraint excludes, and which values they have."""
    count, valid = tally.by_constraint[figure], tally.kept + tally.excluded
    low, high = (_text(figure, end) for end in tally.spans[figure])
    many = f"all {valid:,}" if count == valid else f"{count:,} of {valid:,}"
    return f"excludes {many} specs, with {low}" + (f" to {high}" if high != low else "")
