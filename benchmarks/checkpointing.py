"""Time and memory of activation checkpointing: a training step with all stages checkpointed, and one with none.

Run it by hand: `python -m benchmarks.checkpointing [--networks NAME ...] [--batch N] [--device cpu|cuda] [--rounds N]`.
"""

import argparse
import statistics
import time
from collections.abc import Mapping, Sequence

import torch
from torch import nn

from benchmarks.allocations import peak
from benchmarks.steps import images, training
from benchmarks.timing import Job, Seconds, report_machine
from resnetgen import api
from resnetgen.analysis.cost import cost
from resnetgen.runtime.load_source import load

NETWORKS = ("resnet18", "resnet50", "resnet152")

HEADER = (
    "| network | checkpoint | outputs of operators | peak of the first step | ratio | time of a step | ratio |\n"
    "| --- | --- | --- | --- | --- | --- | --- |"
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print two lines for each network: without checkpoints, and with all stages checkpointed."""
    options = _parser().parse_args(arguments)
    report_machine(["torch"])
    print(f"batch {options.batch} at {options.size}x{options.size} on {options.device}, {options.rounds} rounds\n")
    print(HEADER)
    for name in options.networks:
        _compare(name, options.batch, options.size, options.device, options.rounds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    return parser


def _compare(name: str, batch: int, size: int, device: str, rounds: int) -> None:
    x = images(batch, size, device)
    networks = {key: _network(name, key).to(device) for key in (False, True)}
    steps = {key: training(network, x) for key, network in networks.items()}
    peaks = {key: peak(step, device).bytes for key, step in steps.items()}
    times = _medians(steps, device, rounds)
    written = cost(api.compile_spec(name, size=(size, size)).trace).memory(batch=batch)
    for key in networks:
        figures = [f"{written / 2**20:,.0f} MiB", f"{peaks[key] / 2**20:,.0f} MiB", f"{peaks[key] / peaks[False]:.2f}"]
        figures += [f"{1000 * times[key]:,.0f} ms", f"{times[key] / times[False]:.2f}"]
        print(f"| {' | '.join([f'`{name}`', 'all stages' if key else 'none', *figures])} |", flush=True)


def _medians(steps: Mapping[bool, Job], device: str, rounds: int) -> dict[bool, Seconds]:
    """Return the median time of each step, run in turn; on a CPU it is processor time, since others may use it too."""
    clock = time.process_time if device == "cpu" else time.perf_counter
    times: dict[bool, list[Seconds]] = {key: [] for key in steps}
    for _ in range(rounds):
        for key, step in steps.items():
            start = clock()
            step()
            if device == "cuda":
                torch.cuda.synchronize()
            times[key].append(clock() - start)
    return {key: statistics.median(found) for key, found in times.items()}


def _network(name: str, checkpoint: bool) -> nn.Module:
    compiled = api.compile_mapping({"extends": name, "name": name, "training": {"checkpoint": checkpoint}})
    torch.manual_seed(0)
    return load(api.emit_source(compiled), compiled.network)()


if __name__ == "__main__":
    main()
