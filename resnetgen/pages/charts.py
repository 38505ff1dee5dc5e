"""Charts: bars beside the names and the figures that they stand for, as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from resnetgen.pages.markup import Markup, fill, joined

WIDTH = 100.0
"""The width of the longest bar, in units that the page stretches."""


class Bar(NamedTuple):
    """A row of a chart: a name, a length, and the figure in words; `exact` has all its digits, shown on hover."""

    name: str
    length: float
    figure: str
    exact: str = ""


class Chart(NamedTuple):
    """Bars of one unit. A `line` at some length is one that they are compared with, and `line_name` names it."""

    title: str
    bars: tuple[Bar, ...]
    line: float = 0
    line_name: str = ""


def chart(shown: Chart) -> Markup:
    """Return a chart; its bars are as wide as the page leaves them."""
    longest = max([shown.line, *(bar.length for bar in shown.bars)]) or 1.0
    rows = joined(_row(bar, shown.line, longest) for bar in shown.bars)
    note = fill('<span class="note"> (line: {})</span>', shown.line_name) if shown.line else Markup("")
    return fill(
        '<table class="chart">\n<caption>{}{}</caption>\n<tbody>\n{}</tbody>\n</table>\n', shown.title, note, rows
    )


def _row(bar: Bar, line: float, longest: float) -> Markup:
    width = WIDTH * bar.length / longest
    mark = ""
    if line:
        at = min(WIDTH * line / longest, WIDTH - 0.4)
        mark = f'<rect class="mark" x="{at:.2f}" width="0.4" height="10"/>'
    drawing = Markup(
        f'<svg class="bar" viewBox="0 0 {WIDTH:g} 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width:.2f}" height="10"/>{mark}</svg>'
    )
    exact = fill(' title="{}"', bar.exact) if bar.exact else Markup("")
    return fill(
        '<tr><th scope="row">{}</th><td>{}</td><td class="number"{}>{}</td></tr>\n',
        bar.name,
        drawing,
        exact,
        bar.figure,
    )


def charts(several: Sequence[Chart]) -> Markup:
    """Return charts beside each other, or below where the page is narrow."""
    return fill('<div class="charts">\n{}</div>\n', joined(map(chart, several)))
