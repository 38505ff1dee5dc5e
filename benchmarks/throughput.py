"""Time to check one of many different specs in a warm process.

Run it by hand: `python -m benchmarks.throughput [ROUNDS]`.
"""

import itertools
import random
import statistics
import subprocess
import sys
import time

from benchmarks.specs import imagenet
from benchmarks.timing import ROOT, report_figure, report_machine, report_times
from resnetgen import diagnose_text

COUNT = 1000
TARGET = 0.7  # milliseconds a spec

TWO_LAYERS = ["{type: basic}"]
THREE_LAYERS = [
    "{type: bottleneck}",
    "{type: bottleneck, mid: out / 2, groups: 32}",
    "{type: bottleneck, mid: out / 2}",
    "{type: preact_bottleneck}",
]
SHALLOW = [(2, 2, 2, 2), (3, 4, 6, 3), (3, 4, 4, 3), (2, 4, 8, 4), (4, 4, 8, 4), (3, 5, 9, 3), (4, 8, 8)]
DEEP = [(3, 4, 6, 3), (3, 4, 23, 3), (3, 8, 36, 3), (3, 24, 36, 3), (4, 6, 12, 4), (6, 8, 12), (3, 12, 24, 6)]
SHAPES = [*itertools.product(TWO_LAYERS, SHALLOW), *itertools.product(THREE_LAYERS, DEEP)]  # nobody would warn of these
WIDTHS = [128, 192, 256, 320, 384, 512, 640]  # of the first stage; each further one is twice as wide
STRIDES = [(1, 2, 2, 2), (2, 1, 2, 2), (2, 2, 2, 2), (1, 1, 2, 2), (1, 2, 1, 2)]  # three stages use the first three


def main(rounds: int) -> None:
    """Check all specs once a round, each round in a fresh process: a second pass would hit the cache of blocks."""
    columns = list(zip(*(_in_new_process() for _ in range(rounds)), strict=True))
    times = {name: list(column) for name, column in zip(SETS, columns, strict=True)}
    report_machine(["pydantic", "PyYAML"])
    report_times(times)
    print()
    for name, seconds in times.items():
        report_figure(f"a spec of {name}", 1000 * statistics.median(seconds) / COUNT, TARGET, "ms")


def _in_new_process() -> list[float]:
    command = [sys.executable, "-m", "benchmarks.throughput", "--once"]
    done = subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
    return [float(seconds) for seconds in done.stdout.split()]


def once() -> None:
    """Print the time of each set of specs on first sight."""
    sets = [write(COUNT) for write in SETS.values()]
    diagnose_text(sets[0][0].replace("network0", "warm"))
    print(*map(_seconds, sets))


def _seconds(specs: list[str]) -> float:
    start = time.perf_counter()
    faulty = [text for text in specs if diagnose_text(text)]
    seconds = time.perf_counter() - start
    assert not faulty, faulty[0]
    return seconds


def distinct_specs(count: int) -> list[str]:
    """Return specs that differ in blocks, depths, widths and strides, not only in name."""
    choices = itertools.product(STRIDES, WIDTHS, SHAPES)
    specs = [
        imagenet(
            name=f"network{number}",
            block=block,
            blocks=depths,
            channels=[width * 2**stage for stage in range(len(depths))],
            strides=strides[: len(depths)],
        )
        for number, (strides, width, (block, depths)) in enumerate(itertools.islice(choices, count))
    ]
    assert count == len(specs)
    return specs


def unlike_specs(count: int) -> list[str]:
    """Return specs of random widths, so that they share hardly any block."""
    draw = random.Random(0)
    shapes = [(block, depths) for block, depths in SHAPES if len(depths) == 4]
    drawn = [(draw.choice(shapes), [64 * draw.randint(2, 100) for _ in range(4)]) for _ in range(count)]
    return [
        imagenet(
            name=f"network{number}",
            block=block,
            blocks=depths,
            channels=channels,
            strides=draw.choice(STRIDES),
        )
        for number, ((block, depths), channels) in enumerate(drawn)
    ]


SETS = {"a project's variants": distinct_specs, "random widths": unlike_specs}


if __name__ == "__main__":
    if sys.argv[1:] == ["--once"]:
        once()
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
