"""Eager inference and a training step of our networks beside torchvision's and timm's, on the CPU.

Run it by hand: `python -m benchmarks.speed [--seconds PER_LINE] [--networks NAME ...] [--modes inference training]`.
"""

import argparse
import random
from collections.abc import Sequence

from torch import nn

from benchmarks.contestants import NETWORKS, OURS, alike, makers, missing
from benchmarks.processes import in_processes
from benchmarks.rounds import CLOCKS, Times, add_options, in_rounds, median, ratio_of_runs
from benchmarks.steps import MODES, images, inference, training
from benchmarks.timing import Job, report_machine

TARGET = 1.0
LIBRARIES = ("torchvision", "timm")
HEADER = (
    "| network | what | ours | torchvision | timm | ours / the faster of the two | rounds | at most 1.00 |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- |"
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each network and mode, as soon as it is measured."""
    options = _parser().parse_args(arguments)
    report_machine(["torch"])
    for sentence in missing():
        print(sentence)
    print(f"batch {options.batch} at {options.size}x{options.size}\n")
    print(HEADER)
    for name in options.networks:
        for mode in options.modes:
            print(line(name, mode, options), flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--copies", type=int, default=1, help="of each network in a process")
    parser.add_argument("--processes", type=int, default=6, help="one after another, which share the seconds; 1: this")
    add_options(parser, seconds=90, per="line")
    return parser


def line(name: str, mode: str, options: argparse.Namespace) -> str:
    """Measure one network in one mode, and give its line of the table."""
    runs = in_processes(options.processes, measured, name, mode, options)
    labels = sorted(runs[0])
    others = [label for label in labels if label != OURS]
    pooled = {label: [copy for times in runs for copy in times[label]] for label in labels}
    medians = [f"{1000 * median(pooled[label]):,.1f} ms" if label in labels else "" for label in (OURS, *LIBRARIES)]
    found = ratio_of_runs(runs, OURS, others) if others else None
    verdict = found.at_most(TARGET) if found else "nothing to compare with"
    rounds = min(len(copy) for copy in pooled[OURS])
    cells = [f"`{name}`", mode, *medians, str(found or ""), f"{len(runs)} x {rounds}", verdict]
    return f"| {' | '.join(cells)} |"


def measured(name: str, mode: str, options: argparse.Namespace) -> Times:
    """The times of a network, ours and the libraries', in one process.

    They are made, and run for the first time, in an order drawn anew: who comes first has the better of memory.
    """
    contestants = list(makers(name).items())
    random.SystemRandom().shuffle(contestants)
    networks = alike(dict(contestants), options.copies)
    x = images(options.batch, options.size)

    def job(network: nn.Module) -> Job:
        return inference(network.eval(), x) if mode == "inference" else training(network, x)

    return in_rounds(
        {label: [job(network) for network in each] for label, each in networks.items()},
        options.seconds / options.processes,
        options.rounds,
        CLOCKS[options.clock],
    )


if __name__ == "__main__":
    main()
