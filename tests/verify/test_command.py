"""`resnetgen verify` as a command: which checks, which specs, what is written, how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from importlib import util
from pathlib import Path

import pytest

from resnetgen.cli.verify import run
from resnetgen.errors import RunError
from resnetgen.installation import install_command
from resnetgen.verify import CHECKS, run_checks
from resnetgen.verify.task import CheckResult, Task, WorkerStarted
from resnetgen.verify.verdict import Verdict, failed, passed, skipped
from tests.cli.command_line import Completed, resnetgen
from tests.verify.doctored import SPEC

SMALL = "small.yaml"

JOBS: list[int] = []
"""The number of networks at a time of each command."""


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    """A folder with a spec, the current one."""
    (folder / SMALL).write_text(SPEC, encoding="utf-8")
    return folder


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """The tasks that the command has networks examined for; every check passes but for two."""
    tasks: list[Task] = []
    verdicts: dict[str, Verdict] = {"macs": failed("no [such] `thing`"), "onnx": skipped("there is none")}

    def examine(task: Task) -> Iterable[WorkerStarted | CheckResult]:
        tasks.append(task)
        yield WorkerStarted("cpu", "cpu, 1 thread")
        yield from (CheckResult(name, verdicts.get(name, passed("well")), 0.5) for name in task.checks)

    replace(monkeypatch, examine)
    return tasks


def replace(monkeypatch: pytest.MonkeyPatch, examine: Callable[[Task], Iterable[WorkerStarted | CheckResult]]) -> None:
    """Have networks examined one after another, by a function."""

    def side_by_side(
        tasks: Iterable[Task], jobs: int, _: object = None
    ) -> Iterator[tuple[WorkerStarted | CheckResult, ...]]:
        JOBS.append(jobs)
        yield from (tuple(examine(task)) for task in tasks)

    monkeypatch.setattr(run, "run_parallel", side_by_side)


def wrong(done: Completed) -> str:
    """The words of wrong usage, however they were broken into lines."""
    assert (2, "") == (done.code, done.out)
    return " ".join(done.err.split())


@pytest.fixture
def jobs() -> list[int]:
    JOBS.clear()
    return JOBS


# Which checks


def test_all_checks_are_the_default(asked: list[Task]) -> None:
    resnetgen("verify", SMALL)
    (task,) = asked
    assert tuple(check.name for check in CHECKS) == task.checks
    assert ("auto", 2, 600, (3, 16, 16)) == (task.device, task.batch, task.timeout, task.trace.input)


def test_checks_are_chosen_by_name_and_group_and_run_in_their_order(asked: list[Task]) -> None:
    options = ("--checks", "compile, shapes", "--check", "behaviour", "--skip", "forward,independence")
    resnetgen("verify", SMALL, *options)
    assert ("shapes", "backward", "determinism", "state_dict", "compile") == asked[0].checks


def test_an_unknown_check_is_wrong_usage(asked: list[Task]) -> None:
    words = wrong(resnetgen("verify", SMALL, "--checks", "shape"))
    assert "unknown check 'shape'; did you mean `shapes`? the checks are imports, tensors," in words
    assert words.endswith("compile; the groups are prediction, behaviour, tools")
    assert [] == asked


def test_to_skip_everything_is_wrong_usage(asked: list[Task]) -> None:
    assert "--skip leaves no check to run" in wrong(
        resnetgen("verify", SMALL, "--check", "macs", "--skip", "prediction")
    )
    assert [] == asked


def test_the_options_reach_the_task(asked: list[Task]) -> None:
    options = ("--device", "cpu", "--input-size", "24x32", "--batch", "3", "--timeout", "7")
    resnetgen("verify", SMALL, *options, "--checks", "macs")
    (task,) = asked
    assert ("cpu", 3, 7, (3, 24, 32)) == (task.device, task.batch, task.timeout, task.trace.input)


# What is written


def test_a_network_has_a_row_for_each_check(asked: list[Task]) -> None:
    done = resnetgen("verify", SMALL, "--checks", "params,macs,onnx")
    assert (1, "") == (done.code, done.err)
    title, _, header, rule, *rows = done.out.splitlines()
    assert "small at 2x3x16x16, on cpu, 1 thread" == title
    assert ["check", "found"] == header.split()
    assert {"─"} == set(rule)
    assert [
        "params  ✓  well",
        "macs    ✗  no [such] `thing`",
        "onnx    -  there is none",
        "",
        "3 checks: 1 passed, 1 failed, 1 skipped",
    ] == rows


def test_several_networks_have_a_row_each_and_what_failed_below(asked: list[Task]) -> None:
    done = resnetgen("verify", SMALL, "resnet20", "--checks", "params,macs,onnx")
    assert (1, "") == (done.code, done.err)
    header, _, *rows = done.out.splitlines()
    assert ["network", "params", "macs", "onnx"] == header.split()
    assert [
        "small     ✓       ✗     -",
        "resnet20  ✓       ✗     -",
        "",
        "small: macs     no [such] `thing`",
        "resnet20: macs  no [such] `thing`",
        "onnx skipped    there is none (2 networks)",
        "",
        "6 checks of 2 networks: 2 passed, 2 failed, 2 skipped",
    ] == rows


def test_it_ends_well_where_no_check_fails(asked: list[Task]) -> None:
    assert 0 == resnetgen("verify", SMALL, "--checks", "params,onnx").code


def test_json(asked: list[Task]) -> None:
    done = resnetgen("verify", SMALL, "--checks", "params,macs", "--format", "json")
    assert (1, "") == (done.code, done.err)
    rows = [
        {"check": "params", "group": "prediction", "state": "passed", "detail": "well", "seconds": 0.5},
        {"check": "macs", "group": "prediction", "state": "failed", "detail": "no [such] `thing`", "seconds": 0.5},
    ]
    network = {
        "spec": SMALL,
        "name": "small",
        "input": [3, 16, 16],
        "device": "cpu",
        "description": "cpu, 1 thread",
        "checks": rows,
    }
    assert {"passed": False, "batch": 2, "form": "trained", "networks": [network]} == json.loads(done.out)


def test_the_form_for_inference(asked: list[Task]) -> None:
    done = resnetgen("verify", SMALL, "--deploy", "--checks", "params", "--format", "json")
    found = json.loads(done.out)
    assert ("deployed", "small_deploy") == (found["form"], found["networks"][0]["name"])
    assert "def convert(" in asked[0].source
    assert "small_deploy" == asked[0].trace.network.name


# What bad input gets


def test_nothing_runs_where_a_spec_is_at_fault(asked: list[Task], folder: Path) -> None:
    (folder / "wrong.yaml").write_text("extends: resnet18\nname: wrong\nact: swisch\n", encoding="utf-8")
    done = resnetgen("verify", SMALL, "wrong.yaml")
    assert (1, "") == (done.code, done.out)
    assert "wrong.yaml:3:6: error[RG204]" in done.err
    assert [] == asked


def test_a_size_at_which_a_network_does_not_work_is_told(asked: list[Task], folder: Path) -> None:
    (folder / "antialiased.yaml").write_text("extends: resnetblur18\nname: antialiased\n", encoding="utf-8")
    done = resnetgen("verify", "antialiased.yaml", "--input-size", "2")
    assert (1, "") == (done.code, done.out)
    assert "error[RG304]" in done.err
    assert [] == asked


def test_each_network_has_its_own_smallest_size(asked: list[Task]) -> None:
    resnetgen("verify", SMALL, "resnet50", "resnet18_1d", "--input-size", "smallest", "--checks", "macs")
    assert [(3, 3, 3), (3, 33, 33), (12, 33)] == [task.trace.input for task in asked]


def test_processors_are_shared_out_among_the_networks(
    asked: list[Task], jobs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "cpu_count", lambda: 8)
    resnetgen("verify", SMALL)
    resnetgen("verify", SMALL, "resnet20")
    resnetgen("verify", SMALL, "resnet20", "--jobs", "1")
    resnetgen("verify", SMALL, "resnet20", "resnet32", "--jobs", "3")
    assert [0, 0, 1, 3] == jobs
    assert [0, 4, 4, 0, 0, 2, 2, 2] == [task.threads for task in asked]


def test_a_size_that_is_none_is_wrong_usage(asked: list[Task]) -> None:
    words = wrong(resnetgen("verify", SMALL, "--input-size", "big"))
    assert "invalid size 'big'" in words
    assert "smallest" in words


def test_warnings_are_of_the_own_size(asked: list[Task], folder: Path) -> None:
    (folder / "warned.yaml").write_text(SPEC.replace("blocks: 1, channels: 8", "blocks: 1, channels: 7"), "utf-8")
    options = ("warned.yaml", "--checks", "params")
    own, other = resnetgen("verify", *options), resnetgen("verify", *options, "--input-size", "32")
    assert "warning[RG505]" in own.err
    assert (0, 0, "") == (own.code, other.code, other.err)
    ignored = resnetgen("verify", *options, "--ignore", "RG505")
    assert (0, "") == (ignored.code, ignored.err)


def test_an_empty_folder_is_told(asked: list[Task], folder: Path) -> None:
    (folder / "nothing").mkdir()
    done = resnetgen("verify", "nothing")
    assert 1 == done.code
    assert "error[RG1" in done.err


def test_a_refusal_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def examine(task: Task) -> Iterable[WorkerStarted | CheckResult]:
        raise RunError("there is no `device`", "use another one", "RG802")

    replace(monkeypatch, examine)
    done = resnetgen("verify", SMALL)
    assert (1, "", "error[RG802]: there is no `device`\n   help: use another one\n") == done


def test_a_want_of_memory_is_told_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def examine(task: Task) -> Iterable[WorkerStarted | CheckResult]:
        yield WorkerStarted("cuda", "cuda:0, of some kind")
        yield from (CheckResult(name, failed("OutOfMemoryError", memory=True), 0.5) for name in task.checks)

    replace(monkeypatch, examine)
    done = resnetgen("verify", SMALL, "--checks", "forward,backward", "--batch", "4096")
    assert 1 == done.code
    words = (
        "error[RG803]: small: the checks `forward`, `backward` ran out of memory on cuda with a batch of 4096 and an "
        "input of 3x16x16\n   help: use a smaller --batch or --input-size, or --device cpu\n"
    )
    assert words == done.err


def without(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    known = util.find_spec
    monkeypatch.setattr("resnetgen.runtime.packages.find_spec", lambda name: None if name in packages else known(name))


def test_without_torch_it_says_what_to_install(asked: list[Task], monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "torch")
    message = "error[RG801]: verifying a network needs torch, which is not installed\n"
    assert (1, "", f"{message}   help: {install_command('torch')}\n") == resnetgen("verify", SMALL)
    assert [] == asked


def test_a_package_is_missed_where_its_check_is_asked_for(asked: list[Task], monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "onnxruntime")
    message = "error[RG801]: the check `onnx` needs onnxruntime, which is not installed\n"
    expected = (1, "", f"{message}   help: {install_command('onnx')}\n")
    assert expected == resnetgen("verify", SMALL, "--checks", "onnx")
    assert [] == asked


def test_a_check_that_nobody_asked_for_is_left_out_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "onnxruntime")
    sent: list[tuple[str, ...]] = []

    def process(task: Task, folder: str) -> Iterable[WorkerStarted | CheckResult]:
        sent.append(task.checks)
        yield from (CheckResult(name, passed("well"), 0.0) for name in task.checks)

    monkeypatch.setattr(run_checks, "_worker_messages", process)
    done = resnetgen("verify", SMALL, "--checks", "tools", "--skip", "compile")
    assert 0 == done.code
    assert f"onnx           -  onnxruntime is not installed: {install_command('onnx')}\n" in done.out
    assert "onnx" not in sent[0]
