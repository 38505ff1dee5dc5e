"""The folder of a run: what was asked for, and the state and the results of each training.

    experiment.yaml         the experiment, with what it extends merged in
    environment.json        versions, device and threads
    specs/NETWORK.yaml      each spec, as adapted to the data; NETWORK.py is the code that was trained
    NETWORK/seed0/          a training:
      trial.json            what it is of: a run with another one goes on only in another folder
      metrics.jsonl         the figures of each epoch, a line each
      checkpoint.pt         the state after the last epoch
      MEASUREMENT.json      what a measurement has found
    result.json, index.html, curves.svg   the conclusions, and the page

Files are written whole or not at all, but for the lines of `metrics.jsonl`: a line after the epoch of the checkpoint is
dropped when a training goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from resnetgen.errors import RunError
from resnetgen.lab.results import Epoch

try:
    import fcntl
except ImportError:  # Windows
    _LOCKS = False
else:
    _LOCKS = True

WriteFile = Callable[[str, bytes], None]
"""A function that writes a file whole or not at all; it makes missing folders, and may raise an OSError."""

METRICS = "metrics.jsonl"
CHECKPOINT = "checkpoint.pt"
TRIAL = "trial.json"
_LOCK = ".lock"
BEGIN_AGAIN = "remove the folder of this training, to begin it again"


class RunFolder:
    """A folder of a run.

    Args:
        path: the folder; it is made when something is written.
        write: writes a file.
    """

    def __init__(self, path: Path, write: WriteFile) -> None:
        self.path = path
        self._write = write

    def write_text(self, name: str, text: str) -> None:
        """Write a text file.

        Raises:
            OSError: it cannot be written.
        """
        self._write(str(self.path / name), text.encode())

    def write_json(self, name: str, data: object) -> None:
        """Write data as JSON.

        Raises:
            OSError: it cannot be written.
        """
        self.write_text(name, _dumped(data, indent=2) + "\n")

    def read_json(self, name: str) -> Any:
        """Return the data of a JSON file; None if there is no such file.

        Raises:
            RunError: it is no JSON.
        """
        return _read_json(self.path / name)

    def trial(self, network: str, seed: int) -> TrialFolder:
        """Return the folder of a training."""
        return TrialFolder(self.path / network / f"seed{seed}", self._write)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from running in this folder for the time of a `with` block.

        The system releases the lock of a process that is killed. Where it has no locks, nothing is kept.

        Raises:
            RunError: another process runs in it.
            OSError: the folder cannot be made.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        if not _LOCKS:
            yield
            return
        with (self.path / _LOCK).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                message = f"another process is running in {self.path}"
                raise RunError(message, "wait for it, or write to another folder with -o", "RG807") from None
            yield


class TrialFolder:
    """The folder of a training."""

    def __init__(self, path: Path, write: WriteFile) -> None:
        self.path = path
        self._write = write

    def claim(self, identity: Mapping[str, Any]) -> None:
        """See that what is in the folder is of the same training; write of which, if there is none yet.

        Args:
            identity: what the training is of, as JSON can hold it.

        Raises:
            RunError: it is of another one.
            OSError: it cannot be written.
        """
        if not self.has(identity):
            self._write(str(self.path / TRIAL), (_dumped(identity, indent=2) + "\n").encode())

    def has(self, identity: Mapping[str, Any]) -> bool:
        """Tell whether the folder has this training; False if it has none.

        Raises:
            RunError: it has another one.
        """
        found = _read_json(self.path / TRIAL)
        if found is None:
            return False
        changes = [*_changes(found, _parsed(_dumped(identity)))]
        if changes:
            message = f"{self.path} has another training: {'; '.join(changes[:4])}"
            help = "run the changed experiment in another folder with -o; nothing was changed in this one"
            raise RunError(message, help, "RG807")
        return True

    def epochs(self, most: int) -> tuple[Epoch, ...]:
        """Return the first epochs, and drop the lines of later ones, as a killed process may have left one.

        Args:
            most: the number of epochs.

        Raises:
            RunError: some of them are not there.
        """
        path = self.path / METRICS
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.exists() else []
        kept = lines[:most]
        try:
            found = tuple(Epoch(**_parsed(line)) for line in kept)
        except (ValueError, TypeError):
            found = ()
        if len(found) < most:
            message = f"{path} has {len(found)} epochs, but its checkpoint is after {most}"
            raise RunError(message, BEGIN_AGAIN, "RG807")
        if [*kept, ""] != lines and lines:
            self._write(str(path), "".join(f"{line}\n" for line in kept).encode())
        return found

    def add_epoch(self, epoch: Epoch) -> None:
        """Add the line of an epoch.

        Raises:
            OSError: it cannot be written.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / METRICS).open("a", encoding="utf-8") as file:
            file.write(_dumped(epoch._asdict()) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def save(self, state: Mapping[str, Any]) -> None:
        """Write the checkpoint.

        Raises:
            OSError: it cannot be written; the checkpoint before it is unchanged.
        """
        import torch

        buffer = BytesIO()
        torch.save(dict(state), buffer)
        self._write(str(self.path / CHECKPOINT), buffer.getvalue())

    def saved(self) -> dict[str, Any] | None:
        """Return the state of the checkpoint, on the CPU; None if there is none.

        Raises:
            RunError: it cannot be read.
        """
        import torch

        path = self.path / CHECKPOINT
        if not path.exists():
            return None
        try:
            found = torch.load(path, map_location="cpu", weights_only=True)
        except Exception as error:  # torch has no class for what is no checkpoint
            message = f"{path} cannot be read: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
            raise RunError(message, BEGIN_AGAIN, "RG807") from None
        if not isinstance(found, dict) or not isinstance(found.get("epoch"), int):
            raise RunError(f"{path} is not the state of a training", BEGIN_AGAIN, "RG807")
        return found

    def write_json(self, name: str, data: object) -> None:
        """Write data as JSON.

        Raises:
            OSError: it cannot be written.
        """
        self._write(str(self.path / name), (_dumped(data) + "\n").encode())

    def read_json(self, name: str) -> Any:
        """Return the data of a JSON file; None if there is no such file."""
        return _read_json(self.path / name)


def _read_json(path: Path) -> Any:
    if not path.exists():
        return None
    try:
        found = _parsed(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunError(f"{path} is no JSON: {error}", "remove it, to write it again", "RG807") from None
    if not isinstance(found, dict):
        raise RunError(f"{path} is no JSON object", "remove it, to write it again", "RG807")
    return found


def _changes(before: Any, after: Any, at: str = "") -> Iterator[str]:
    """Yield the values that differ, as `recipe.epochs: 20 became 30`."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            yield from _changes(before.get(key), after.get(key), f"{at}.{key}".removeprefix("."))
    elif before != after:
        shown = (_dumped(each) for each in (before, after))
        one, other = (text if len(text) <= 40 else f"{text[:37]}..." for text in shown)
        yield f"{at}: {one} became {other}"


def _dumped(data: object, indent: int | None = None) -> str:
    import json

    return json.dumps(data, indent=indent, ensure_ascii=False, allow_nan=False)


def _parsed(text: str) -> Any:
    import json

    return json.loads(text)
