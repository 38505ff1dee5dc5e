"""Time of an inference by kind of operator, in torch and in ONNX Runtime."""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch.profiler import ProfilerActivity, profile

from benchmarks.allocations import quiet
from benchmarks.timing import Job, Seconds

KINDS: Mapping[str, tuple[str, ...]] = {
    "convolution": ("conv",),
    "batch norm": ("batch_norm",),
    "activation": ("relu", "clamp_min"),
    "addition": ("add_", "aten::add"),
    "pooling": ("pool", "aten::mean"),
    "linear": ("addmm", "linear", "gemm"),
    "generated kernels": ("compiled", "graph_", "cpp_fused", "inductor"),
    "order of memory": ("copy", "contiguous", "reorder", "clone"),
}
"""What the names of the operators of each kind contain; the first kind that fits an operator has its time."""

OTHER = "all else"
REPEATS = 5


def by_kind(times: Mapping[str, Seconds]) -> dict[str, Seconds]:
    """Add up the times of operators by kind."""
    sums: Counter[str] = Counter()
    for name, seconds in times.items():
        lowered = name.lower()
        fits = (kind for kind, parts in KINDS.items() if any(part in lowered for part in parts))
        sums[next(fits, OTHER)] += seconds  # type: ignore[assignment]  # a Counter of seconds, not of whole numbers
    return {kind: float(sums[kind]) for kind in (*KINDS, OTHER) if sums[kind]}


def in_torch(job: Job) -> dict[str, Seconds]:
    """Return the time of each kind of operator in one run of a job, averaged over several by torch's profiler."""
    with quiet(), profile(activities=[ProfilerActivity.CPU]) as recorded:
        for _ in range(REPEATS):
            job()
    return by_kind({each.key: each.self_cpu_time_total / 1e6 / REPEATS for each in recorded.key_averages()})


def in_onnxruntime(path: str, x: torch.Tensor) -> dict[str, Seconds]:
    """Return the time of each kind of operator of a file in ONNX Runtime, by its own profiler."""
    import onnxruntime  # type: ignore[import-untyped,unused-ignore]

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors
    options.enable_profiling = True
    with tempfile.TemporaryDirectory() as folder:
        options.profile_file_prefix = os.path.join(folder, "profile")
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        feed = {session.get_inputs()[0].name: x.numpy()}
        for _ in range(1 + REPEATS):
            session.run(None, feed)
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    runs: Counter[str] = Counter()
    nodes = [event for event in events if event.get("cat") == "Node" and event["name"].endswith("_kernel_time")]
    for event in nodes[len(nodes) // (1 + REPEATS) :]:  # the first run warms up
        runs[event["args"]["op_name"]] += event["dur"]
    return by_kind({name: microseconds / 1e6 / REPEATS for name, microseconds in runs.items()})


Profile = Callable[[], dict[str, Seconds]]
"""Tells where the time of one way to run a network goes."""
