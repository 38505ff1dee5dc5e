"""Sweeps that are stopped while a program runs: the program, and what it has started, end with them."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import IO

import pytest

from resnetgen.sweep import program
from resnetgen.sweep.program import HAS_GROUPS, running
from tests.cli.command_line import environment

SCRIPT = "sleep 60 & echo $! >> started; echo $$ >> started; wait"
"""A program that starts another one, as the script of a training does."""

pytestmark = pytest.mark.skipif(not HAS_GROUPS, reason="the system has no groups of processes")


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> bool:
    end = monotonic() + seconds
    while not (done := condition()) and monotonic() < end:
        sleep(0.02)
    return done


def is_running(number: str) -> bool:
    """Tell whether a process is there, and no zombie that nobody has waited for."""
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{number}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(
    ("workers", "number", "code"),
    [
        (1, signal.SIGTERM, 143),
        (1, signal.SIGINT, 130),
        (2, signal.SIGTERM, 143),
        (2, signal.SIGINT, 130),
        (2, signal.SIGKILL, -9),
    ],
)
def test_what_a_trial_has_started_ends_with_the_sweep(folder: Path, workers: int, number: int, code: int) -> None:
    (folder / "space.yaml").write_text("name: space\nextends: resnet18\nact: {choice: [relu, silu]}\n")
    score = ["--score", f"sh -c '{SCRIPT}'", "--workers", str(workers)]
    command = [sys.executable, "-m", "resnetgen", "sweep", "space.yaml", "-n", "2", *score]
    started = Path("started")
    Path("tmp").mkdir()
    variables = {**environment(), "TMPDIR": str(folder / "tmp")}
    with subprocess.Popen(
        command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        assert wait_for(lambda: started.exists() and len(started.read_text().split()) == 2 * workers)
        process.send_signal(number)
    assert code == process.returncode
    found = started.read_text().split()
    assert wait_for(lambda: not any(map(is_running, found)), 10)
    assert [] == [*Path("tmp").glob("resnetgen-*")]


def test_a_program_ends_that_was_just_starting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start, programs = program._started, []

    def started(words: Sequence[str], errors: IO[str]) -> subprocess.Popen[str]:
        programs.append(start(words, errors))
        signal.raise_signal(signal.SIGINT)
        return programs[0]

    monkeypatch.setattr(program, "_started", started)
    with Path("errors").open("w") as errors, pytest.raises(KeyboardInterrupt), running(("sleep", "60"), errors):
        pass
    with programs[0]:
        assert -signal.SIGKILL == programs[0].wait(10)
