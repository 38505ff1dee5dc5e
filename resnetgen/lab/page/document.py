"""The page of a run, as one file of HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from resnetgen.lab.experiment import Experiment, Published
from resnetgen.lab.measurement import Conclusion
from resnetgen.lab.page.pictures import draw_conclusion, draw_training
from resnetgen.lab.results import NetworkResult
from resnetgen.number_format import pluralize
from resnetgen.pages.charts import Bar, Chart, charts
from resnetgen.pages.figures import figure, picture_style
from resnetgen.pages.markup import Markup, fill, joined, slug
from resnetgen.pages.page import Page, Section, render
from resnetgen.pages.tables import facts, table
from resnetgen.tables.table import Column

_OUTCOMES = {
    True: "The claim held here.",
    False: "The claim did not hold here.",
    None: "The claim was not decided here.",
}
"""The sentence for each outcome of a measurement."""


class Run(NamedTuple):
    """A run as its page shows it.

    Attributes:
        experiment: The experiment.
        text: Its YAML, with what it extends merged in.
        data: The title of its data set.
        networks: The results.
        conclusions: The conclusions of its measurements.
        environment: Versions, device and threads.
    """

    experiment: Experiment
    text: str
    data: str
    networks: tuple[NetworkResult, ...]
    conclusions: tuple[Conclusion, ...]
    environment: Mapping[str, Any]


def document(run: Run) -> str:
    """Return the text of the page of a run."""
    experiment = run.experiment
    lead = fill("<p>{}</p>\n<p>Data: {}. {}.</p>\n", experiment.description, run.data, _extent(run))
    return render(Page(experiment.name, lead, tuple(_sections(run)), f"Made by resnetgen lab of {experiment.name}."))


def outcome(found: Conclusion) -> str:
    """Return whether a claim held, in a sentence."""
    return _OUTCOMES[found.holds]


def _extent(run: Run) -> str:
    seeds = pluralize(len(run.experiment.seeds), "seed")
    return f"{pluralize(len(run.networks), 'network')}, {seeds}, {pluralize(run.experiment.recipe.epochs, 'epoch')}"


def _sections(run: Run) -> Iterator[Section]:
    for found in run.conclusions:
        yield _conclusion(found, run.data)
    yield _training(run)
    if run.experiment.published:
        shown = joined(_published(each) for each in run.experiment.published)
        yield Section("published", "What the paper prints", shown)
    yield Section("experiment", "Experiment", fill('<pre class="message">{}</pre>\n', run.text))
    yield Section("environment", "Environment", facts([(key, str(value)) for key, value in run.environment.items()]))


def _conclusion(found: Conclusion, data: str) -> Section:
    name = slug(found.title)
    parts = [
        fill("<p><strong>{}</strong></p>\n", outcome(found)),
        facts([("Claim", found.claim), ("Source", found.source), ("Found here", found.verdict)]),
    ]
    style = ""
    picture = draw_conclusion(found, data)
    if picture is not None:
        parts.append(figure(picture, f"{name}-curves"))
        style = picture_style(picture)
    if found.rows:
        columns = [Column(title) for title in found.columns]
        parts.append(table(found.title, columns, [list(row) for row in found.rows]))
    return Section(name, found.title, joined(parts), style=style)


def _training(run: Run) -> Section:
    shown = [each for each in run.networks if any(trial.epochs for trial in each.trials)]
    stopped = any(each.has_diverged for each in shown)
    rows = [_row(each, stopped) for each in shown]
    columns = [
        Column("network"),
        Column("layers", number=True),
        *(Column(title, number=True) for title in ("training loss", "training error", "test loss", "test error")),
        *([Column("stopped early")] if stopped else []),
    ]
    parts = [table("The last epoch: mean [least, greatest] of the seeds", columns, rows)]
    style = ""
    if shown:
        picture = draw_training(shown, run.data)
        parts.insert(0, figure(picture, "training-curves"))
        style = picture_style(picture)
        parts.append(
            fill('<p class="note">Lines are means over the seeds, bands go from the least to the greatest.</p>')
        )
    return Section("training", "Training", joined(parts), style=style)


def _row(network: NetworkResult, stopped: bool) -> list[object]:
    """Return the row of a network; with `stopped`, the trainings that were stopped early are in its last cell."""
    figures = [network.last(figure).text() for figure in ("loss", "error", "test_loss", "test_error")]
    stops = joined((f"seed {trial.seed}: {trial.diverged}" for trial in network.trials if trial.diverged), "<br>")
    return [network.name, network.depth, *figures, *([stops] if stopped else [])]


def _published(found: Published) -> Markup:
    bars = tuple(Bar(name, value, f"{value:g}") for name, value in found.values.items())
    return fill('{}<p class="note">{}</p>\n', charts([Chart(found.figure, bars)]), found.source)
