"""The exact peak memory of a training step compared with torchvision's and timm's, which must not be less.

Run it by hand: `python -m benchmarks.training_memory [--networks NAME ...] [--device cpu|cuda]`.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from benchmarks.allocations import Bytes, peak, resting
from benchmarks.contestants import NETWORKS, OURS, makers, missing
from benchmarks.steps import images, inference, training
from benchmarks.timing import report_machine

HEADER = (
    "| network | whose | first step | a later step | the later one's peak stands in | inference |\n"
    "| --- | --- | --- | --- | --- | --- |"
)


@dataclass(frozen=True)
class Peaks:
    """Peak memory, including weights, optimizer state and images."""

    first: Bytes
    later: Bytes
    operator: str
    inference: Bytes


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line for each network and contestant, and whether our training steps take at most what theirs do."""
    options = _parser().parse_args(arguments)
    if options.device == "cuda" and not torch.cuda.is_available():
        print("no CUDA device is at hand: nothing was measured")
        return
    report_machine(["torch"])
    for sentence in missing():
        print(sentence)
    print(f"batch {options.batch} at {options.size}x{options.size} on {options.device}, MiB\n\n{HEADER}")
    verdicts = []
    for name in options.networks:
        found = {}
        for label, make in makers(name).items():
            found[label] = measured(make, options.batch, options.size, options.device)
            print(_line(name, label, found[label]), flush=True)
        verdicts.append(f"{name}: {verdict(found)}")
    print("", *verdicts, sep="\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    return parser


def measured(make: Callable[[], nn.Module], batch: int, size: int, device: str) -> Peaks:
    """Return the peaks of a network's first training step, its second, and an inference."""
    torch.manual_seed(0)
    network = make().to(device)
    x = images(batch, size, device)
    step = training(network, x)
    standing = resting(network) + x.nbytes
    first = peak(step, device)
    momentum = sum(parameter.nbytes for parameter in network.parameters())
    later = peak(step, device)
    asked = inference(network.eval(), x)
    asked()
    return Peaks(
        first=standing + first.bytes,
        later=standing + momentum + later.bytes,
        operator=later.operator,
        inference=standing + peak(asked, device).bytes,
    )


def verdict(found: Mapping[str, Peaks]) -> str:
    """Return whether both of our steps take at most the memory of the most economical other."""
    others = [peaks for label, peaks in found.items() if label != OURS]
    if not others:
        return "nothing to compare with"
    first = found[OURS].first - min(peaks.first for peaks in others)
    later = found[OURS].later - min(peaks.later for peaks in others)
    if max(first, later) <= 0:
        return f"holds, by {-first:,} and {-later:,} bytes"
    return f"MISSED, by {first:,} bytes in the first step and {later:,} in a later one"


def _line(name: str, label: str, peaks: Peaks) -> str:
    figures = [_mib(peaks.first), _mib(peaks.later), peaks.operator, _mib(peaks.inference)]
    return f"| {' | '.join([f'`{name}`', label, *figures])} |"


def _mib(count: Bytes) -> str:
    return f"{count / 2**20:,.3f}"


if __name__ == "__main__":
    main()
