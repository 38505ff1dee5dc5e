"""A network with the weights of a safetensors file: `load_model` beside torchvision's constructor and load_state_dict.

Run it by hand: `python -m benchmarks.loading [--seconds PER_NETWORK] [--networks NAME ...]`. Times are of one process
in which both have run before. The memory is what loading adds to the peak of a fresh process, on Linux.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

import resnetgen
from benchmarks.contestants import OURS
from benchmarks.libraries import torchvision_resnet
from benchmarks.processes import in_processes
from benchmarks.rounds import CLOCKS, add_options, in_rounds, median, ratio
from benchmarks.timing import report_machine

TARGET = 3.0
HEADER = (
    "| network | ours | torchvision | torchvision / ours | at least 3 | memory, ours | torchvision |\n"
    "| --- | --- | --- | --- | --- | --- | --- |"
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each network."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", nargs="+", default=("resnet50", "resnet152"))
    add_options(parser, seconds=30, per="network")
    options = parser.parse_args(arguments)
    report_machine(["torch", "torchvision", "safetensors"])
    print(f"\n{HEADER}")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.networks:
            file = str(Path(folder, f"{name}.safetensors"))
            save_file(resnetgen.load_model(name)().state_dict(), file)
            print(line(name, file, options), flush=True)


def line(name: str, file: str, options: argparse.Namespace) -> str:
    """Measure one network, and give its line of the table."""
    jobs = loaders(name, file)
    need_equal_answers(jobs)
    times = in_rounds(
        {label: [job] for label, job in jobs.items()}, options.seconds, options.rounds, CLOCKS[options.clock]
    )
    ours, theirs = (f"{1000 * median(times[label]):,.0f} ms" for label in jobs)
    found = ratio(times, "torchvision", [OURS])
    memory = [f"{min(in_processes(2, added_memory, name, file, label)) / 2**20:,.0f} MiB" for label in jobs]
    return f"| `{name}` | {ours} | {theirs} | {found} | {found.at_least(TARGET)} | {memory[0]} | {memory[1]} |"


def loaders(name: str, file: str) -> Mapping[str, Callable[[], nn.Module]]:
    """Return what makes a network with the weights of a file, ours first."""

    def torchvisions() -> nn.Module:
        network: nn.Module = getattr(torchvision_resnet(), name)()
        network.load_state_dict(load_file(file))
        return network.eval()

    return {OURS: lambda: resnetgen.load_model(name, weights=file), "torchvision": torchvisions}


def need_equal_answers(jobs: Mapping[str, Callable[[], nn.Module]]) -> None:
    """Raise SystemExit if the networks give other answers, beyond rounding: then they are not the same."""
    x = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        ours, theirs = (job()(x) for job in jobs.values())
    if not torch.allclose(ours, theirs, rtol=0, atol=1e-5 * float(theirs.abs().max())):
        raise SystemExit("the two networks give other answers with the same weights")


def added_memory(name: str, file: str, label: str) -> int:
    """Return the bytes by which loading a network raises the peak memory of this process, which has not loaded one."""
    job = loaders(name, file)[label]
    torchvision_resnet()  # what both import is no part of it
    resnetgen.load_model("resnet18")
    before = peak()
    network = job()
    assert not network.training
    return peak() - before


def peak() -> int:
    """Return the peak resident memory of this process in bytes, as Linux counts it for the program that runs."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (line,) = (each for each in status.splitlines() if each.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
