"""The table of activations is that of torch, and those that write over their input lose no gradient by it."""

from __future__ import annotations

import inspect

import pytest
import torch
from torch import Tensor, nn
from torch.nn.modules import activation

from resnetgen.ops.activation import REQUIRED, TABLE, Activation
from resnetgen.ops.operator import Operator
from tests.ops.single_operators import CHANNELS, network, samples

Options = tuple[tuple[str, float], ...]

OPTIONS: dict[str, tuple[Options, ...]] = {
    "leaky_relu": ((("negative_slope", 0.0),), (("negative_slope", 2.0),)),
    "elu": ((("alpha", 3.0),),),
    "celu": ((("alpha", 3.0),),),
    "hardtanh": ((("min_val", 0.1), ("max_val", 0.2)),),
    "threshold": tuple((("threshold", limit), ("value", value)) for limit, value in ((0.2, 5), (0.2, 0.2), (-1, -5))),
}
"""Options for the activations that work in place, at which writing over the input might lose what a gradient needs."""

NOT_ELEMENTWISE = {
    "GLU": "halves the channels",
    "MultiheadAttention": "a whole layer, with weights",
    "Softmax": "over an axis, which it has to be told",
    "Softmax2d": "over the channels of two axes",
    "Softmin": "over an axis, which it has to be told",
    "LogSoftmax": "over an axis, which it has to be told",
}
"""Activations of torch.nn that the table leaves out, each with the reason."""

NOT_IN_PLACE = {"rrelu"}
"""Activations that have `inplace` and do not get it: the gradient of a random slope would be in doubt."""


def test_every_activation_of_torch_is_in_the_table() -> None:
    assert {row.module for row in TABLE.values()} | set(NOT_ELEMENTWISE) == set(activation.__all__)


@pytest.mark.parametrize("name", TABLE)
def test_an_activation_takes_the_options_and_defaults_of_torch(name: str) -> None:
    row = TABLE[name]
    parameters = inspect.signature(getattr(nn, row.module)).parameters
    for option, default in row.options:
        if option == "per_channel":  # torch has it as a number of slopes, by default one
            assert parameters["num_parameters"].default == 1
            continue
        expected = inspect.Parameter.empty if default is REQUIRED else default
        assert expected == parameters[option].default
    beside = set(parameters) - {option for option, _ in row.options} - {"inplace"}
    assert beside <= {"min_value", "max_value", "num_parameters", "device", "dtype", "args", "kwargs"}
    assert row.inplace == ("inplace" in parameters and name not in NOT_IN_PLACE)


IN_PLACE = [(name, options) for name, row in TABLE.items() if row.inplace for options in ((), *OPTIONS.get(name, ()))]


@pytest.mark.parametrize(("name", "options"), [case for case in IN_PLACE if case != ("threshold", ())])
def test_an_activation_in_place_has_the_gradient_of_one_beside(name: str, options: Options) -> None:
    before = samples(2)
    for owner in ("conv", "batch norm", "group norm", "instance norm", "frozen batch norm", "max pool", "avg pool"):
        expected = _gradients([before[owner], Activation(name, options)])
        actual = _gradients([before[owner], Activation(name, options, inplace=True)])
        for one, other in zip(expected, actual, strict=True):
            assert torch.allclose(one, other, rtol=1e-5, atol=1e-6), owner


def _gradients(operators: list[Operator]) -> list[Tensor]:
    torch.manual_seed(0)
    module = network(operators, (CHANNELS, 6, 5))
    x = torch.randn(3, CHANNELS, 6, 5, requires_grad=True)
    output = module(x)
    output.backward(torch.linspace(-1, 1, output.numel()).reshape(output.shape))
    return [output.detach(), *(value.grad for value in (x, *module.parameters()) if value.grad is not None)]
