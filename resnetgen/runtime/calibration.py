"""Weights and norm statistics that make an untrained network's outputs fit for comparison.

With its initial weights, a deep network may scale activations by orders of magnitude. Branches that end in a scale of
zero contribute nothing, so that an error in one of them would stay hidden.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

MEAN_SHARE = 0.1
"""The share of its mean that a norm subtracts from even channels and adds to odd ones.

Subtracting all of it would leave the differences between pixels alone, which shrink from layer to layer as receptive
fields come to overlap. Normalizing those would amplify rounding errors in each layer, a million times in a ResNet-50.
"""

MIN_VARIANCE_SHARE = 0.1
"""The minimum variance of a channel, as a share of the mean variance: no channel is amplified more."""


def calibrate(network: nn.Module, batch: Tensor) -> None:
    """Randomize constant tensors and set the statistics of every norm from a batch (N, C, ...).

    The network is left in eval mode.

    Args:
        network: the network, changed in place.
        batch: the batch, (N, C, ...).
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
    """Replace tensors of a single value, such as the ones and zeros of a norm, by random values around one or zero.

    A zero-initialized scale at the end of a branch becomes as large as any other. The tensors get new storage: the old
    values may be shared with another network.

    Args:
        network: the network, changed in place.
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
    """Set the statistics of a norm from its input, so that its output has a magnitude of about one."""
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
