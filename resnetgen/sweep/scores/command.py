"""The score of a command: a program that is given the file of a candidate, and prints a number.

It is started without a shell. `{spec}` in its words stands for the path of the spec; without it, the path comes last.
Its last line is the score: a number, or an object of JSON with the key `score` and other numbers. An earlier line that
is an object with `step` and `score` tells the score so far, by which a search may stop the trial.
"""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from typing import NamedTuple, TypeGuard

from resnetgen.sweep.program import running
from resnetgen.sweep.trial import Report, Scored, ScoreFailed, Trial

PLACE = "{spec}"
"""The text that stands for the path of the spec."""

_TAIL = 400
"""The most characters of what a failed program has printed that are told."""


class CommandScore(NamedTuple):
    """The words of the command."""

    words: tuple[str, ...]

    def __call__(self, trial: Trial, report: Report) -> Scored:
        """Run the command for a trial.

        Raises:
            ScoreFailed: it cannot be started, fails, or prints no score.
            Pruned: the report did not want the rest.
        """
        # A kill would leave the temporary folder, so there is none for a trial that has a file.
        with nullcontext("") if trial.path else tempfile.TemporaryDirectory(prefix="resnetgen-") as folder:
            path = trial.here(folder)
            named = any(PLACE in word for word in self.words)
            words = [word.replace(PLACE, path) for word in self.words] + ([] if named else [path])
            return _run(words, report)

    def depends_on(self) -> Mapping[str, str]:
        """Return nothing: only its user knows what a program depends on."""
        return {}


def make_score(written: str) -> CommandScore:
    """Return the score of a command as a shell would split it into words.

    Raises:
        ValueError: there is no command, or no program of its name.
    """
    try:
        words = tuple(shlex.split(written))
    except ValueError:
        raise ValueError("a quotation mark or a backslash of the command has no end") from None
    if not words:
        raise ValueError("the command is empty")
    if shutil.which(words[0]) is None:
        raise ValueError(f"there is no program {words[0]!r}")
    return CommandScore(words)


def _run(words: list[str], report: Report) -> Scored:
    with tempfile.TemporaryFile("w+", errors="replace") as errors:
        last = ""
        with running(words, errors) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.strip():
                    _tell(last, report)
                    last = line.strip()
            code = process.wait()
        if code:
            errors.seek(0)
            told = " ".join(errors.read().split())[-_TAIL:] or last[-_TAIL:]
            ended = f"ended with exit code {code}" if code > 0 else f"was killed by signal {-code}"
            raise ScoreFailed(f"{os.path.basename(words[0])} {ended}{': ' if told else ''}{told}")
    return _scored(last, os.path.basename(words[0]))


def _tell(line: str, report: Report) -> None:
    """Report the score so far, if a line tells it."""
    found = _number_or_object(line)
    if isinstance(found, Mapping) and isinstance(found.get("step"), int) and _is_number(found.get("score")):
        report(found["step"], float(found["score"]))


def _scored(line: str, name: str) -> Scored:
    """Return the result that the last line of a program's output tells."""
    found = _number_or_object(line)
    if not line:
        raise ScoreFailed(f"{name} printed nothing; its last line must be a number, or JSON with the key `score`")
    if isinstance(found, Mapping):
        figures = {str(key): float(value) for key, value in found.items() if _is_number(value)}
        if "score" in figures:
            return Scored(figures.pop("score"), figures)
    elif _is_number(found):
        return Scored(float(found))
    raise ScoreFailed(f"the last line of {name} is no number, and no JSON with the key `score`: {line[:80]}")


def _number_or_object(line: str) -> object:
    import json

    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError):
        try:
            return float(line)
        except ValueError:
            return None
    return found


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
