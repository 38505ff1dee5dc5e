"""Propagation of rounding errors: the output of a network when every intermediate value is perturbed.

No bound holds for all networks, or for all weights of one. Each layer amplifies or damps the errors of its input, and
over a hundred untrained layers the product may be a thousand. A function that subtracts nearly equal values, such as
tanhshrink, amplifies errors by itself.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from resnetgen.runtime.allocations import on_allocation
from resnetgen.runtime.hooks import Output

SEED = 2
"""The seed of the first draw."""


def perturbed(network: nn.Module, x: Tensor, share: float, draw: int = 0) -> Output:
    """Run a network with every result of a torch function perturbed by a relative error of up to `share`.

    The errors are random, the same for each number of a draw.

    Args:
        network: the network.
        x: the batch, (N, C, ...).
        share: the largest relative error.
        draw: the number of the draw.

    Returns:
        The output: a tensor, or maps by name.
    """
    generator = torch.Generator(x.device).manual_seed(SEED + draw)

    def shake(result: Tensor) -> None:
        if result.is_floating_point():
            noise = torch.rand(result.shape, generator=generator, device=result.device, dtype=result.dtype)
            result.mul_(1 + share * (2 * noise - 1))

    with torch.no_grad(), on_allocation(shake):
        answer: Output = network(x)
    return answer
