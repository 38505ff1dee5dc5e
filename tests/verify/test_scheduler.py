"""Several networks examined at a time: what is found comes in their order, and nothing is left where it is ended."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest

from resnetgen.errors import RunError
from resnetgen.runtime import system_resources
from resnetgen.verify import scheduler as module
from resnetgen.verify.run_checks import Waiting
from resnetgen.verify.scheduler import footprint, run_parallel
from resnetgen.verify.task import CheckResult, Task, WorkerStarted
from resnetgen.verify.verdict import passed
from tests.verify.doctored import small

HANGS = "import torch\nwhile True:\n    pass\n"

GIGABYTE = 2**30


def task(name: str, *, device: str = "cpu", source: str = "") -> Task:
    compiled, _ = small()
    return Task(compiled.trace, source, device, 2, (name,), 100.0, 1)


@pytest.fixture
def running_counts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of running tasks at each start, on eight processors; tasks end in reverse order."""
    begun: Counter[str] = Counter()
    seen: list[int] = []

    def examination(task: Task) -> Generator[WorkerStarted | CheckResult | Waiting]:
        begun[""] += 1
        seen.append(begun[""])
        answers, theirs = multiprocessing.Pipe(duplex=False)
        with answers, theirs:
            theirs.send(None)
            yield Waiting(answers, 0.0)
            yield WorkerStarted("cuda" if task.device == "auto" else "cpu", "")
            for _ in range(9 - int(task.checks[0])):
                yield Waiting(answers, 0.0)
        yield CheckResult(task.checks[0], passed(""), 0.0)
        begun[""] -= 1

    monkeypatch.setattr(module, "run_checks", examination)
    monkeypatch.setattr(system_resources, "cpu_count", lambda: 8)
    monkeypatch.setattr(system_resources, "memory_limit", lambda: 8 * GIGABYTE)
    return seen


def names(count: int, jobs: int, **options: str) -> list[str]:
    found = run_parallel([task(str(number), **options) for number in range(count)], jobs)
    return [row.check for rows in found for row in rows if isinstance(row, CheckResult)]


@pytest.mark.parametrize(("jobs", "most"), [(1, 1), (3, 3), (0, 8)])
def test_as_many_are_run_at_a_time_as_is_asked_for(jobs: int, most: int, running_counts: list[int]) -> None:
    assert [str(number) for number in range(10)] == names(10, jobs)
    assert most == max(running_counts)


def test_on_cuda_they_are_run_one_after_another_unless_it_is_asked_for(running_counts: list[int]) -> None:
    assert ["0", "1", "2"] == names(3, 0, device="auto")
    assert [1, 1, 1] == running_counts
    assert ["0", "1", "2"] == names(3, 2, device="auto")
    assert 2 == max(running_counts[3:])


def test_fewer_are_run_where_memory_would_run_short(running_counts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_resources, "memory_limit", lambda: 2 * footprint(task("0")))
    assert [str(number) for number in range(6)] == names(6, 0)
    assert 2 == max(running_counts)
    monkeypatch.setattr(system_resources, "memory_limit", lambda: 1)
    assert ["0", "1"] == names(2, 0)  # one is run in any case


def test_there_may_be_nothing_to_run(running_counts: list[int]) -> None:
    assert [] == names(0, 0)


def test_a_network_that_hangs_keeps_no_other_from_being_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    hangs = task("imports", source=HANGS)._replace(timeout=3.0)
    well = task("imports", source=small()[1])
    first, second, third = run_parallel([hangs, well, well], 2)
    assert ["it did not finish within 3 seconds"] == [
        row.verdict.detail for row in first if isinstance(row, CheckResult)
    ]
    assert second[-1]._replace(seconds=0.0) == third[-1]._replace(seconds=0.0)  # type: ignore[call-arg]
    assert [] == list(tmp_path.glob("resnetgen-*"))


def test_where_one_is_refused_all_are_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(multiprocessing.active_children())
    hangs = task("imports", source=HANGS)
    with pytest.raises(RunError, match="there is no CUDA device"):
        list(run_parallel([hangs, task("imports", device="cuda")], 2))
    assert before == set(multiprocessing.active_children())
    assert [] == list(tmp_path.glob("resnetgen-*"))


def test_the_memory_of_a_container_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(system_resources, "_CGROUP_LIMIT", limit)
    whole = system_resources.memory_limit()
    limit.write_text("max\n", encoding="ascii")
    assert whole == system_resources.memory_limit()
    limit.write_text("1000\n", encoding="ascii")
    assert (None if whole is None else 1000) == system_resources.memory_limit()


def test_each_result_is_told_as_soon_as_it_is_there(running_counts: list[int]) -> None:
    told: list[str] = []
    tasks = [task(str(number)) for number in range(4)]
    found = [row.check for rows in run_parallel(tasks, 4, lambda row: told.append(row.check)) for row in rows[1:]]  # type: ignore[union-attr]
    assert ["0", "1", "2", "3"] == found
    assert ["3", "2", "1", "0"] == told
