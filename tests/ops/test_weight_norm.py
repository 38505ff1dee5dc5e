"""Convolutions with normalized weights beside those that torch's parametrizations make."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from resnetgen.ops.weight_norm_conv import WeightNormConv
from tests.ops.single_modules import assert_captured, random_weights
from tests.ops.single_operators import CHANNELS, network, window


def pair(rank: int, *, bias: bool) -> tuple[nn.Module, nn.Module]:
    """An emitted convolution, and torch's with the same seed."""
    operator = WeightNormConv(CHANNELS, 6, window(rank, stride=2), 2, bias)
    torch.manual_seed(1602)
    ours = network([operator], (CHANNELS, *(7,) * rank)).get_submodule("op0")
    torch.manual_seed(1602)
    conv = getattr(nn, f"Conv{rank}d")(CHANNELS, 6, 3, 2, 1, groups=2, bias=bias)
    return ours, nn.utils.parametrizations.weight_norm(conv)


@pytest.mark.parametrize("rank", (1, 2, 3))
@pytest.mark.parametrize("bias", (True, False))
def test_it_is_the_convolution_of_torch(rank: int, bias: bool) -> None:
    ours, theirs = pair(rank, bias=bias)
    assert list(theirs.state_dict()) == list(ours.state_dict())
    for key, tensor in theirs.state_dict().items():
        torch.testing.assert_close(ours.state_dict()[key], tensor)

    random_weights(theirs)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(2, CHANNELS, *(7,) * rank)
    found, expected = ours(x), theirs(x)
    torch.testing.assert_close(found, expected)
    found.square().sum().backward()
    expected.square().sum().backward()
    gradients = {name: parameter.grad for name, parameter in theirs.named_parameters()}
    for name, parameter in ours.named_parameters():
        torch.testing.assert_close(parameter.grad, gradients[name], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("rank", (1, 2, 3))
def test_it_can_be_captured(rank: int) -> None:
    assert_captured(pair(rank, bias=True)[0], (CHANNELS, *(7,) * rank))
