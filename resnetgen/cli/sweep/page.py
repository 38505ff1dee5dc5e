"""The page of `resnetgen sweep --page`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from resnetgen.cli import marked_file
from resnetgen.cli.output import print_note
from resnetgen.cli.sweep.listing import Kept
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.number_format import binary_size
from resnetgen.pages.page import MARK, render
from resnetgen.spaces.space import Space
from resnetgen.sweep.choices import choices
from resnetgen.sweep.page import Analysis, Point, sweep_page
from resnetgen.sweep.trial import PRUNED
from resnetgen.sweep.trial_log import TrialLog

if TYPE_CHECKING:
    from resnetgen.cli.sweep.run import SweepOptions

_NOT_OURS = "resnetgen has not written this file"
_ELSEWHERE = "choose another file with --page, or remove it"


SUFFIX = ".html"


def page_refused(path: str) -> Diagnostic | None:
    """Return the reason why a page cannot replace what is there, before trials are run for it."""
    refused = marked_file.refused(path, mark=MARK, why=_NOT_OURS, force=False)
    return None if refused is None else refused._replace(help=_ELSEWHERE)


def write_page(path: str, space: Space, options: SweepOptions, kept: Sequence[Kept], log: TrialLog) -> list[Diagnostic]:
    """Write the page about the trials, and return the reason if it cannot be written; without results there is none."""
    outcomes = filter(None, (log.outcomes.get(each.name) for each in kept))
    without = [each.error == PRUNED for each in outcomes if each.scored is None]
    stopped = sum(without)
    points = tuple(_points(kept, log))
    if not points:
        print_note(f"{path}: not written, since no candidate has a score\n")
        return []
    source = Path(space.source.text.name).name
    found = Analysis(
        source, options.score or "", points, choices(space), len(without) - stopped, stopped, options.maximize
    )
    content = render(sweep_page(found)).encode()
    refused = marked_file.write(path, content, mark=MARK, why=_NOT_OURS, force=False)
    if refused is not None:
        return [refused._replace(help=_ELSEWHERE)]
    print_note(f"{path}: {binary_size(len(content))}\n")
    return []


def _points(kept: Sequence[Kept], log: TrialLog) -> Iterator[Point]:
    for each in kept:
        outcome = log.outcomes.get(each.name)
        if outcome is None or outcome.scored is None or each.candidate.figures is None:
            continue
        values = {".".join(map(str, at)): value for at, value in each.candidate.values.items()}
        yield Point(each.name, outcome.scored.score, each.candidate.figures, values)
