"""One training step without the optimizer."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from resnetgen.runtime.hooks import Output, output_maps


def training_step(network: nn.Module, x: Tensor) -> None:
    """Run a network forward and backward, with random gradients of its outputs.

    Random, since the sum of probabilities is constant and has no gradient.

    Args:
        network: the network; its parameters get gradients.
        x: the batch, (N, C, ...).
    """
    output: Output = network(x)
    generator = torch.Generator().manual_seed(1)
    values = [value for value in output_maps(output).values() if value.requires_grad]
    torch.autograd.backward(values, [torch.randn(one.shape, generator=generator).to(one) for one in values])
