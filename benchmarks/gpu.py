"""Our networks beside torchvision's and timm's on a CUDA device: images a second, and the share of the device's peak.

Run it by hand: `python -m benchmarks.gpu [--minutes 8] [--networks NAME ...] [--settings SETTING ...]`. It needs torch
alone; what it compares with is compared where it is installed. `--device cpu` tries the program itself, not a device.
"""

import argparse
import copy
import functools
import gc
import itertools
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from benchmarks.allocations import Bytes, peak
from benchmarks.contestants import OURS, alike, makers, missing
from benchmarks.matrix_peak import FLOPS, TF32, autocast, operations, peaks, synchronize, timed
from benchmarks.rounds import Times, in_rounds, median, ratio
from benchmarks.steps import MODES, images, inference, training
from benchmarks.timing import Job, Seconds, report_machine

NETWORKS = ("resnet50", "resnet18", "resnext50_32x4d", "seresnet50", "resnet50d")

SHORTEST: Seconds = 0.1
"""What is timed at once: a job is repeated until it takes so long, as starting and waiting for a device takes time."""

FORWARDS = {"inference": 1, "training": 3}
"""What a mode costs in forward passes; a backward pass has two products for each one of a forward pass."""

COMPILING: Seconds = 60.0
"""What is set aside for a contestant's compilation before one has been measured."""

HEADER = (
    "| network | setting | what | whose | ms a step | images / s | share of peak | peak MiB | ours / the faster |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


@dataclass(frozen=True)
class Setting:
    """Precision, memory format and compilation of a run."""

    precision: str
    channels_last: bool = False
    compiled: bool = False


SETTINGS: Mapping[str, Setting] = {
    "fp32": Setting("fp32"),
    "bf16": Setting("bf16"),
    "bf16 channels_last": Setting("bf16", channels_last=True),
    "compiled bf16 channels_last": Setting("bf16", channels_last=True, compiled=True),
    "tf32 channels_last": Setting("tf32", channels_last=True),
    "fp32 channels_last": Setting("fp32", channels_last=True),
    "compiled fp32": Setting("fp32", compiled=True),
}
"""In the order in which they are measured, what matters most first."""


class Clock:
    """The time left of the whole budget, and the longest compilation so far."""

    def __init__(self, minutes: float) -> None:
        self._end = time.monotonic() + 60 * minutes
        self.compiling = COMPILING

    def left(self) -> Seconds:
        """Return the seconds that are left."""
        return self._end - time.monotonic()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the device's peak, then a line for each contestant as soon as it is measured, then what was left out."""
    options = _parser().parse_args(arguments)
    if options.device == "cuda" and not torch.cuda.is_available():
        print("no CUDA device is at hand: nothing was measured")
        return
    clock = Clock(options.minutes)
    _report_device(options.device)
    torch.backends.cudnn.benchmark = True  # for each shape the fastest of cuDNN's algorithms, for all alike
    ceilings = peaks(options.device, options.matrix)
    for precision, rate in ceilings.items():
        print(f"{precision}: {rate / 1e12:,.1f} TFLOP/s in products of {options.matrix}x{options.matrix}")
    print(f"batch {options.batch} at {options.size}x{options.size}\n\n{HEADER}", flush=True)
    left_out = []
    failed = []
    for setting, name, mode in itertools.product(options.settings, options.networks, options.modes):
        if clock.left() < _needed(setting, options, clock):
            left_out.append(f"{name}, {setting}, {mode}")
            continue
        try:
            times, held = _measured(name, SETTINGS[setting], mode, options, clock)
        except RuntimeError as error:  # out of memory, or not to be compiled there: the others can be measured still
            failed.append(f"{name}, {setting}, {mode}: {type(error).__name__}: {str(error).strip().splitlines()[0]}")
        else:
            _print_lines(
                (f"`{name}`", setting, mode), times, held, _at_peak(name, setting, mode, ceilings, options), options
            )
    for title, cases in (("left out, as the minutes were used up", left_out), ("failed", failed)):
        if cases:
            print(f"\n{title}:", *cases, sep="\n  ")
    if failed:
        sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", nargs="+", default=NETWORKS)
    parser.add_argument("--settings", nargs="+", choices=SETTINGS, default=tuple(SETTINGS))
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument(
        "--matrix", type=int, default=8192, help="the side of the matrices that the peak is measured by"
    )
    parser.add_argument("--minutes", type=float, default=8, help="what does not fit in is left out, and said to be")
    parser.add_argument("--seconds", type=float, default=4, help="how long to measure each network and mode for")
    parser.add_argument("--rounds", type=int, default=5, help="at least so many, however long they take")
    return parser


def _report_device(device: str) -> None:
    report_machine(["torch"])
    if device == "cuda":
        properties = torch.cuda.get_device_properties(0)
        cudnn = torch.backends.cudnn.version()  # type: ignore[no-untyped-call]
        print(f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB, CUDA {torch.version.cuda}, cuDNN {cudnn}")
    for sentence in missing():
        print(sentence)


def _needed(setting: str, options: argparse.Namespace, clock: Clock) -> Seconds:
    """Return the time that a group of lines may take; most of it is compilation."""
    compiling: Seconds = 3 * clock.compiling if SETTINGS[setting].compiled else 0
    measuring = 2 * float(options.seconds)
    return measuring + compiling


def _print_lines(
    what: tuple[str, str, str], times: Times, held: Mapping[str, Bytes], whole: float, options: argparse.Namespace
) -> None:
    """Print one line for each contestant; `whole` is the time of a step at the device's peak."""
    others = [label for label in times if label != OURS]
    for label in times:
        seconds = median(times[label])
        beside = str(ratio(times, OURS, others)) if label == OURS and others else ""
        figures = [f"{1000 * seconds:,.2f}", f"{options.batch / seconds:,.0f}", f"{100 * whole / seconds:.1f} %"]
        print(f"| {' | '.join([*what, label, *figures, f'{held[label] / 2**20:,.0f}', beside])} |", flush=True)


def _at_peak(name: str, setting: str, mode: str, ceilings: Mapping[str, FLOPS], options: argparse.Namespace) -> Seconds:
    """Return the time of a step's matrix products at the device's measured peak rate."""
    steps: FLOPS = FORWARDS[mode] * options.batch * _operations(name, options.size)
    return steps / ceilings[SETTINGS[setting].precision]


@functools.cache
def _operations(name: str, size: int) -> int:
    return operations(makers(name)[OURS], size)


@functools.cache
def _alike(name: str) -> Mapping[str, nn.Module]:
    """Return the contestants on the CPU, constructed and compared once."""
    return {label: network for label, (network,) in alike(makers(name)).items()}


def _measured(
    name: str, setting: Setting, mode: str, options: argparse.Namespace, clock: Clock
) -> tuple[Times, dict[str, Bytes]]:
    """Return the times of each contestant, and the peak memory of a step above its start."""
    _release(options.device)
    torch.compiler.reset()  # its limit on compilations of one function is for one network, and here come many
    order = torch.channels_last if setting.channels_last else torch.contiguous_format
    x = images(options.batch, options.size, options.device).to(memory_format=order)
    with TF32(setting.precision == "tf32"):
        jobs = {}
        for label, network in _alike(name).items():
            moved = copy.deepcopy(network).to(options.device).to(memory_format=order)  # type: ignore[call-overload]
            jobs[label] = _job(moved, x, mode, setting, options.device)
            _warm_up(jobs[label], setting, options.device, clock)
        held = {label: peak(job, options.device).bytes for label, job in jobs.items()}
        repeats = max(_repeats(job, options.device) for job in jobs.values())

        def clocked(job: Job) -> Seconds:
            return timed(job, options.device, repeats)

        times = in_rounds({label: [job] for label, job in jobs.items()}, options.seconds, options.rounds, clocked)
    return times, held


def _job(network: nn.Module, x: Tensor, mode: str, setting: Setting, device: str) -> Job:
    context = autocast(setting.precision, device)
    network.train(mode == "training")
    call: Callable[[Tensor], Tensor] = torch.compile(network) if setting.compiled else network
    return inference(call, x, context) if mode == "inference" else training(network, x, call, context)


def _warm_up(job: Job, setting: Setting, device: str, clock: Clock) -> None:
    """Run a job until all compilation, algorithm selection and first allocation is done."""
    start = time.monotonic()
    job()
    synchronize(device)
    if setting.compiled:
        clock.compiling = max(time.monotonic() - start, 1.0)
    for _ in range(2):
        job()
    synchronize(device)


def _repeats(job: Job, device: str) -> int:
    """Return how many runs make one measurement long enough; 1 in a trial of the program itself."""
    if device == "cpu":
        return 1
    return max(1, round(SHORTEST / statistics.median(timed(job, device) for _ in range(3))))


def _release(device: str) -> None:
    """Free the networks measured before, so that the next ones have all of the device's memory."""
    gc.collect()
    if device == "cuda":
        torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
