"""The analysis of a sweep as a page: its error distribution function, each choice, and the fronts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from resnetgen.number_format import pluralize
from resnetgen.pages.figures import figure, picture_style
from resnetgen.pages.markup import Markup, fill, joined, slug
from resnetgen.pages.page import Page, Section
from resnetgen.pages.tables import facts, table
from resnetgen.pictures.axes import Axis
from resnetgen.pictures.geometry import Picture
from resnetgen.pictures.scatter import Plot, draw_scatter, staircase
from resnetgen.spaces.figures import FIGURES, Figures
from resnetgen.sweep.analysis import RESAMPLES, best_values, distribution, front
from resnetgen.sweep.choices import Choice
from resnetgen.tables.table import Column

_MOST_ROWS = 10
"""The most candidates of the table of the best."""

_FRONTS = ("macs", "params", "memory")
"""The figures that a front weighs against the score."""

_GRID = ".plots{display:flex;flex-wrap:wrap;gap:4px 20px}.plots .frame{margin:4px 0}"


class Point(NamedTuple):
    """A scored candidate: its name, its score, its figures, and the value of each choice by the name of the choice."""

    name: str
    score: float
    figures: Figures
    values: Mapping[str, Any]


class Analysis(NamedTuple):
    """A sweep: its space, its score as written, its scored candidates, its choices, and the trials without a score.

    Of the latter, `failed` and `stopped` are the numbers; a search has stopped some early. With `maximize`, a larger
    score is better.
    """

    space: str
    score: str
    points: tuple[Point, ...]
    choices: tuple[Choice, ...]
    failed: int = 0
    stopped: int = 0
    maximize: bool = False

    def losses(self) -> list[float]:
        """Return the scores so that a smaller one is better."""
        return [-each.score if self.maximize else each.score for each in self.points]

    def best(self) -> list[Point]:
        """Return the candidates, the best first."""
        return sorted(self.points, key=lambda each: -each.score if self.maximize else each.score)


def sweep_page(found: Analysis) -> Page:
    """Return the page of an analysis, which has at least one scored candidate."""
    better = "larger" if found.maximize else "smaller"
    words = f"{pluralize(len(found.points), 'candidate')} of the design space {found.space}, by the score {found.score}"
    lead = fill("<p>{}; a {} score is better.</p>\n", words, better)
    sections = (_overview(found), _distribution(found), _choices(found), _fronts(found))
    footer = "Written by resnetgen sweep. Statistics after Radosavovic et al., arXiv:1905.13214 and arXiv:2003.13678."
    return Page(f"Sweep of {found.space}", lead, sections, footer)


def _overview(found: Analysis) -> Section:
    best = found.best()
    pairs: list[tuple[str, object]] = [
        ("best", f"{best[0].score:.4g} ({best[0].name})"),
        ("median", f"{median(each.score for each in found.points):.4g}"),
        ("worst", f"{best[-1].score:.4g} ({best[-1].name})"),
    ]
    if found.failed:
        pairs.append(("failed", pluralize(found.failed, "trial")))
    if found.stopped:
        pairs.append(("stopped early", pluralize(found.stopped, "trial")))
    columns = [Column("candidate"), Column("score", number=True)]
    columns += [Column(each.title, number=True) for each in FIGURES.values()]
    rows = [
        [each.name, f"{each.score:.4g}", *(figure.text(each.figures[key]) for key, figure in FIGURES.items())]
        for each in best[:_MOST_ROWS]
    ]
    caption = f"The best {pluralize(len(rows), 'candidate')}"
    return Section("overview", "Overview", facts(pairs) + table(caption, columns, rows))


def _distribution(found: Analysis) -> Section:
    pairs = distribution([each.score for each in found.points])
    if found.maximize:  # the share that is at least as good
        pairs = tuple((-score, share) for score, share in reversed(distribution(found.losses())))
    words = "at or above" if found.maximize else "at or below"
    y = Axis(f"share of candidates {words} the score")
    picture = draw_scatter(Plot("Distribution of the score", Axis("score"), y, line=_steps(pairs, found.maximize)))
    text = fill(
        "<p>A space is better than another if its curve is further to the {}.</p>\n",
        "right" if found.maximize else "left",
    )
    return _section("distribution", "Error distribution", [picture], text)


def _steps(pairs: tuple[tuple[float, float], ...], falls: bool) -> tuple[tuple[float, float], ...]:
    return staircase((*pairs, (pairs[-1][0], 0.0)) if falls else ((pairs[0][0], 0.0), *pairs))


def _choices(found: Analysis) -> Section:
    plots = [draw_scatter(_choice(found, choice)) for choice in found.choices]
    text = fill(
        "<p>Each dot is a candidate. The band holds the values of the best candidate in 95 % of {} resamples of a "
        "quarter of the candidates.</p>\n",
        f"{RESAMPLES:,}",
    )
    return _section("choices", "Choices", plots, text)


def _choice(found: Analysis, choice: Choice) -> Plot:
    x, y = Axis(choice.label, choice.is_logarithmic), Axis("score")
    values = [each.values.get(choice.label) for each in found.points]
    names = () if choice.is_number else tuple(dict.fromkeys(str(value) for value in choice.values))
    place: Callable[[Any], float] = (lambda value: names.index(str(value)) + 1.0) if names else float
    known = [(place(value), each.score) for value, each in zip(values, found.points, strict=True) if value is not None]
    losses = [-score if found.maximize else score for _, score in known]
    best = None if names else best_values([value for value, _ in known], losses)
    note = "" if best is None else f"best near {best.median:,.4g}, from {best.low:,.4g} to {best.high:,.4g}"
    band = None if best is None else (best.low, best.high)
    shown = tuple(name if len(name) <= 12 else f"{name[:11]}…" for name in names)
    return Plot(choice.label, x, y, tuple(known), band=band, names=shown, note=note)


def _fronts(found: Analysis) -> Section:
    return _section(
        "fronts",
        "Fronts",
        [draw_scatter(plot) for plot in _front_plots(found)],
        fill("<p>No candidate is at least as good along both axes as one on the line.</p>\n"),
    )


def _front_plots(found: Analysis) -> Iterator[Plot]:
    sign = -1.0 if found.maximize else 1.0
    for key in _FRONTS:
        pairs = [(float(value), each.score) for each in found.points if isinstance(value := each.figures[key], int)]
        line = tuple((x, sign * loss) for x, loss in front([(x, sign * score) for x, score in pairs]))
        title = FIGURES[key].title
        unit = " in bytes" if key == "memory" else ""
        yield Plot(
            f"Score and {title}",
            Axis(f"{title}{unit}", is_logarithmic=True),
            Axis("score"),
            tuple(pairs),
            staircase(line),
        )


def _section(id: str, title: str, pictures: Sequence[Picture], text: Markup) -> Section:
    drawn = joined(figure(picture, f"{id}-{slug(picture.title)}-{number}") for number, picture in enumerate(pictures))
    style = _GRID + (picture_style(*pictures) if pictures else "")
    return Section(id, title, fill('{}<div class="plots">\n{}</div>\n', text, drawn), style=style)
