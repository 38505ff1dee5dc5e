"""Errors of a network's modules in half precision, each on the input that it has in float32."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from resnetgen.runtime.perturbation import perturbed
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.tolerance import DRAWS, rms_error


class ModuleError(NamedTuple):
    """The error of a module in root mean squares of its output in float32, and the error that is allowed."""

    name: str
    error: float
    allowed: float


def module_errors(fixture: ModelFixture, dtype: torch.dtype, margin: float) -> list[ModuleError]:
    """Compare each module under autocast with itself in float32, on the input that the calibrated network gives it.

    The bound is that of the whole network, with the input perturbed too: its rounding is the module's own.

    Args:
        fixture: the network.
        dtype: the type of half precision.
        margin: the allowed error, as a multiple of that of one rounding of every value.
    """
    network = fixture.calibrated()
    found = []
    for name, (module, x, expected) in _calls(network, fixture.example).items():
        with torch.no_grad(), torch.autocast(fixture.device.type, dtype=dtype):
            actual = module(x.clone())
        found.append(ModuleError(name, rms_error(expected, actual), _allowed(module, x, expected, dtype, margin)))
    return found


def _calls(network: nn.Module, batch: Tensor) -> dict[str, tuple[nn.Module, Tensor, Tensor]]:
    """Run a network; return each module that maps one tensor to one, with copies of both."""
    found: dict[str, tuple[nn.Module, Tensor, Tensor]] = {}
    inputs: dict[str, Tensor] = {}
    handles = []
    for name, module in network.named_modules():
        if not name:
            continue

        def keep_input(_: nn.Module, given: tuple[Any, ...], name: str = name) -> None:
            if len(given) == 1 and isinstance(given[0], Tensor):
                inputs[name] = given[0].clone()  # it may be overwritten in place

        def keep(module: nn.Module, _: tuple[Any, ...], answer: Any, name: str = name) -> None:
            if name in inputs and isinstance(answer, Tensor):
                found[name] = module, inputs[name], answer.clone()

        handles += [module.register_forward_pre_hook(keep_input), module.register_forward_hook(keep)]
    try:
        with torch.no_grad():
            network(batch)
    finally:
        for handle in handles:
            handle.remove()
    return found


def _allowed(module: nn.Module, x: Tensor, expected: Tensor, dtype: torch.dtype, margin: float) -> float:
    share = torch.finfo(dtype).eps / 2
    errors = []
    for draw in range(DRAWS):
        generator = torch.Generator(x.device).manual_seed(draw)
        noise = torch.rand(x.shape, generator=generator, device=x.device, dtype=x.dtype)
        rounded = x * (1 + share * (2 * noise - 1))
        errors.append(rms_error(expected, perturbed(module, rounded, share, draw)))
    return margin * max(share, *errors)
