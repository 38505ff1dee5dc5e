"""The device's measured rate of matrix products, an upper bound for that of a network."""

import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.steps import Context
from benchmarks.timing import Job, Seconds

FLOPS = float
"""Floating-point operations a second; a multiply-add is two."""

REPEATS = 10


class TF32(AbstractContextManager[None]):
    """A context in which float32 products and convolutions use TF32, or do not."""

    def __init__(self, allowed: bool) -> None:
        self.allowed = allowed

    def __enter__(self) -> None:
        self._before = (torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32)
        self._set(self.allowed, self.allowed)

    def __exit__(self, *_: object) -> None:
        self._set(*self._before)

    def _set(self, products: bool, convolutions: bool) -> None:
        torch.backends.cuda.matmul.allow_tf32 = products
        torch.backends.cudnn.allow_tf32 = convolutions


PRECISIONS: Mapping[str, tuple[torch.dtype, bool]] = {
    "fp32": (torch.float32, False),
    "tf32": (torch.float32, True),
    "bf16": (torch.bfloat16, False),
}
"""The type of a product's elements, and whether float32 may be TF32."""


def autocast(precision: str, device: str) -> Context:
    """Return the autocast context of a precision; TF32 is set elsewhere, since the backward pass needs it too."""
    if precision != "bf16":
        return nullcontext
    return lambda: torch.autocast(device, torch.bfloat16)


def peaks(device: str, side: int) -> dict[str, FLOPS]:
    """Return the rate of each precision in the product of two random `side` by `side` matrices."""
    return {precision: _peak(device, side, *choice) for precision, choice in PRECISIONS.items()}


def _peak(device: str, side: int, dtype: torch.dtype, tf32: bool) -> FLOPS:
    a, b = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    out = torch.empty_like(a)
    with TF32(tf32):
        for _ in range(3):
            torch.mm(a, b, out=out)
        seconds = [timed(lambda: torch.mm(a, b, out=out), device, REPEATS) for _ in range(5)]
    return 2 * side**3 / statistics.median(seconds)


def timed(job: Job, device: str, repeats: int = 1) -> Seconds:
    """Return the time of a job from an idle device to an idle device, the mean of `repeats` runs."""
    synchronize(device)
    start = time.perf_counter()
    for _ in range(repeats):
        job()
    synchronize(device)
    return (time.perf_counter() - start) / repeats


def synchronize(device: str) -> None:
    """Wait for a CUDA device; the CPU runs synchronously."""
    if device == "cuda":
        torch.cuda.synchronize()


def operations(make: Callable[[], nn.Module], size: int) -> int:
    """Return the FLOPs of a forward pass of one image: two for each multiply-add."""
    with torch.device("meta"):
        network = make().eval()
        x = torch.empty(1, 3, size, size)
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        network(x)
    return int(counter.get_total_flops())
