"""A trial: a candidate and the score that is measured for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

Report = Callable[[int, float], None]
"""Takes a step and the score so far. It raises `Pruned` where the rest of the trial is not worth its time."""


PRUNED = "pruned"
"""The reason of a trial that ended early because those before it were better at the same step."""


def no_report(step: int, score: float) -> None:
    """Take a score so far, and do nothing."""


class Trial(NamedTuple):
    """A candidate to be scored.

    Attributes:
        name: its name, unique in its folder.
        text: its spec, which extends nothing, so that any machine can compile it.
        path: its file on this machine; empty on others.
        report: takes its scores so far, in the process that has started it.
    """

    name: str
    text: str
    path: str = ""
    report: Report = no_report

    def here(self, folder: str) -> str:
        """Return the path of its file; where it has none, one that is written to a folder."""
        if self.path:
            return self.path
        path = Path(folder) / f"{self.name}.yaml"
        path.write_text(self.text, encoding="utf-8")
        return str(path)


class Scored(NamedTuple):
    """The result of a score: the score itself, and other figures by name."""

    score: float
    figures: Mapping[str, float] = MappingProxyType({})


class Outcome(NamedTuple):
    """The end of a trial: the result, or the reason why there is none.

    Attributes:
        name: the name of the trial.
        scored: the result; None for a trial that failed.
        error: the reason of a failure.
        attempts: how often it was begun.
        seconds: how long the last attempt took.
    """

    name: str
    scored: Scored | None
    error: str = ""
    attempts: int = 1
    seconds: float = 0.0

    @property
    def is_final(self) -> bool:
        """True if it is not begun again: there is a result, or the rest of it was not wanted."""
        return self.scored is not None or self.error == PRUNED

    def as_data(self) -> dict[str, Any]:
        """Return it as an object of JSON."""
        found = {} if self.scored is None else {"score": self.scored.score, "figures": dict(self.scored.figures)}
        state = "failed" if self.scored is None else "finished"
        error = {"error": self.error} if self.error else {}
        seconds = round(self.seconds, 3)
        return {"trial": self.name, "state": state, **found, **error, "attempts": self.attempts, "seconds": seconds}


def outcome_of(data: Mapping[str, Any]) -> Outcome:
    """Return the outcome for an object that `as_data` gave.

    Raises:
        KeyError: it lacks a key.
        ValueError: a value is none that `as_data` gives; the message names its key.
    """
    scored = None
    if data["state"] == "finished":
        scored = Scored(_checked(data, "score", _is_figure), _checked(data, "figures", _has_figures))
    return Outcome(
        _checked(data, "trial", lambda value: isinstance(value, str)),
        scored,
        str(data.get("error", "")),
        _checked(data, "attempts", lambda value: type(value) is int),
        _checked(data, "seconds", _is_figure),
    )


def _checked(data: Mapping[str, Any], key: str, is_right: Callable[[Any], bool]) -> Any:
    if not is_right(data[key]):
        raise ValueError(f"has a wrong value for the key {key!r}")
    return data[key]


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < inf


def _has_figures(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_figure, value.values()))


class ScoreFailed(Exception):
    """A score has no result for a candidate; the message says why."""


class Pruned(Exception):
    """The rest of a trial is not worth its time."""
