"""The candidates of a sweep with their figures, in each format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from resnetgen.cli import tables
from resnetgen.spaces.figures import FIGURES
from resnetgen.spaces.space import Space
from resnetgen.sweep.candidates import Candidate
from resnetgen.sweep.tally import Tally
from resnetgen.sweep.trial import Outcome, Scored
from resnetgen.tables.formats import printer
from resnetgen.tables.table import Column, Table


class Kept(NamedTuple):
    """A candidate with its name and its file, and the outcome of its trial if there was one."""

    name: str
    path: str
    candidate: Candidate
    outcome: Outcome | None = None

    @property
    def scored(self) -> Scored | None:
        """The result of its trial; None if it has none."""
        return None if self.outcome is None else self.outcome.scored


def printed(space: Space, seed: int, tally: Tally, kept: Sequence[Kept], format: str) -> str:
    """Return the candidates in a format: `table`, or one of `tables.formats`."""
    has_scores = any(each.outcome is not None for each in kept)
    scores = (Column("score", number=True),) if has_scores else ()
    columns = (Column("candidate"), *scores, *(Column(figure.title, number=True) for figure in FIGURES.values()))
    cells = [[each.name, *([_score(each)] if has_scores else []), *_texts(each.candidate)] for each in kept]
    if format == "table":
        return tables.as_text(columns, cells)
    if format == "csv":  # for programs, which read numbers with all digits
        columns = (Column("candidate"), *scores, *map(Column, FIGURES))
        cells = [[each.name, *([_exact(each)] if has_scores else []), *_numbers(each.candidate)] for each in kept]
    rows = tuple(tuple((cell,) for cell in row) for row in cells)
    return printer(format)(Table(columns, rows, _data(space, seed, tally, kept)))


def _score(kept: Kept) -> str:
    return "" if kept.scored is None else f"{kept.scored.score:.4g}"


def _exact(kept: Kept) -> str:
    return "" if kept.scored is None else repr(kept.scored.score)


def _texts(candidate: Candidate) -> list[str]:
    figures = candidate.figures or {}
    return [figure.text(figures[key]) for key, figure in FIGURES.items()]


def _numbers(candidate: Candidate) -> list[str]:
    figures = (candidate.figures or {}).values()
    return ["x".join(map(str, value)) if isinstance(value, list) else str(value) for value in figures]


def _trial(kept: Kept) -> dict[str, Any]:
    """Return the keys of a trial; none where there was none."""
    if kept.outcome is None:
        return {}
    scored = kept.scored
    return {
        "score": None if scored is None else scored.score,
        "score_figures": {} if scored is None else dict(scored.figures),
        "error": kept.outcome.error or None,
    }


def _data(space: Space, seed: int, tally: Tally, kept: Sequence[Kept]) -> dict[str, Any]:
    constraints = {}
    for each in space.constraints:
        least, greatest = tally.spans.get(each.figure, (None, None))
        excluded = tally.by_constraint[each.figure]
        constraints[each.figure] = {
            "range": each.written,
            "excluded": excluded,
            "least": least,
            "greatest": greatest,
        }
    return {
        "space": space.source.text.name,
        "seed": seed,
        "drawn": tally.drawn,
        "duplicates": tally.duplicates,
        "misfits": tally.misfits,
        "invalid": tally.invalid,
        "excluded": tally.excluded,
        "constraints": constraints,
        "candidates": [
            {
                "name": each.name,
                "file": each.path,
                "number": each.candidate.number,
                **(each.candidate.figures or {}),
                **_trial(each),
            }
            for each in kept
        ],
    }
