"""The findings of `resnetgen probe` as text: a table for each measurement, and the verdicts below it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from resnetgen.cli.tables import as_text as table_as_text
from resnetgen.cli.tables import terminal_width
from resnetgen.diagnostics.terminal import escape, wrap
from resnetgen.probe import load_measurement
from resnetgen.tables.table import Column

if TYPE_CHECKING:
    from resnetgen.cli.probe.run import Probed
    from resnetgen.probe.finding import Figure, Finding


_SINGULAR = {"pixels": "pixel", "branches": "branch", "blocks": "block", "degrees": "degree"}
"""The units of one."""


def as_text(probed: Sequence[Probed], names: Sequence[str]) -> str:
    """Return findings as text: for each measurement its title and source, a table of its figures, and the verdicts."""
    return "\n".join(_section(name, [(each.name, each.findings[name]) for each in probed]) for name in names)


def _section(name: str, findings: Sequence[tuple[str, Finding]]) -> str:
    taken = load_measurement(name)
    labels = list(dict.fromkeys(figure.name for _, finding in findings for figure in finding.figures))
    text = _wrapped(f"{taken.title} ({taken.source})", indent=0)
    if labels:
        columns = [Column(""), *(Column(escape(network), number=True) for network, _ in findings)]
        rows = [[label, *(_cell(label, finding.figures) for _, finding in findings)] for label in labels]
        text += table_as_text(columns, rows)
    return text + "".join(_verdict(network, finding) for network, finding in findings)


def _cell(label: str, figures: Sequence[Figure]) -> str:
    return next((_figure(each) for each in figures if each.name == label), "")


def _figure(figure: Figure) -> str:
    """Return a number to three digits, with its unit."""
    value = figure.value
    if not isfinite(value):
        shown = "infinite"
    elif value >= 100_000 or 0 < value < 0.001:
        shown = f"{value:.2e}"
    elif value >= 100:
        shown = f"{value:,.0f}"
    else:
        shown = f"{value:.3g}"
    unit = _SINGULAR.get(figure.unit, figure.unit) if shown == "1" else figure.unit
    return f"{shown}{'' if unit == '%' else ' '}{unit}".strip()


def _verdict(network: str, finding: Finding) -> str:
    line = f"{'warning: ' if finding.is_warning else ''}{escape(network)}: {finding.verdict}"
    return _wrapped(line, indent=2)


def _wrapped(line: str, indent: int) -> str:
    room = terminal_width()
    lines = [line] if room is None else wrap(line, room - indent)
    return "".join(f"{' ' * indent}{each}\n" for each in lines)
