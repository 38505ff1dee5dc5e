"""Spectrally normalized convolutions beside those that torch's parametrization makes."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, fx, nn

from resnetgen.ops.spectral_norm_conv import SpectralNormConv
from tests.ops.single_modules import assert_captured
from tests.ops.single_operators import CHANNELS, network, window


def pair(rank: int, *, bias: bool) -> tuple[nn.Module, nn.Module]:
    """An emitted convolution, and torch's with the same seed."""
    operator = SpectralNormConv(CHANNELS, 6, window(rank, stride=2), 2, bias)
    torch.manual_seed(1802)
    ours = network([operator], (CHANNELS, *(7,) * rank)).get_submodule("op0")
    torch.manual_seed(1802)
    conv = getattr(nn, f"Conv{rank}d")(CHANNELS, 6, 3, 2, 1, groups=2, bias=bias)
    return ours, nn.utils.parametrizations.spectral_norm(conv)


def example(rank: int) -> Tensor:
    return torch.randn(2, CHANNELS, *(7,) * rank)


def assert_equal_tensors(ours: nn.Module, theirs: nn.Module) -> None:
    """Assert that two modules have the same tensors under the same names, in the same order."""
    assert list(theirs.state_dict()) == list(ours.state_dict())
    for key, tensor in theirs.state_dict().items():
        torch.testing.assert_close(ours.state_dict()[key], tensor)


@pytest.mark.parametrize("rank", (1, 2, 3))
@pytest.mark.parametrize("bias", (True, False))
def test_it_starts_as_the_convolution_of_torch(rank: int, bias: bool) -> None:
    assert_equal_tensors(*pair(rank, bias=bias))


@pytest.mark.parametrize("rank", (1, 2, 3))
@pytest.mark.parametrize("training", (True, False))
def test_it_computes_and_learns_as_that_of_torch(rank: int, training: bool) -> None:
    ours, theirs = (module.train(training) for module in pair(rank, bias=True))
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.normal_()  # so that the vectors are far from those of the weight
    ours.load_state_dict(theirs.state_dict())
    before = {name: buffer.clone() for name, buffer in ours.named_buffers()}
    x = example(rank)
    found, expected = [ours(x), ours(-x)], [theirs(x), theirs(-x)]  # two uses before the backward pass, as of a critic
    torch.testing.assert_close(found, expected)
    assert_equal_tensors(ours, theirs)
    assert training is not any(torch.equal(buffer, before[name]) for name, buffer in ours.named_buffers())

    for outputs in (found, expected):
        (outputs[0].square().sum() + outputs[1].sin().sum()).backward()
    gradients = {name: parameter.grad for name, parameter in theirs.named_parameters()}
    for name, parameter in ours.named_parameters():
        torch.testing.assert_close(parameter.grad, gradients[name], rtol=1e-4, atol=1e-4)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
def test_captured_it_trains_alike() -> None:
    ours, theirs = pair(2, bias=True)
    x = example(2)
    captured = (torch.jit.script(copy.deepcopy(ours)), fx.symbolic_trace(copy.deepcopy(ours)))
    for _ in range(2):
        expected = theirs(x)
        for one in captured:
            torch.testing.assert_close(one(x), expected)


def test_a_captured_one_reads_the_vectors_at_each_use() -> None:
    ours, other = (pair(2, bias=True)[0].eval() for _ in range(2))
    with torch.no_grad():
        for tensor in other.state_dict().values():
            tensor.normal_()
    traced = fx.symbolic_trace(ours)
    traced.load_state_dict(other.state_dict())
    x = example(2)
    torch.testing.assert_close(traced(x), other(x))


def test_it_trains_under_autocast() -> None:
    ours, _ = pair(2, bias=True)
    with torch.autocast("cpu", torch.bfloat16):
        result = ours(example(2))
    assert result.dtype is torch.bfloat16
    result.float().sum().backward()
    assert all(parameter.grad is not None for parameter in ours.parameters())


@pytest.mark.parametrize("rank", (1, 2, 3))
def test_it_can_be_captured(rank: int) -> None:
    assert_captured(pair(rank, bias=True)[0], (CHANNELS, *(7,) * rank))
