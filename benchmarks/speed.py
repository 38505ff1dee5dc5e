"""Eager inference and a training step of our networks beside torchvision's and timm's, on the CPU.

Run it by hand: `python -m benchmarks.speed [--seconds PER_LINE] [--networks NAME ...] [--modes inference training]`.
"""

import argparse
from collections.abc import Sequence

from torch import nn

from benchmarks.contestants import NETWORKS, OURS, alike, makers, missing
from benchmarks.rounds import CLOCKS, add_options, in_rounds, median, ratio
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
    print(f"batch {options.batch} at {options.size}x{options.size}, {options.copies} copies of each network\n")
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
    parser.add_argument("--copies", type=int, default=2)
    add_options(parser, seconds=30, per="line")
    return parser


def line(name: str, mode: str, options: argparse.Namespace) -> str:
    """Measure one network in one mode, and give its line of the table."""
    networks = alike(makers(name), options.copies)
    x = images(options.batch, options.size)

    def job(network: nn.Module) -> Job:
        return inference(network.eval(), x) if mode == "inference" else training(network, x)

    times = in_rounds(
        {label: [job(network) for network in each] for label, each in networks.items()},
        options.seconds,
        options.rounds,
        CLOCKS[options.clock],
    )
    others = [label for label in times if label != OURS]
    medians = [f"{1000 * median(times[label]):,.1f} ms" if label in times else "" for label in (OURS, *LIBRARIES)]
    found = ratio(times, OURS, others) if others else None
    verdict = found.at_most(TARGET) if found else "nothing to compare with"
    cells = [f"`{name}`", mode, *medians, str(found or ""), str(len(times[OURS][0])), verdict]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
