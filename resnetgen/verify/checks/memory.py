"""The peak memory of a training step."""

from __future__ import annotations

import torch

from resnetgen.analysis.cost import BYTES, cost
from resnetgen.runtime.training import training_step
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, failed, passed

MAX_RATIO = 2.0
"""The bound on the peak, as a multiple of the estimate: parameters, gradients and activations.

Not all activations are kept, while the gradients of activations come on top: the ratio is from 0.6 to 1.3 in most of
the collection, down to 0.4 with checkpointed stages, and up to 1.8 with EvoNorm and filter response normalization,
which consist of several functions and keep the output of each.
"""

WORKSPACE_BYTES = 512 * 2**20
"""Bytes that libraries may allocate on CUDA: 32 MiB for cuBLAS, and the workspaces of cuDNN's algorithms."""


def check(fixture: ModelFixture) -> Verdict:
    """The peak memory of a training step, against parameters, gradients and activations; the ratio is shown.

    It is at least what remains after the step, parameters, buffers and gradients, and at most twice the estimate. The
    check counts live storages; on CUDA also what the allocator recorded, workspaces included.
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
    """Check the peak that the allocator of a CUDA device recorded for the same step."""
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
