"""How long one of many different specs takes to check in a process that is already warm.

Run it by hand: `python -m benchmarks.throughput [ROUNDS]`.
"""

import itertools
import statistics
import sys

from benchmarks.specs import imagenet
from benchmarks.timing import alternate, report_figure, report_machine, report_times
from resnetgen import diagnose

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
    """Check all the specs, several times over."""
    specs = distinct_specs(COUNT)
    faulty = [text for text in specs if diagnose(text)]
    if faulty:
        raise SystemExit(f"{len(faulty)} of the specs are not clean; the first is\n{faulty[0]}{diagnose(faulty[0])}")

    name = f"check {COUNT} specs"
    times = alternate({name: lambda: [diagnose(text) for text in specs]}, rounds)

    report_machine(["pydantic", "PyYAML"])
    report_times(times)
    print()
    report_figure("a spec", 1000 * statistics.median(times[name]) / COUNT, TARGET, "ms")


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
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
