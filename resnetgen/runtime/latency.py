"""The time that a network takes on a device, measured.

The median and its confidence interval need no assumption about the distribution of times, which has a long tail.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from math import ceil, floor, sqrt
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from resnetgen.ops.window import by_axis
from resnetgen.runtime.errors import out_of_memory
from resnetgen.runtime.packages import require_packages

if TYPE_CHECKING:
    import torch

    from resnetgen.compiler import Compiled

WARM_UP_RUNS, WARM_UP_SECONDS = 3, 0.5
"""Runs before the first that counts: at least so many, and for so long. They fill caches and choose algorithms."""

LEAST_RUNS, MOST_RUNS, SECONDS = 10, 200, 2.0
"""Runs that count: at least so many, then until the time is over, and at most so many."""

_NORMAL_975 = 1.96
"""The quantile of the normal distribution for an interval of 95 %."""


class Latency(NamedTuple):
    """Times of a forward pass in evaluation mode, in milliseconds; `device` names the threads of a CPU.

    `low` and `high` are the ends of the median's 95 % confidence interval.
    """

    device: str
    batch: int
    dtype: str
    runs: int
    median: float
    low: float
    high: float

    @property
    def images_per_second(self) -> float:
        """The samples of a batch, divided by the median."""
        return 1000 * self.batch / self.median

    def describe(self) -> str:
        """Return what was measured: `cpu, 2 threads, float32, batch of 1, 34 runs`."""
        return f"{self.device}, {self.dtype}, batch of {self.batch}, {self.runs} runs"


def measure(compiled: Compiled, device: str = "auto", batch: int = 1, dtype: str = "float32") -> Latency:
    """Measure the forward pass of a network with its initial weights, after a warm-up.

    Args:
        compiled: the network, at the input size of its trace.
        device: `cpu`, `cuda` or `auto`.
        batch: the samples in a batch; more if the network does not take so few.
        dtype: the type of weights and input, a name in torch.

    Raises:
        RunError: torch is not installed, the device is not there, or its memory does not suffice.
    """
    require_packages(("torch",), "torch", "measuring a network")
    import torch

    from resnetgen.compiler import source_code
    from resnetgen.runtime.devices import describe, is_out_of_memory, select_device
    from resnetgen.runtime.load_source import load

    place, samples, kind = select_device(device), compiled.trace.batch(batch), getattr(torch, dtype)
    try:
        network = load(source_code(compiled, compiled.document.text.name), compiled.network)().eval().to(place, kind)
        inputs = torch.randn(samples, *compiled.trace.input, device=place, dtype=kind)
        with torch.inference_mode():
            times = _times(lambda: network(inputs), place)
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            size = by_axis(compiled.trace.input[1:])
            raise out_of_memory(compiled.network.name, str(place), samples, size) from None
        raise
    low, high = interval(times)
    return Latency(describe(place), samples, dtype, len(times), median(times), low, high)


def _times(forward: Callable[[], object], place: torch.device) -> list[float]:
    """Return the milliseconds of each run; on CUDA, a run ends when the device is idle."""
    import torch

    def run() -> float:
        start = time.perf_counter()
        forward()
        if place.type == "cuda":
            torch.cuda.synchronize(place)
        return 1000 * (time.perf_counter() - start)

    _repeat(run, WARM_UP_RUNS, MOST_RUNS, WARM_UP_SECONDS)
    return _repeat(run, LEAST_RUNS, MOST_RUNS, SECONDS)


def _repeat(run: Callable[[], float], least: int, most: int, seconds: float) -> list[float]:
    end = time.perf_counter() + seconds
    times: list[float] = []
    while len(times) < least or (len(times) < most and time.perf_counter() < end):
        times.append(run())
    return times


def interval(times: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % confidence interval of a median, from the ranks of the values.

    The number of values below the true median is binomial with p = 1/2, here approximated by a normal distribution
    (Conover, Practical Nonparametric Statistics, section 3.2).
    """
    ordered, count = sorted(times), len(times)
    far = _NORMAL_975 * sqrt(count) / 2
    first, last = max(floor(count / 2 - far), 0), min(ceil(count / 2 + far), count - 1)
    return ordered[first], ordered[last]
