"""The log of trials: a file of JSON lines that only grows, so that an end at any moment loses no finished trial.

Its first line says what the trials are of; each other line is a trial that ended. A line is on the disk before the next
trial is recorded. What was being written when a process was killed has no end of line, and is cut off.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from resnetgen.sweep.trial import Outcome, outcome_of

try:
    import fcntl
except ImportError:  # Windows
    _LOCKS = False
else:
    _LOCKS = True

NAME = "trials.jsonl"
"""The name of the file in the folder of a sweep."""


class LogError(Exception):
    """The log belongs to something else, is in use, or is damaged at a line. `help` is a way out."""

    def __init__(self, message: str, help: str, line: int = 1) -> None:
        self.help, self.line = help, line
        super().__init__(message)


class TrialLog:
    """The trials of a folder, open for one process at a time.

    Args:
        path: the file.
        subject: what the trials are of; a log with another subject is refused.

    Raises:
        LogError: another process has it open, it has another subject, or it is damaged.
        OSError: it cannot be read or written.
    """

    def __init__(self, path: str, subject: Mapping[str, Any]) -> None:
        self.path = path
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        # Without a buffer, so that a write that failed is not tried again when the file is closed.
        self._file = open(path, "a+b", buffering=0)  # noqa: SIM115  # it is closed by `close`
        try:
            self._lock()
            self.outcomes = self._read(subject)
        except BaseException:
            self._file.close()
            raise

    def record(self, outcome: Outcome) -> None:
        """Write a trial that ended; it is on the disk when this returns.

        Raises:
            OSError: it cannot be written, and then nothing of it is.
        """
        self._append(outcome.as_data())
        self.outcomes[outcome.name] = outcome

    def finished(self) -> dict[str, Outcome]:
        """Return the trials that have a result, by name."""
        return {name: each for name, each in self.outcomes.items() if each.scored is not None}

    def close(self) -> None:
        """Close the file, so that another process can open it."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _lock(self) -> None:
        if not _LOCKS:
            return
        try:
            fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            help = "wait for it, or write to another folder with -o"
            raise LogError("another sweep is running trials in this folder", help) from None

    def _read(self, subject: Mapping[str, Any]) -> dict[str, Outcome]:
        self._file.seek(0)
        content = self._file.read()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:  # a process was killed while it wrote this
            self._file.truncate(len(whole))
        if not whole:
            self._append(subject)
            return {}
        lines = whole.splitlines()
        found = _parsed(lines[0], 1)
        for key, value in subject.items():
            if found.get(key) != value:
                message = f"the trials in this folder have another {key}: {found.get(key)}"
                raise LogError(message, f"write to another folder with -o; this sweep has {value}")
        outcomes = (_outcome(line, number) for number, line in enumerate(lines[1:], 2))
        return {each.name: each for each in outcomes}

    def _append(self, data: Mapping[str, Any]) -> None:
        import json

        size = self._file.seek(0, os.SEEK_END)
        left = json.dumps(data, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        try:
            while left:
                left = left[self._file.write(left) :]
            os.fsync(self._file.fileno())
        except OSError:  # the disk is full: what was written of the line would stand before the next one
            with suppress(OSError):
                self._file.truncate(size)
            raise


def _parsed(line: bytes, number: int) -> dict[str, Any]:
    import json

    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise LogError("this line is no object of JSON", "correct or remove the line", number)
    return found


def _outcome(line: bytes, number: int) -> Outcome:
    try:
        return outcome_of(_parsed(line, number))
    except KeyError as error:
        raise LogError(f"this line lacks the key {error}", "correct or remove the line", number) from None
    except ValueError as error:
        raise LogError(f"this line {error}", "correct or remove the line", number) from None
