"""Shared helpers for tests of single modules: random weights, and ways to capture a module."""

from __future__ import annotations

import warnings

import torch
from torch import fx, nn


def random_weights(module: nn.Module, seed: int = 1502) -> None:
    """Give every parameter and statistic a part to play; what must be above zero is."""
    stream = torch.Generator().manual_seed(seed)
    for key, tensor in module.state_dict().items():
        if tensor.is_floating_point():
            noise = torch.randn(tensor.shape, generator=stream)
            tensor.copy_(1 + 0.25 * noise.abs() if key.endswith("running_var") else 0.5 * noise)


def assert_captured(module: nn.Module, shape: tuple[int, ...]) -> None:
    """Assert that TorchScript, torch.export and FX all capture the module, and the captured give its very answer."""
    module = module.eval()
    x = torch.randn(2, *shape)
    with torch.inference_mode(False), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torch about its own ways
        expected = module(x)
        for captured in (
            torch.jit.script(module),
            torch.export.export(module, (x,)).module(),
            fx.symbolic_trace(module),
        ):
            torch.testing.assert_close(captured(x), expected)
