"""Whether a training step takes the memory that was said."""

from __future__ import annotations

import torch

from resnetgen.analysis.cost import BYTES, cost
from resnetgen.runtime.training import training_step
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, failed, passed

MAX_RATIO = 2.0
"""The bound on the most that is held at a time, as a multiple of parameters, gradients and what the operators write.

The latter are not all kept, and beside them are the gradients that are on their way: from 0.6 to 1.3 in most of the
collection, down to 0.4 where stages are checkpointed, and up to 1.8 with norms of several functions, EvoNorm and filter
response, which keep what each of these writes.
"""

WORKSPACE_BYTES = 512 * 2**20
"""Bytes that libraries may take for themselves on CUDA: cuBLAS 32 MiB, cuDNN what the fastest algorithm asks for."""


def check(fixture: ModelFixture) -> Verdict:
    """The most that a training step holds at a time, beside parameters, gradients and activations; the ratio is told.

    It is at least what is there in the end, parameters, buffers and gradients, and at most twice the estimate. Counted
    are the storages that are alive; on CUDA also what the allocator itself has recorded, workspaces included.
    """
    network = fixture.initial
    whole, size = cost(fixture.trace), BYTES["float32"]
    own = sum(one.untyped_storage().nbytes() for one in (*network.parameters(), *network.buffers()))
    gradients = sum(one.numel() * size for one in network.parameters() if one.requires_grad)
    estimate = own + gradients + whole.memory(batch=fixture.training_samples)
    least, found = own + gradients, own + fixture.trained.peak
    words = f"{_megabytes(found)} held of {_megabytes(estimate)} estimated, {found / estimate:.2f} times"
    if not least <= found <= MAX_RATIO * estimate:
        return failed(f"{words}; at least {_megabytes(least)}, at most {MAX_RATIO:g} times")
    return passed(words) if fixture.device.type != "cuda" else _check_allocator(fixture, own, estimate, words)


def _check_allocator(fixture: ModelFixture, own: int, estimate: int, words: str) -> Verdict:
    """What the allocator of a CUDA device has recorded of the same."""
    network, x = fixture.new().train(), fixture.training_batch()
    torch.cuda.synchronize(fixture.device)
    before = torch.cuda.memory_allocated(fixture.device)
    torch.cuda.reset_peak_memory_stats(fixture.device)
    training_step(network, x)
    torch.cuda.synchronize(fixture.device)
    found = own + torch.cuda.max_memory_allocated(fixture.device) - before
    told = f"{words}; {_megabytes(found)} allocated, {found / estimate:.2f} times"
    if found > MAX_RATIO * estimate + WORKSPACE_BYTES:
        return failed(f"{told}; at most {MAX_RATIO:g} times and {_megabytes(WORKSPACE_BYTES)} for workspaces")
    return passed(told)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
