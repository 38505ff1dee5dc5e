"""Input that is meant to take all time or memory: each ends in a message, within bounds that are measured."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.cli.command_line import program
from tests.hostile.bombs import LAUGHS, WELL, WRONG
from tests.nightly import one_in

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no getrusage, and no such files")

SECONDS = 4.0
"""Of the processor, the start of Python included. The promise is one, on an idle machine of today; the runners of a CI
share theirs, and are some three times as slow. What a bomb would take is minutes."""

MEGABYTES = 200
"""At the peak. It does not depend on how busy a machine is, so it is the promise itself; a good spec takes 45."""

MEASURED = """
import resource, sys
from resnetgen.cli.app import main
code = main()
used = resource.getrusage(resource.RUSAGE_SELF)
if sys.platform == "linux":  # there `ru_maxrss` begins as that of the process which started this one
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 2**10
else:
    peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
print(code, used.ru_utime + used.ru_stime, peak)
"""


def measured(path: str) -> tuple[int, float, float, str]:
    """The exit code of a check, the seconds of the processor and the megabytes that it took, and what it said."""
    done = program(MEASURED, "check", path)
    *_, last = done.out.splitlines()
    code, seconds, peak = last.split()
    return int(code), float(seconds), float(peak), done.err


def assert_refused_in_bounds(path: str) -> None:
    code, seconds, peak, told = measured(path)
    assert (1, True) == (code, f"{path}:" in told and ": error[RG" in told), told[:1000]
    assert (True, True, True) == (seconds < SECONDS, peak < MEGABYTES, len(told) < 150_000), (seconds, peak, len(told))


@pytest.mark.parametrize("content", one_in(3, WRONG))
def test_a_spec_that_is_too_much_is_refused_within_bounds(content: str, folder: Path) -> None:
    Path("spec.yaml").write_text(content, encoding="utf-8")
    assert_refused_in_bounds("spec.yaml")


@pytest.mark.parametrize("content", one_in(3, WELL))
def test_a_large_spec_is_well_within_bounds(content: str, folder: Path) -> None:
    Path("spec.yaml").write_text(content, encoding="utf-8")
    code, seconds, peak, told = measured("spec.yaml")
    assert 0 == code, told[:1000]
    assert (True, True) == (seconds < SECONDS, peak < MEGABYTES), (seconds, peak)


@pytest.mark.parametrize("size", [100_000_000, 10**12])
def test_a_huge_file_is_not_read(size: int, folder: Path) -> None:
    with open("spec.yaml", "wb") as file:
        file.truncate(size)
    assert_refused_in_bounds("spec.yaml")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/full", "/dev/urandom"])
def test_a_device_is_not_read(device: str, folder: Path) -> None:
    if not os.path.exists(device):
        pytest.skip(f"there is no {device}")
    Path("spec.yaml").symlink_to(device)
    assert_refused_in_bounds("spec.yaml")
    assert_refused_in_bounds(device)


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo("spec.yaml")
    start = time.perf_counter()
    assert_refused_in_bounds("spec.yaml")
    Path("other.yaml").write_text("name: x\nextends: spec.yaml\n")
    assert_refused_in_bounds("other.yaml")
    assert time.perf_counter() - start < 200  # of the clock: it would wait without working, for ever


def test_a_folder_in_place_of_a_spec(folder: Path) -> None:
    Path("spec.yaml").mkdir()
    assert_refused_in_bounds("spec.yaml")


def test_a_folder_of_many_wrong_specs(folder: Path) -> None:
    """All the messages are wanted here, and still each of them ends."""
    Path("specs").mkdir()
    for number in range(200):
        Path(f"specs/{number}.yaml").write_text(LAUGHS)
    code, seconds, peak, told = measured("specs")
    assert (1, 200) == (code, told.count("error[RG107]"))
    assert (True, True) == (seconds < 2 * SECONDS, peak < MEGABYTES), (seconds, peak)


def test_a_chain_of_specs_ends(folder: Path) -> None:
    for number in range(1000):
        Path(f"s{number}.yaml").write_text(f"extends: s{number + 1}.yaml\nx: {'y' * 900_000 if number < 40 else ''}\n")
    Path("spec.yaml").write_text("name: x\nextends: s0.yaml\n")
    code, seconds, peak, told = measured("spec.yaml")
    assert (1, True) == (code, "RG111" in told), told[:1000]
    assert (True, True) == (seconds < SECONDS, peak < MEGABYTES), (seconds, peak)


def test_many_threads_of_checks_share_no_state(folder: Path) -> None:
    """Results of one spec never leak into another's: the caches key on equality."""
    from resnetgen import diagnose_text

    expected = {name: [each.code for each in diagnose_text(WRONG[name])] for name in ("exponent", "brackets", "groups")}
    found: list[tuple[str, list[str]]] = []
    threads = [
        threading.Thread(target=lambda name=name: found.append((name, [e.code for e in diagnose_text(WRONG[name])])))
        for name in [*expected] * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [] == [each for each in found if each[1] != expected[each[0]]]
    assert 12 == len(found)
