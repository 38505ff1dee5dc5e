"""Weights and statistics that let a network that never was trained be compared with itself.

With its first weights a deep network may grow or shrink what goes through it by orders of magnitude, and branches that
end in a scale of zero say nothing at all, so that an error in one would not be seen.
"""

from __future__ import annotations


import torch
from torch import Tensor, nn

FLOOR = 0.1
"""The least variance of a channel, as a share of the mean over all of them.

A channel that by chance varies little over one batch would be blown up, and its rounding errors with it.
"""


def calibrate(network: nn.Module, batch: Tensor) -> None:
    """Vary what all channels have alike, and give every norm with statistics those of a batch (N, C, ...).

    The network is left in eval mode.
    """
    network.eval()
    vary(network)
    handles = [
        module.register_forward_pre_hook(_settle) for module in network.modules() if hasattr(module, "running_var")
    ]
    try:
        with torch.no_grad():
            network(batch)
    finally:
        for handle in handles:
            handle.remove()


def vary(network: nn.Module) -> None:
    """Give tensors of one value, such as the ones and zeros of a norm, values around one or zero.

    A scale that begins at zero or near to it, at the end of a branch, becomes as large as any other.
    """
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            if tensor.is_floating_point() and tensor.numel() > 1 and bool((tensor == tensor.flatten()[0]).all()):
                noise = torch.rand(tensor.shape, generator=generator).to(tensor)
                tensor.copy_(0.2 * noise - 0.1 if _is_shift(name) else 0.5 + noise)


def _is_shift(name: str) -> bool:
    return name.rpartition(".")[2] in ("bias", "beta", "running_mean")


def _settle(module: nn.Module, given: tuple[Tensor, ...]) -> None:
    """Set the statistics of a norm to those of what it is about to be given."""
    x = given[0].detach()
    dimensions = [axis for axis in range(x.dim()) if axis != 1]
    mean, variance = _buffer(module, "running_mean"), _buffer(module, "running_var")
    if mean is not None:
        mean.copy_(x.mean(dimensions))
    if variance is not None:
        found = x.var(dimensions, correction=0)
        variance.copy_(found + FLOOR * found.mean().clamp(min=torch.finfo(found.dtype).tiny))


def _buffer(module: nn.Module, name: str) -> Tensor | None:
    found = getattr(module, name, None)
    return found if isinstance(found, Tensor) and found.dim() == 1 else None


