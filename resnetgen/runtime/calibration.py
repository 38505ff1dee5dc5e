"""Weights and statistics that let a network that never was trained be compared with itself.

With its first weights a deep network may grow or shrink what goes through it by orders of magnitude, and branches that
end in a scale of zero say nothing at all, so that an error in one would not be seen.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

MEAN_SHARE = 0.1
"""Which part of its mean a norm takes away from every other channel, and adds to the others.

With all of it, what is left of a random network's map is how its pixels differ, which becomes less from layer to layer
as they come to see the same; to norm that would magnify rounding errors at each, in a ResNet-50 a million times.
"""

MIN_VARIANCE_SHARE = 0.1
"""The least variance of a channel, as a share of the mean over all of them, so that none is blown up."""


def calibrate(network: nn.Module, batch: Tensor) -> None:
    """Vary what all channels have alike, and give every norm with statistics those of a batch (N, C, ...).

    The network is left in eval mode.
    """
    network.eval()
    randomize_constants(network)
    handles = [
        module.register_forward_pre_hook(_set_statistics)
        for module in network.modules()
        if hasattr(module, "running_var")
    ]
    try:
        with torch.no_grad():
            network(batch)
    finally:
        for handle in handles:
            handle.remove()


def randomize_constants(network: nn.Module) -> None:
    """Give tensors of one value, such as the ones and zeros of a norm, values around one or zero.

    A scale that begins at zero or near to it, at the end of a branch, becomes as large as any other. The values are
    put in the place of the former, which stay as they are where another network has them too.
    """
    generator = torch.Generator().manual_seed(0)
    for name, tensor in network.state_dict(keep_vars=True).items():
        if tensor.is_floating_point() and _is_constant(tensor.detach().flatten()):
            noise = torch.rand(tensor.shape, generator=generator).to(tensor.detach())
            tensor.data = 0.2 * noise - 0.1 if _is_shift(name) else 0.5 + noise


def _is_constant(values: Tensor) -> bool:
    return len(values) > 1 and bool(values[0] == values[1]) and bool((values == values[0]).all())


def _is_shift(name: str) -> bool:
    return name.rpartition(".")[2] in ("bias", "beta", "running_mean")


def _set_statistics(module: nn.Module, given: tuple[Tensor, ...]) -> None:
    """Set the statistics of a norm by what it is about to be given, so that what it gives is about one in size."""
    mean, variance = _vector_buffer(module, "running_mean"), _vector_buffer(module, "running_var")
    if mean is None or variance is None:
        return
    x = given[0].detach()
    axes = [axis for axis in range(x.dim()) if axis != 1]
    signs = 1.0 - 2.0 * (torch.arange(len(mean), device=mean.device) % 2)
    mean.copy_(MEAN_SHARE * signs * x.mean(axes))
    found = (x - mean.reshape(1, -1, *(1,) * (x.dim() - 2))).square().mean(axes)
    variance.copy_(found + MIN_VARIANCE_SHARE * found.mean().clamp(min=torch.finfo(found.dtype).tiny))


def _vector_buffer(module: nn.Module, name: str) -> Tensor | None:
    found = getattr(module, name, None)
    return found if isinstance(found, Tensor) and found.dim() == 1 else None
