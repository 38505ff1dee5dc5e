"""The results of `resnetgen verify` for people: a row for each check of one network, or for each network."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from resnetgen.cli import tables
from resnetgen.cli.output import fit
from resnetgen.cli.verify.result import Examined, Verified
from resnetgen.number_format import pluralize
from resnetgen.ops.window import by_axis
from resnetgen.tables.table import Column
from resnetgen.verify.verdict import State

_TICKS = {State.PASSED: "✓", State.FAILED: "✗", State.SKIPPED: "-"}
_PLAIN = {State.PASSED: "ok", State.FAILED: "FAILED", State.SKIPPED: "-"}
"""Where the output's encoding has no ticks."""


def as_text(verified: Verified) -> str:
    """Return a table of ticks, the failures of several networks, and the count of each state."""
    if len(verified.networks) == 1:
        return _one(verified)
    return _several(verified)


def _ticks() -> dict[State, str]:
    try:
        "✓✗".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return _PLAIN
    return _TICKS


def _one(verified: Verified) -> str:
    (examined,) = verified.networks
    ticks = _ticks()
    cells = [[row.check, ticks[row.verdict.state], row.verdict.detail] for row in examined.rows]
    table = tables.as_text((Column("check"), Column(""), Column("found")), cells, flexible=[2])
    return f"{fit(_title(examined, verified.batch))}\n\n{table}\n{_summary(verified)}"


def _title(examined: Examined, batch: int) -> str:
    sizes = by_axis((examined.trace.batch(batch), *examined.trace.input))
    return f"{examined.trace.network.name} at {sizes}, on {examined.started.description}"


def _several(verified: Verified) -> str:
    if not verified.networks:
        return _summary(verified)
    ticks = _ticks()
    names = [row.check for row in verified.networks[0].rows]
    cells = [[each.trace.network.name, *(ticks[row.verdict.state] for row in each.rows)] for each in verified.networks]
    table = tables.as_text((Column("network"), *map(Column, names)), cells)
    remarks = tables.listed(_remarks(verified))
    return "\n".join(part for part in (table, remarks, _summary(verified)) if part)


def _remarks(verified: Verified) -> Iterator[tuple[str, str]]:
    """Yield the failures with their networks, and the reasons of skipped checks, each reason once."""
    for each in verified.networks:
        for row in each.rows:
            if row.verdict.state is State.FAILED:
                yield f"{each.trace.network.name}: {row.check}", row.verdict.detail
    reasons: dict[tuple[str, str], int] = {}
    for each in verified.networks:
        for row in each.rows:
            if row.verdict.state is State.SKIPPED:
                key = (row.check, row.verdict.detail)
                reasons[key] = reasons.get(key, 0) + 1
    for (check, reason), count in reasons.items():
        yield f"{check} skipped", reason if count == 1 else f"{reason} ({pluralize(count, 'network')})"


def _summary(verified: Verified) -> str:
    counts = {state: sum(each.count(state) for each in verified.networks) for state in State}
    parts = [f"{counts[state]:,} {state.value}" for state in State if counts[state]]
    several = f" of {pluralize(len(verified.networks), 'network')}" if len(verified.networks) != 1 else ""
    return fit(f"{pluralize(sum(counts.values()), 'check')}{several}: {', '.join(parts) or 'nothing to check'}\n")
