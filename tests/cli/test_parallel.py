"""Many specs by several processes: what is said is the same to the byte, and no process outlives the command."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnetgen.cli import parallel, spec_args
from resnetgen.cli.parallel import parallel_map
from tests.cli.command_line import Completed, command, environment, process, program, resnetgen

COUNT = 60

METHODS = [
    pytest.param("fork", marks=pytest.mark.skipif(sys.platform != "linux", reason="not safe there")),
    "spawn",
]


@pytest.fixture
def folder(folder: Path) -> Path:
    """Specs of which a third are wrong, another third extend one that is, and the others have a warning or none."""
    Path("specs").mkdir()
    Path("specs/base.yaml").write_text("name: base\nextends: resnet18\nact: rleu\n")
    for number in range(COUNT - 1):
        base = ("resnet18", "resnet18", "base.yaml")[number % 3]
        name = f"9x{number}" if number % 3 == 0 else f"n{number}"
        text = f"name: {name}\nextends: {base}\nhead: {{classes: {number + 1}}}\n"
        Path(f"specs/n{number:03}.yaml").write_text(text)
    return folder


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("format", ["text", "json"])
def test_what_is_said_is_the_same(method: str, format: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = resnetgen("check", "specs", "nowhere.yaml", "--jobs", "1", "--format", format)
    monkeypatch.setattr(parallel, "_method", lambda: method)

    assert 1 == alone.code
    assert alone == resnetgen("check", "specs", "nowhere.yaml", "--jobs", "3", "--format", format)


def test_the_order_is_that_of_the_arguments(folder: Path) -> None:
    named = [f"specs/n{number:03}.yaml" for number in range(COUNT - 2, -1, -1)]
    done = resnetgen("check", *named, "--jobs", "2", "--format", "json")
    assert named == [spec["name"] for spec in json.loads(done.out)["specs"]]


def test_the_command_by_itself_has_workers(folder: Path) -> None:
    alone = process("check", "specs", "--jobs", "1")
    assert (1, "") == (alone.code, alone.out)
    assert alone == process("check", "specs", "--jobs", "4")


def double(number: int) -> int:
    return 2 * number


def own_process(_: int) -> int:
    return os.getpid()


def fail_at_seven(number: int) -> int:
    if number == 7:
        raise Unloadable("a fault", "of ours")
    return number


def die_elsewhere(number: int) -> int:
    if number == 7 and os.getpid() != HERE:
        os._exit(3)
    return number


class Unloadable(Exception):
    """An exception that can be pickled, and not loaded again."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} {other}")


HERE = os.getpid()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 33, 1000])
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_are_in_order(count: int, workers: int) -> None:
    assert [2 * number for number in range(count)] == list(parallel_map(double, range(count), workers, sure=True))


def test_it_is_several_processes() -> None:
    first, *others = parallel_map(own_process, range(100), 2, sure=True)
    assert os.getpid() == first
    assert 1 <= len(set(others) - {first}) <= 2


def test_a_worker_that_dies_is_made_up_for() -> None:
    assert list(range(100)) == list(parallel_map(die_elsewhere, range(100), 2, sure=True))


def test_a_fault_shows_as_it_does_alone() -> None:
    found = parallel_map(fail_at_seven, range(100), 2, sure=True)
    assert list(range(7)) == [next(found) for _ in range(7)]
    with pytest.raises(Unloadable, match="a fault of ours"):
        next(found)


def test_a_fault_of_ours_names_the_spec(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from resnetgen.analysis.shape_inference import trace

    def faulty(network: object, size: object) -> object:
        assert getattr(network, "name", "") != "n40"
        return trace(network, size)  # type: ignore[arg-type]

    monkeypatch.setattr("resnetgen.compiler.trace", faulty)
    monkeypatch.setattr(parallel, "_method", lambda: "fork")  # whose workers have the faulty one too
    alone = resnetgen("check", "specs", "--jobs", "1")

    assert (70, "") == (alone.code, alone.out)
    assert f"   while compiling {Path('specs/n040.yaml')}" in alone.err.splitlines()
    assert alone == resnetgen("check", "specs", "--jobs", "3")


@pytest.mark.parametrize(
    ("count", "method", "processors", "expected"),
    [
        pytest.param(199, "fork", 8, 1, id="few"),
        pytest.param(200, "fork", 8, 2, id="enough"),
        pytest.param(5000, "fork", 8, 8, id="many"),
        pytest.param(5000, "fork", 1, 1, id="one processor"),
        pytest.param(1999, "spawn", 8, 1, id="few for what starts slowly"),
        pytest.param(2000, "spawn", 8, 2, id="enough for what starts slowly"),
    ],
)
def test_there_are_as_many_as_pay(
    count: int, method: str, processors: int, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = []

    def recorded(do: object, things: list[object], workers: int, _: str) -> Iterator[object]:
        used.append(workers)
        return iter(things)

    monkeypatch.setattr(parallel, "_method", lambda: method)
    monkeypatch.setattr(parallel, "_processors", lambda: processors)
    monkeypatch.setattr(parallel, "_run_workers", recorded)
    monkeypatch.setattr(spec_args, "result", lambda spec, options: spec)
    list(
        spec_args.results(
            [spec_args.SpecArg(str(number), Path()) for number in range(count)], spec_args.CompileOptions(), 0
        )
    )

    assert [expected] == (used or [1])


@pytest.mark.skipif(sys.platform != "linux", reason="never forked there")
def test_a_process_with_threads_is_not_forked() -> None:
    """In a process of its own: other tests may have left a thread in this one."""
    text = (
        "import threading; from resnetgen.cli import parallel; print(parallel._method());"
        "threading.Thread(target=threading.Event().wait, daemon=True).start(); print(parallel._method())"
    )
    assert Completed(0, "fork\nspawn\n", "") == program(text)


def test_a_number_of_processes_is_positive() -> None:
    assert 2 == resnetgen("check", "resnet50", "resnet18", "--jobs", "0").code
    assert 2 == resnetgen("check", "resnet50", "resnet18", "--jobs", "x").code
    assert Completed(0, "2 specs passed\n", "") == resnetgen("check", "resnet50", "resnet18", "--jobs", "99")


SLOW = """\
import os, sys, time
from resnetgen import compiler
from resnetgen.cli import parallel
trace = compiler.trace
def slow(*arguments):
    with open(f"started-{os.getpid()}", "w"):
        time.sleep(0.5)
    return trace(*arguments)
compiler.trace = slow
parallel._method = lambda: "fork"
if __name__ == "__main__":
    from resnetgen.cli.app import main
    sys.exit(main())
"""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for(what: object, seconds: float = 200) -> None:
    end = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")
@pytest.mark.parametrize(
    ("number", "to_all", "code"),
    [
        pytest.param(signal.SIGINT, True, 130, id="Ctrl-C"),
        pytest.param(signal.SIGINT, False, 130, id="interrupted alone"),
        pytest.param(signal.SIGTERM, False, 143, id="terminated"),
        pytest.param(signal.SIGKILL, False, -signal.SIGKILL, id="killed"),
    ],
)
def test_nothing_is_left_of_it(number: signal.Signals, to_all: bool, code: int, folder: Path) -> None:
    Path("slow.py").write_text(SLOW)
    words = [sys.executable, "slow.py", "check", *(f"specs/n{each:03}.yaml" for each in range(1, 59, 3)), "--jobs", "2"]
    running = subprocess.Popen(
        words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    wait_for(lambda: len(list(folder.glob("started-*"))) == 3)  # the process itself, and its workers
    pids = [int(path.name.removeprefix("started-")) for path in folder.glob("started-*")]
    (os.killpg if to_all else os.kill)(running.pid, number)

    assert (b"", b"") == running.communicate(timeout=200)
    assert code == running.returncode
    wait_for(lambda: not any(map(alive, pids)))


def test_a_spawned_worker_needs_no_program_of_its_own(folder: Path) -> None:
    text = (
        "import sys; from resnetgen.cli import parallel; parallel._method = lambda: 'spawn';"
        "from resnetgen.cli.app import main; sys.exit(main())"
    )
    assert process("check", "specs") == program(text, "check", "specs", "--jobs", "2")
    assert command("check")[0] == sys.executable
