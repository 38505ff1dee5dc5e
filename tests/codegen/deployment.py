"""Both forms of a network with the same weights: the one that is trained, and the deployed one."""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from resnetgen.analysis.shape_inference import trace
from resnetgen.api import emit_source
from resnetgen.compiler import Compiled, deploy_code, deploy_form
from resnetgen.ir.network import Network
from resnetgen.runtime.hooks import Output
from resnetgen.runtime.load_source import load
from resnetgen.runtime.perturbation import perturbed

StateDict = dict[str, Tensor]

_VALUES = 1 << 22


class Forms(NamedTuple):
    """Both forms in eval mode, on the same device, and the function that turns the weights of one into the other's."""

    trained: nn.Module
    deployed: nn.Module
    convert: Callable[[StateDict], StateDict]


def forms(compiled: Compiled, device: str = "meta") -> Forms:
    """Both forms of a network; on the device `meta` they have shapes alone."""
    with torch.device(device):
        trained = load(emit_source(compiled), compiled.network)()
        return Forms(trained.eval(), _deployed_class(compiled)().eval(), converter(compiled))


def converter(compiled: Compiled) -> Callable[[StateDict], StateDict]:
    """The function that makes weights of the deployed form of trained ones."""
    found: Callable[[StateDict], StateDict] = sys.modules[_deployed_class(compiled).__module__].convert
    return found


def _deployed_class(compiled: Compiled) -> type[nn.Module]:
    return load(deploy_code(compiled, "a spec"), deploy_form(compiled).network)


def filled(compiled: Compiled) -> Forms:
    """Both forms in double precision: the trained one with weights that all have a part to play, the other with those.

    The latter are loaded strictly. Where there are buffers that no state dict has, both are made in full for them.
    """
    found = forms(compiled)
    kept = {*found.trained.state_dict()}
    if any(name not in kept for name, _ in found.trained.named_buffers()):
        found = forms(compiled, "cpu")
    trained, other = found.trained.double(), found.deployed.double()
    weights = {name: value(name, tensor) for name, tensor in trained.state_dict().items()}
    trained.load_state_dict(weights, assign=True)
    other.load_state_dict(found.convert(weights), assign=True)
    return found._replace(trained=trained, deployed=other)


def value(name: str, like: Tensor) -> Tensor:
    """A value for a tensor of a state dict: noise of a size that leaves signals at theirs, and a positive variance."""
    if not like.dtype.is_floating_point:
        return torch.ones(like.shape, dtype=like.dtype)
    noise = _noise(name, like.shape)
    match name.rpartition(".")[2]:
        case "running_var":
            return 1 + 0.25 * noise.abs()
        case "running_mean" | "bias":
            return 0.3 * noise
        case _ if like.ndim > 1 and like[0].numel() > 1:
            return noise * math.sqrt(2 / like[0].numel())
        case _:
            return 0.8 + 0.2 * noise


def _noise(name: str, shape: torch.Size) -> Tensor:
    """Noise of its own for each name: a piece of one stream, since its own would take a large network too long."""
    stream, count = _stream(), shape.numel()
    start = 7919 * sum(name.encode()) % _VALUES
    if start + count > len(stream):
        stream = stream.repeat(-(-(start + count) // len(stream)))
    piece: Tensor = stream[start : start + count]
    return piece.reshape(shape)


@functools.cache
def _stream() -> Tensor:
    return torch.randn(2 * _VALUES, dtype=torch.float64, generator=torch.Generator().manual_seed(1502))


def difference(found: Forms, shape: tuple[int, ...], batch: int = 1) -> float:
    """By how much two forms differ in their answers to noise, as a part of these answers."""
    x = _images(batch, shape)
    with torch.inference_mode():
        return _most_apart(_given(found.trained, x), _given(found.deployed, x))


def rounding(found: Forms, shape: tuple[int, ...]) -> float:
    """By how much the trained form's answers change where all that it computes is off by one rounding, as a part of it.

    Weights that nobody trained may double an error in every few layers, so that some hundred of them make it visible.
    """
    x = _images(1, shape)
    with torch.inference_mode():
        expected = found.trained(x)
    return _most_apart(expected, perturbed(found.trained, x, torch.finfo(torch.float64).eps / 2))


def _given(network: nn.Module, x: Tensor) -> dict[str, Tensor]:
    """Return the output of a network, and its maps if its spec has `features`."""
    maps: Callable[[Tensor], dict[str, Tensor]] | None = getattr(network, "feature_maps", None)
    named = {} if maps is None else maps(x)
    return {**_maps(network(x)), **{f"map {name}": value for name, value in named.items()}}


def _images(batch: int, shape: tuple[int, ...]) -> Tensor:
    return torch.randn(batch, *shape, dtype=torch.float64, generator=torch.Generator().manual_seed(1603))


def _most_apart(one: Output, other: Output) -> float:
    expected, actual = _maps(one), _maps(other)
    assert expected.keys() == actual.keys()
    return max(_apart(expected[name], actual[name]) for name in expected)


def _maps(output: Output) -> dict[str, Tensor]:
    return output if isinstance(output, dict) else {"": output}


def _apart(expected: Tensor, actual: Tensor) -> float:
    usual = expected.square().mean().sqrt().item()
    assert usual > 0
    return (expected - actual).abs().max().item() / usual


def shortened(compiled: Compiled, size: tuple[int, ...], most: int = 1) -> Compiled:
    """The same network with fewer equal blocks in a row, at another input size.

    Where one module holds the blocks of all stages, it is whole: what follows is numbered after them.
    """
    if any(stage.joined for stage in compiled.network.stages):
        return compiled._replace(trace=trace(compiled.network, size))
    stages = tuple(
        stage._replace(runs=tuple(run._replace(repeat=min(run.repeat, most)) for run in stage.runs))
        for stage in compiled.network.stages
    )
    network: Network = compiled.network._replace(stages=stages)
    return compiled._replace(network=network, trace=trace(network, size))
