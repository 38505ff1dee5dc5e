"""The most memory that a job holds at a time, counted from every allocation, not sampled."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch._C._profiler import _EventType
from torch.profiler import ProfilerActivity, profile

from benchmarks.timing import Job

Bytes = int


@dataclass(frozen=True)
class Peak:
    """The most bytes that tensors took above those that stood before the job, and the operator that took the last."""

    bytes: Bytes
    operator: str


def peak(job: Job, device: str = "cpu") -> Peak:
    """Run a job and return its peak: on the CPU from torch's record of allocations, on CUDA from its counters.

    Of the memory that a library allocates past torch, such as a workspace of oneDNN's, nothing is known.
    """
    return _peak_cuda(job, device) if device.startswith("cuda") else _peak_cpu(job)


def _peak_cuda(job: Job, device: str) -> Peak:
    torch.cuda.synchronize(device)
    before = torch.cuda.memory_allocated(device)
    torch.cuda.reset_peak_memory_stats(device)
    job()
    torch.cuda.synchronize(device)
    return Peak(torch.cuda.max_memory_allocated(device) - before, "")


def _peak_cpu(job: Job) -> Peak:
    with quiet(), profile(activities=[ProfilerActivity.CPU], profile_memory=True) as recorded:
        job()
    results = recorded.profiler.kineto_results if recorded.profiler is not None else None
    assert results is not None, "the profiler has ended, so it has results"
    events = list(_flat(results.experimental_event_tree()))
    changes = sorted(
        ((each.start_time_ns, each.extra_fields.alloc_size) for each in events if each.tag == _EventType.Allocation),
        key=lambda change: change[0],
    )
    held = most = 0
    moment = None
    for time, size in changes:  # a release has a negative size
        held += size
        if held > most:
            most, moment = held, time
    return Peak(most, _operator_at(events, moment) if moment is not None else "")


def _flat(events: Iterable[Any]) -> Iterator[Any]:
    """Yield all events of the profiler's tree; torch does not type them."""
    for event in events:
        yield event
        yield from _flat(event.children)


def _operator_at(events: Iterable[Any], moment: int) -> str:
    """Return the outermost operator that ran at a moment."""
    for event in events:
        if event.tag == _EventType.TorchOp and event.start_time_ns <= moment <= event.end_time_ns:
            return str(event.name).removeprefix("autograd::engine::evaluate_function: ")
    return ""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the output of torch's profiler, which bypasses Python, off the terminal."""
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def resting(network: nn.Module) -> Bytes:
    """Return the size of a network's parameters and buffers."""
    return sum(tensor.nbytes for tensor in [*network.parameters(), *network.buffers()])
