"""How far rounding errors go in a network: what becomes of its answer where every module's output is a little off.

No bound holds for all networks, or for all weights of one: each layer passes errors on larger or smaller than they
came, and in one without training the product of that over a hundred layers may be a thousand.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from resnetgen.running.observation import Output


def shaken(network: nn.Module, x: Tensor, share: float) -> Output:
    """What a network answers where every value that a module gives is off by up to that share of itself.

    The network is changed: its modules keep doing that. The errors are random, and the same every time.
    """
    generator = torch.Generator(x.device).manual_seed(2)

    def shake(_module: nn.Module, _given: tuple[Tensor, ...], result: Tensor) -> Tensor:
        noise = torch.rand(result.shape, generator=generator, device=result.device, dtype=result.dtype)
        return result * (1 + share * (2 * noise - 1))

    for module in network.modules():
        if not list(module.children()):
            module.register_forward_hook(shake)
    with torch.no_grad():
        answer: Output = network(x)
    return answer
