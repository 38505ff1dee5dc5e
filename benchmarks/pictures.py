"""Time to draw a picture in a new process, in each format.

Run it by hand: `python -m benchmarks.pictures [ROUNDS]`.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import Job, alternate, report_figure, report_machine, report_times, resnetgen
from resnetgen.pictures.formats import FORMATS

TARGET = 500.0
"""Milliseconds."""

NETWORKS = ("resnet50", "resnet1202", "efficientnet_b4", "nnunet_resenc_3d")
"""Among them the network that takes longest to compile, and the one with the largest files."""


def main(rounds: int) -> None:
    """Time each picture in turn, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        jobs: dict[str, Job] = {
            f"{name}{suffix}": resnetgen("draw", name, "--level", "all", "-o", str(Path(folder) / f"{name}{suffix}"))
            for name in NETWORKS
            for suffix in FORMATS
        }
        jobs["two networks"] = resnetgen("draw", "resnet50", "resnet152", "-o", str(Path(folder) / "two.svg"))
        times = alternate(jobs, rounds)

    report_machine(["pydantic", "PyYAML", "typer"])
    report_times(times)
    print()
    for name, seconds in times.items():
        report_figure(f"draw {name}", 1000 * statistics.median(seconds), TARGET, "ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
