"""The live timm, where it is installed, as a second opinion on what we emit.

It imports torchvision, and is installed beside it: `benchmarks/libraries.py` says how.
"""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from benchmarks import libraries


def timm_module(name: str) -> Any:
    """Import and return a module of timm, such as `models.resnet`; skip the test, and say why, where that cannot be."""
    try:
        return libraries.timm_module(name)
    except libraries.Missing as error:
        pytest.skip(str(error))


def timm_network(name: str, **arguments: object) -> nn.Module:
    """Construct timm's network of that name, in eval mode, its weights random."""
    constructor: Callable[..., nn.Module] = timm_module("models").create_model
    return constructor(name, **arguments).eval()


def unsettle(network: nn.Module) -> None:
    """Move all that a fresh network has at zero or one, such as a norm's statistics, so that each has a part to play.

    The weights of norms end near a half: around one, a deep network may magnify rounding until its answers are noise.
    """
    stream = torch.Generator().manual_seed(1603)
    for key, tensor in network.state_dict().items():
        if not tensor.is_floating_point() or tensor.ndim > 1:
            continue
        noise = torch.randn(tensor.shape, generator=stream)
        match key.rpartition(".")[2]:
            case "running_var":
                tensor.copy_(1 + 0.25 * noise.abs())
            case "running_mean" | "bias":
                tensor.copy_(0.1 * noise)
            case _:
                tensor.copy_(0.5 + 0.05 * noise)


def assert_equal_answers(theirs: nn.Module, ours: nn.Module, shape: tuple[int, ...]) -> None:
    """Assert that two networks with the same weights give one answer, up to rounding, to a random input."""
    x = torch.randn(1, *shape, generator=torch.Generator().manual_seed(1512))
    with torch.inference_mode():
        expected = theirs(x)
        found = ours(x)
    usual = expected.square().mean().sqrt().item()
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4 * usual)
