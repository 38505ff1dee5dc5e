"""How long one of many different specs takes to check in a process that is already warm.

Run it by hand: `python -m benchmarks.throughput [ROUNDS]`.
"""

import itertools
import statistics
import subprocess
import sys
import time

from benchmarks.specs import imagenet
from benchmarks.timing import report_figure, report_machine, report_times
from resnetgen import diagnose_text

COUNT = 1000
TARGET = 0.7  # milliseconds a spec

BLOCKS = [
    "{type: basic}",
    "{type: bottleneck}",
    "{type: bottleneck, mid: out / 2, groups: 32}",
    "{type: bottleneck, mid: out / 2}",
    "{type: preact_bottleneck}",
]
DEPTHS = [(2, 2, 2, 2), (3, 4, 6, 3), (3, 4, 23, 3), (3, 8, 36, 3), (1, 2, 3, 1), (3, 24, 36, 3), (2, 3, 5)]
WIDTHS = [128, 192, 256, 320, 384, 512, 640]  # of the first stage; each further one is twice as wide
STRIDES = [(1, 2, 2, 2), (2, 1, 2, 2), (2, 2, 2, 2), (1, 1, 2, 2), (1, 2, 1, 2)]  # three stages use the first three


def main(rounds: int) -> None:
    """Check all the specs, each round in a process of its own: a second pass would find blocks of the first."""
    first, again = zip(*(_in_new_process() for _ in range(rounds)), strict=True)
    report_machine(["pydantic", "PyYAML"])
    report_times({"the first time": list(first), "once more": list(again)})
    print()
    report_figure("a spec, the first time", 1000 * statistics.median(first) / COUNT, TARGET, "ms")


def _in_new_process() -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-m", "benchmarks.throughput", "--once"], capture_output=True, check=True)
    first, again = done.stdout.split()
    return float(first), float(again)


def once() -> None:
    """Print the seconds that all specs take, and that they take once more."""
    specs = distinct_specs(COUNT)
    diagnose_text(specs[0].replace("network0", "warm"))
    print(_seconds(specs), _seconds(specs))


def _seconds(specs: list[str]) -> float:
    start = time.perf_counter()
    faulty = [text for text in specs if diagnose_text(text)]
    seconds = time.perf_counter() - start
    assert not faulty, faulty[0]
    return seconds


def distinct_specs(count: int) -> list[str]:
    """Write specs that differ in blocks, depths, widths and strides, not in their names alone."""
    choices = itertools.product(STRIDES, WIDTHS, DEPTHS, BLOCKS)
    specs = [
        imagenet(
            name=f"network{number}",
            block=block,
            blocks=depths,
            channels=[width * 2**stage for stage in range(len(depths))],
            strides=strides[: len(depths)],
        )
        for number, (strides, width, depths, block) in enumerate(itertools.islice(choices, count))
    ]
    assert count == len(specs)
    return specs


if __name__ == "__main__":
    if sys.argv[1:] == ["--once"]:
        once()
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
