"""How far rounding errors go in a network: what becomes of its answer where all that is computed is a little off.

No bound holds for all networks, or for all weights of one: each layer passes errors on larger or smaller than they
came, and in one without training the product of that over a hundred layers may be a thousand. A function that takes
the difference of nearly equal values, such as tanhshrink, makes much of a little by itself.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from resnetgen.runtime.allocations import on_allocation
from resnetgen.runtime.hooks import Output


def perturbed(network: nn.Module, x: Tensor, share: float) -> Output:
    """What a network answers where every value that a function of torch gives is off by up to that share of itself.

    The errors are random, and the same every time.
    """
    generator = torch.Generator(x.device).manual_seed(2)

    def shake(result: Tensor) -> None:
        if result.is_floating_point():
            noise = torch.rand(result.shape, generator=generator, device=result.device, dtype=result.dtype)
            result.mul_(1 + share * (2 * noise - 1))

    with torch.no_grad(), on_allocation(shake):
        answer: Output = network(x)
    return answer
