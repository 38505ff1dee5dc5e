"""The scores that candidates are measured by, one kind a file.

A score is written `KIND` or `KIND:REST`; what is of no kind is a command.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from resnetgen.sweep.trial import Report, Scored, Trial

KINDS = ("probe", "lab", "command")
"""The kinds of scores; each is a file here with `make_score`."""

Score = Callable[[Trial, Report], Scored]
"""A function from a trial to its result. It can be pickled, and raises ScoreFailed or Pruned."""


def make_score(written: str) -> Score:
    """Return the score that was asked for.

    Args:
        written: `probe`, `probe:MEASUREMENT`, `lab:FILE`, or a command.

    Raises:
        ValueError: no score is written like this; the message says why.
        RunError: a package that it needs is missing.
    """
    kind, _, rest = written.partition(":")
    is_kind = kind in KINDS and kind != "command"
    made: Score = import_module(f"{__name__}.{kind if is_kind else 'command'}").make_score(rest if is_kind else written)
    return made
