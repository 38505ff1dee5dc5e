"""Norms that bring an activation: beside timm's, beside their formulas in plain torch, and what layers make of them."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from resnetgen.api import compile_mapping, emit_source
from resnetgen.errors import SpecError
from resnetgen.ops.evonorm_s0 import EvoNormS0Slot
from resnetgen.ops.filter_response_norm import FilterResponseNormSlot
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.operator import Operator
from resnetgen.runtime.load_source import load
from tests.ops.single_modules import assert_captured, random_weights
from tests.ops.single_operators import network
from tests.published.timm_oracle import timm_module

CHANNELS = 8
SIZES = ((1, 1), (1, 5), (7, 4))
RANKS = (1, 2, 3)


def laid(slot: NormSlot, rank: int, active: bool) -> tuple[Operator, nn.Module]:
    """The norm with or without its activation, and its module in a network of its own."""
    operator = slot.activated(CHANNELS, rank) if active else slot.operator(CHANNELS, rank)
    assert operator is not None
    module: Any = network([operator], (CHANNELS, *(1,) * rank))
    return operator, module.op0


def evonorm(groups: int, eps: float = 1e-5) -> EvoNormS0Slot:
    return EvoNormS0Slot(type="evonorm_s0", groups=groups, eps=eps)


def response(eps: float = 1e-5) -> FilterResponseNormSlot:
    return FilterResponseNormSlot(type="filter_response", eps=eps)


# Beside timm


def assert_equals(theirs: nn.Module, ours: nn.Module) -> None:
    """Assert that they begin alike, and give one answer with one set of weights."""
    assert list(theirs.state_dict()) == list(ours.state_dict())
    for key, value in theirs.state_dict().items():
        assert torch.equal(value, ours.state_dict()[key]), key
    random_weights(theirs)
    ours.load_state_dict(theirs.state_dict())
    for size in SIZES:
        x = 3 * torch.randn(2, CHANNELS, *size)
        torch.testing.assert_close(ours(x), theirs(x), rtol=1e-5, atol=1e-5)


@pytest.mark.oracle
@pytest.mark.parametrize("active", (True, False))
@pytest.mark.parametrize("groups", (1, 2, 8))
def test_evonorm_is_that_of_timm(groups: int, active: bool) -> None:
    theirs = timm_module("layers").EvoNorm2dS0(CHANNELS, groups=groups, apply_act=active)
    assert_equals(theirs, laid(evonorm(groups), 2, active)[1])


@pytest.mark.oracle
@pytest.mark.parametrize("active", (True, False))
@pytest.mark.parametrize("eps", (1e-5, 0.1))
def test_filter_response_norm_is_that_of_timm(eps: float, active: bool) -> None:
    theirs = timm_module("layers").FilterResponseNormTlu2d(CHANNELS, apply_act=active, eps=eps)
    assert_equals(theirs, laid(response(eps), 2, active)[1])


# Beside their formulas, along any number of axes


def shaped(weight: Tensor, rank: int) -> Tensor:
    return weight.reshape(-1, *(1,) * rank)


def evonorm_of(x: Tensor, module: Any, groups: int) -> Tensor:
    rank = x.ndim - 2
    deviation = torch.stack(
        [part.reshape(len(x), -1).var(1, correction=0) + 1e-5 for part in x.chunk(groups, dim=1)], dim=1
    ).sqrt()
    spread = deviation.repeat_interleave(CHANNELS // groups, dim=1).reshape(len(x), CHANNELS, *(1,) * rank)
    gated = x * torch.sigmoid(shaped(module.v, rank) * x)
    return gated / spread * shaped(module.weight, rank) + shaped(module.bias, rank)


def response_of(x: Tensor, module: Any, active: bool) -> Tensor:
    rank = x.ndim - 2
    power = x.flatten(2).pow(2).mean(2).reshape(*x.shape[:2], *(1,) * rank)
    y = x / (power + 1e-5).sqrt() * shaped(module.weight, rank) + shaped(module.bias, rank)
    return torch.maximum(y, shaped(module.tau, rank)) if active else y


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("groups", (1, 4))
def test_evonorm_is_its_formula(rank: int, groups: int) -> None:
    _, module = laid(evonorm(groups), rank, True)
    random_weights(module)
    x = torch.randn(3, CHANNELS, *range(3, 3 + rank))
    torch.testing.assert_close(module(x), evonorm_of(x, module, groups), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("active", (True, False))
def test_filter_response_norm_is_its_formula(rank: int, active: bool) -> None:
    _, module = laid(response(), rank, active)
    random_weights(module)
    x = torch.randn(3, CHANNELS, *range(3, 3 + rank))
    torch.testing.assert_close(module(x), response_of(x, module, active), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("slot", (evonorm(2), response()), ids=("evonorm", "response"))
@pytest.mark.parametrize("active", (True, False))
def test_half_precision_stays_half(slot: NormSlot, active: bool) -> None:
    _, module = laid(slot, 2, active)
    x = 300 * torch.randn(1, CHANNELS, 4, 4)  # whose squares float16 cannot hold
    found = module.half()(x.half())
    assert torch.float16 == found.dtype
    if not (isinstance(slot, EvoNormS0Slot) and not active):
        torch.testing.assert_close(found.float(), module.float()(x), rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("slot", (evonorm(2), response()), ids=("evonorm", "response"))
@pytest.mark.parametrize("active", (True, False))
def test_it_is_scripted_exported_and_traced(slot: NormSlot, rank: int, active: bool) -> None:
    assert_captured(laid(slot, rank, active)[1], (CHANNELS, *(5,) * rank))


# In layers


def spec(norm: Any, *stem: dict[str, Any], **block: Any) -> dict[str, Any]:
    return {
        "name": "net",
        "input": {"channels": 3, "size": 16},
        "norm": norm,
        "stem": [*stem] or [{"conv": 3, "to": 8}],
        "block": {"type": "basic", **block},
        "stages": {"layer1": {"blocks": 2, "channels": 8}},
        "head": {"pool": "avg", "classes": 5},
    }


EVONORM = {"type": "evonorm_s0", "groups": 4}


@pytest.mark.parametrize("norm", (EVONORM, "filter_response"))
def test_a_layer_leaves_its_own_activation_out(norm: Any) -> None:
    compiled = compile_mapping(spec(norm))
    stem = [node.operator.role for node in compiled.network.stem]
    (run,) = compiled.network.stages[0].runs
    assert ["conv", "norm"] == stem
    assert ["conv", "norm", "conv", "norm"] == [node.operator.role for node in run.block.branch]
    names = [len(node.operator.entries()) for node in run.block.branch if node.operator.role == "norm"]
    assert [3, 2] == names  # the second without an activation: that is the sum's
    assert ["act"] == [node.operator.role for node in run.block.post_add]


@pytest.mark.parametrize("order", ("conv-act-norm", "norm-conv-act", "act-conv-norm"))
def test_an_activation_that_does_not_follow_the_norm_stays(order: str) -> None:
    compiled = compile_mapping(spec(EVONORM, order=order))
    (run,) = compiled.network.stages[0].runs
    roles = [node.operator.role for node in run.block.branch]
    assert "act" in roles
    norms = [node.operator for node in run.block.branch if node.operator.role == "norm"]
    assert {2} == {len(norm.entries()) for norm in norms}


@pytest.mark.parametrize("order", ("norm-act-conv", "act-norm-conv"))
def test_a_network_of_them_trains(order: str) -> None:
    for norm in (EVONORM, "filter_response"):
        compiled = compile_mapping(spec(norm, order=order))
        net = load(emit_source(compiled), compiled.network)()
        net(torch.randn(2, 3, 16, 16)).sum().backward()
        assert [] == [key for key, parameter in net.named_parameters() if parameter.grad is None]


def faults(data: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(SpecError) as refused:
        compile_mapping(data)
    return [(diagnostic.code, diagnostic.message) for diagnostic in refused.value.diagnostics]


def test_groups_must_divide_the_channels() -> None:
    assert [("RG303", "an evonorm of 3 groups does not divide 8 channels")] == faults(
        spec("filter_response", {"conv": 3, "to": 8, "norm": {"type": "evonorm_s0", "groups": 3}})
    )


@pytest.mark.parametrize("norm", ("evonorm_s0", "filter_response"))
def test_an_activation_beside_it_has_no_effect(norm: str) -> None:
    given = {"type": norm, "groups": 4} if norm == "evonorm_s0" else norm
    expected = f"`act: relu` has no effect: the norm {norm} includes an activation"
    layers: tuple[dict[str, Any], ...] = ({"conv": 3, "to": 8, "act": "relu"}, {"norm": "here", "act": "relu"})
    for layer in layers:
        assert [("RG209", expected)] == faults(spec(given, {"conv": 3, "to": 8}, layer))
