"""A network is run by a process of its own: it may die, hang or print, and only what it was at has failed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from resnetgen.api import compile_mapping
from resnetgen.errors import RunError
from resnetgen.verify.run_checks import _describe_exit
from resnetgen.verify.scheduler import run_parallel
from resnetgen.verify.task import CheckResult, Task, WorkerStarted
from resnetgen.verify.verdict import State
from tests.cli.command_line import command, environment
from tests.cli.test_terminal import terminal_output, unix
from tests.verify.doctored import small

FORWARD = "    def forward(self, x: Tensor) -> Tensor:\n        x = self.forward_features"
"""Where the forward pass of the network begins."""


def running(statements: str) -> str:
    """The small network's source, doing something at the beginning of its forward pass."""
    _, source = small()
    first, _, rest = FORWARD.partition("\n")
    assert FORWARD in source
    return source.replace(FORWARD, f"{first}\n        {statements}\n{rest}")


def examined(source: str, *checks: str, timeout: float = 100.0, device: str = "cpu") -> list[CheckResult]:
    compiled, _ = small()
    (found,) = run_parallel([Task(compiled.trace, source, device, 2, checks, timeout)], 1)
    assert any(isinstance(each, WorkerStarted) for each in found)
    return [each for each in found if isinstance(each, CheckResult)]


def summaries(rows: list[CheckResult]) -> list[tuple[str, State, str]]:
    return [(row.check, row.verdict.state, row.verdict.detail) for row in rows]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("import os; os._exit(3)", "its process ended, with exit code 3"),
        ("import os; os._exit(0)", "its process ended, with exit code 0"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "its process was ended by SIGSEGV"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            "its process was ended by SIGKILL, as where memory runs out",
        ),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="its processes end by numbers, not by signals")
def test_the_check_at_which_it_died_has_failed_and_another_process_goes_on(
    statement: str, words: str, temporary: Path
) -> None:
    rows = examined(running(statement), "params", "forward", "tensors")
    assert [
        ("params", State.PASSED, "5,266 parameters, 150 values in buffers"),
        ("forward", State.FAILED, words),
        ("tensors", State.PASSED, "38 tensors"),
    ] == summaries(rows)
    assert [False, words.endswith("memory runs out"), False] == [row.verdict.memory for row in rows]
    assert [] == list(temporary.glob("resnetgen-*"))


def test_what_takes_too_long_has_failed() -> None:
    start = time.monotonic()
    rows = examined(running("import time; time.sleep(1000)"), "forward", "params", timeout=3)
    assert ("forward", State.FAILED, "it did not finish within 3 seconds") == summaries(rows)[0]
    assert ("params", State.PASSED) == summaries(rows)[1][:2]
    assert time.monotonic() - start < 200


def test_without_a_network_the_other_checks_are_left_out() -> None:
    rows = examined("import torch\nraise OSError('gone')\n", "imports", "params", "forward")
    assert ("imports", State.FAILED, "OSError: gone (line 2 of small.py)") == summaries(rows)[0]
    reason = "not run, because `imports` failed"
    assert [("params", State.SKIPPED, reason), ("forward", State.SKIPPED, reason)] == summaries(rows)[1:]


def test_an_exception_is_told_with_its_line() -> None:
    (row,) = examined(running("raise ValueError('of two\\nlines')"), "forward")
    assert State.FAILED == row.verdict.state
    assert row.verdict.detail.startswith("ValueError: of two (line ")


@pytest.mark.parametrize("statement", ["raise MemoryError", "x = torch.empty(2 ** 60)"])
def test_it_is_known_that_memory_ran_out(statement: str) -> None:
    first, second = examined(running(statement), "forward", "params")
    assert (State.FAILED, True) == (first.verdict.state, first.verdict.memory)
    assert (State.PASSED, False) == (second.verdict.state, second.verdict.memory)


def test_what_it_prints_is_not_heard(capfd: pytest.CaptureFixture[str]) -> None:
    rows = examined(running("import os; print('heard'); os.write(2, b'heard')"), "forward")
    assert [State.PASSED] == [row.verdict.state for row in rows]
    assert ("", "") == tuple(capfd.readouterr())


def test_what_it_printed_is_shown_to_who_looks_for_a_fault(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RESNETGEN_DEBUG", "1")
    examined(running("raise ValueError('no')"), "forward")
    assert "Traceback" in capfd.readouterr().err


def test_a_device_that_is_not_there_is_refused(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    compiled, source = small()
    with pytest.raises(RunError, match="there is no CUDA device: torch ") as refused:
        list(run_parallel([Task(compiled.trace, source, "cuda", 2, ("imports",), 100.0)], 1))
    assert "RG802" == refused.value.code
    assert [] == list(temporary.glob("resnetgen-*"))


def test_a_folder_that_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(RunError, match="no temporary file can be written: No such file or directory") as refused:
        examined(small()[1], "params")
    assert "RG601" == refused.value.code


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize(
    ("sign", "number", "code"),
    [
        pytest.param("", signal.SIGINT, 130, id="Ctrl-C while torch is imported"),
        pytest.param("/output.txt", signal.SIGINT, 130, id="Ctrl-C at work"),
        pytest.param("/output.txt", signal.SIGTERM, 143, id="terminated"),
    ],
)
def test_a_command_that_is_ended_leaves_nothing(sign: str, number: int, code: int, tmp_path: Path) -> None:
    """The sign is a file that is there when the signal is sent: the folder comes before the processes do."""
    process = subprocess.Popen(
        command("verify", "resnet20", "--device", "cpu"),
        env=environment() | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    begun = time.monotonic()
    while not list(tmp_path.glob(f"resnetgen-verify-*{sign}")) and time.monotonic() - begun < 200:
        time.sleep(0.1)
    time.sleep(0 if sign else 0.5)  # by then the process that others are forked from is being started
    os.killpg(process.pid, number)  # as a terminal sends it, to all of them
    out, err = process.communicate(timeout=100)
    assert (code, b"", b"") == (process.returncode, out, err)
    assert [] == list(tmp_path.glob("resnetgen-verify-*"))
    assert [] == living(process.pid)


def living(group: int) -> list[str]:
    """The processes of a group that are still there, once they have had time to leave."""
    for _ in range(100):
        listed = subprocess.run(["ps", "-eo", "pgid,stat,args"], capture_output=True, encoding="utf-8", check=True)
        found = [line for line in listed.stdout.splitlines() if line.split()[0] == str(group) and " Z" not in line]
        if not found:
            return []
        time.sleep(0.1)
    return found


@unix
def test_a_single_network_shows_a_bar_of_its_checks() -> None:
    found = terminal_output(command("verify", "resnet20", "--checks", "imports,params"))
    assert re.search(r"resnet20.*0/2.*imports.*1/2.*params", found, re.DOTALL)


@pytest.mark.skipif(sys.platform == "win32", reason="its processes end by numbers, not by signals")
def test_a_crash_of_a_network_over_three_axes_has_a_likely_cause() -> None:
    """torch 2.13 aborts in oneDNN's backward pass of small 3-D convolutions on a CPU."""
    data = {"name": "small", "extends": "resnet18", "input": {"size": [32, 64, 64]}}
    task = Task(compile_mapping(data).trace, "", "cpu", 2, (), 1.0)
    told = _describe_exit(-signal.SIGABRT, task)
    assert told.startswith("its process was ended by SIGABRT: torch 2.13 aborts in oneDNN when it trains a small 3-D")
    assert "--device cuda" in told
    assert "its process was ended by SIGABRT" == _describe_exit(-signal.SIGABRT, task._replace(device="cuda"))
    assert "its process was ended by SIGKILL, as where memory runs out" == _describe_exit(-signal.SIGKILL, task)
    flat = task._replace(trace=small()[0].trace)
    assert "its process was ended by SIGABRT" == _describe_exit(-signal.SIGABRT, flat)
