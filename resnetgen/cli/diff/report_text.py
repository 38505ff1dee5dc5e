"""The comparison of two networks as text, for a terminal."""

from __future__ import annotations

import sys

from resnetgen.cli import tables
from resnetgen.cli.output import colored, columns, fit
from resnetgen.comparison.comparison import Comparison
from resnetgen.comparison.wording import (
    FIGURES,
    PARTS,
    Line,
    Section,
    changes,
    figures,
    parts,
    state_dict,
    unchanged,
    verdicts,
)
from resnetgen.diagnostics.terminal import escape, wrap

_COLORS = {"+": "\x1b[32m", "-": "\x1b[31m", "~": "\x1b[33m"}


def as_text(comparison: Comparison) -> str:
    """Return the figures, the changed parts, their changes, the state dict, and the transfer of weights."""
    title = fit(f"{escape(comparison.titles[0])} -> {escape(comparison.titles[1])}\n")
    told = fit("".join(f"{escape(line)}\n" for line in verdicts(comparison)))
    if not comparison.differ():
        return "\n".join([title, "No difference: both specs give the same network.\n", told])
    blocks = [title, tables.as_text(FIGURES, figures(comparison), flexible=[1, 2]), _parts(comparison)]
    blocks += map(_section, changes(comparison))
    rest = unchanged(comparison)
    blocks += [fit(f"{rest}\n") if rest else "", _section(state_dict(comparison)), told]
    return "\n".join(block for block in blocks if block)


def _parts(comparison: Comparison) -> str:
    cells = parts(comparison)
    if not cells:
        return ""
    room = tables.terminal_width()
    if room is not None:
        cells = tables.fold(cells, 1, tables.width(PARTS, cells) - room)
    return tables.as_text(PARTS, cells, flexible=[7, 1, 2])


def _section(section: Section) -> str:
    title = fit(f"{escape(section.title)}\n") if section.title else ""
    return title + "".join(map(_line, section.lines))


def _line(line: Line) -> str:
    text = f"{line.sign} {escape(line.text)}" if line.sign else escape(line.text)
    style = _COLORS.get(line.sign, "") if colored(sys.stdout) else ""
    rows = wrap(text, columns(sys.stdout), start=2, indent=4)
    end = "\x1b[0m" if style else ""
    return "".join(f"{'  ' if number == 0 else '    '}{style}{row}{end}\n" for number, row in enumerate(rows))
