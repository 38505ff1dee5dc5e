"""The scores that candidates are measured by, one kind a file.

A score is written `KIND` or `KIND:REST`; what is of no kind is a command.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol

from resnetgen.sweep.trial import Report, Scored, Trial

KINDS = ("probe", "lab", "command")
"""The kinds of scores; each is a file here with `make_score`."""


class Score(Protocol):
    """A function from a trial to its result. It can be pickled."""

    def __call__(self, trial: Trial, report: Report) -> Scored:
        """Score a trial.

        Raises:
            ScoreFailed: it has no result.
            Pruned: the report did not want the rest.
        """
        ...

    def depends_on(self) -> Mapping[str, str]:
        """Return what results depend on beside how the score is written: results of another one are not mixed in."""
        ...


def make_score(written: str) -> Score:
    """Return the score that was asked for.

    Args:
        written: `probe`, `probe:MEASUREMENT`, `lab:FILE`, or a command.

    Raises:
        ValueError: no score is written like this; the message says why.
        SpecError: the experiment that it names is wrong.
        RunError: a package that it needs is missing.
    """
    kind, _, rest = written.partition(":")
    is_kind = kind in KINDS and kind != "command"
    made: Score = import_module(f"{__name__}.{kind if is_kind else 'command'}").make_score(rest if is_kind else written)
    return made
