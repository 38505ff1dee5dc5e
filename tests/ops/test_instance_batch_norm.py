"""The norm of IBN-Net: beside its definition in plain torch, captured, in training, and where it cannot be."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from resnetgen.api import compile_mapping, emit_source
from resnetgen.errors import OperatorError, SpecError
from resnetgen.ops.composite import norms
from resnetgen.ops.instance_batch_norm import InstanceBatchNorm, InstanceBatchNormSlot
from resnetgen.runtime.load_source import load
from tests.ops.single_modules import assert_captured, random_weights
from tests.ops.single_operators import network

CHANNELS = 10
RANKS = (1, 2, 3)
RATIOS = (0.5, 0.29, 0.9)


class Plain(nn.Module):
    """IBN-a by its definition (arXiv:1807.09441, section 3.1)."""

    def __init__(self, channels: int, rank: int, ratio: float, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__()
        self.count = int(channels * ratio)
        self.IN = getattr(nn, f"InstanceNorm{rank}d")(self.count, eps=eps, affine=True)
        self.BN = getattr(nn, f"BatchNorm{rank}d")(channels - self.count, eps=eps, momentum=momentum)

    def forward(self, x: Tensor) -> Tensor:
        first, second = torch.split(x, [self.count, x.shape[1] - self.count], dim=1)
        return torch.cat((self.IN(first.contiguous()), self.BN(second.contiguous())), dim=1)


def laid(rank: int, ratio: float = 0.5, **options: float) -> tuple[InstanceBatchNorm, nn.Module]:
    """The operator, and its module in a network of its own."""
    operator = InstanceBatchNormSlot.model_validate({"type": "ibn", "ratio": ratio, **options}).operator(CHANNELS, rank)
    assert isinstance(operator, InstanceBatchNorm)
    module: Any = network([operator], (CHANNELS, *(2,) * rank))
    return operator, module.op0


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("ratio", RATIOS)
def test_it_is_its_definition(rank: int, ratio: float) -> None:
    options = {"eps": 0.1, "momentum": 0.3}
    theirs, (operator, ours) = Plain(CHANNELS, rank, ratio, **options), laid(rank, ratio, **options)
    assert [*theirs.state_dict()] == [*ours.state_dict()] == [entry.name for entry in operator.entries()]
    random_weights(theirs)
    ours.load_state_dict(theirs.state_dict())
    x = torch.randn(3, CHANNELS, *range(3, 3 + rank))
    for mode in (True, False):  # in training first, which moves the statistics that evaluation takes
        given = [x.clone().requires_grad_() for _ in range(2)]
        found, expected = ours.train(mode)(given[0]), theirs.train(mode)(given[1])
        torch.testing.assert_close(found, expected)
        for output in (found, expected):
            output.square().sum().backward()
        torch.testing.assert_close(given[0].grad, given[1].grad)
    torch.testing.assert_close(dict(ours.state_dict()), dict(theirs.state_dict()))


@pytest.mark.parametrize("rank", RANKS)
def test_it_is_scripted_exported_and_traced(rank: int) -> None:
    assert_captured(laid(rank)[1], (CHANNELS, *(5,) * rank))


@pytest.mark.parametrize("rank", RANKS)
def test_its_parts_say_what_it_takes(rank: int) -> None:
    operator, module = laid(rank)
    pixel, pair = (CHANNELS, *(1,) * rank), (CHANNELS, 2, *(1,) * (rank - 1))
    assert [5, 5] == [shape[0] for _, shape in norms(operator, pair)]
    assert operator.shape_error(pair) is None
    module(torch.randn(1, *pair))
    refused = operator.shape_error(pixel)
    assert refused is not None
    assert "an instance norm inside that has nothing to normalize over" in refused.why
    with pytest.raises(ValueError, match="more than 1 spatial element"):
        module(torch.randn(4, *pixel))


@pytest.mark.parametrize(("ratio", "channels", "part"), ((1.0, 8, "batch"), (0.1, 8, "instance"), (0.5, 1, "instance")))
def test_no_part_is_empty(ratio: float, channels: int, part: str) -> None:
    with pytest.raises(OperatorError, match=f"leaves none for the {part} norm") as refused:
        InstanceBatchNormSlot(type="ibn", ratio=ratio).operator(channels, 2)
    assert "ratio" == refused.value.option


def spec(**changes: Any) -> dict[str, Any]:
    return {
        "name": "net",
        "input": {"channels": 3, "size": 16},
        "norm": "ibn",
        "stem": [{"conv": 3, "to": 8}],
        "block": {"type": "basic"},
        "stages": {"layer1": {"blocks": 2, "channels": 8}},
        "head": {"pool": "avg", "classes": 5},
        **changes,
    }


def test_its_batch_norms_keep_their_statistics_on_request() -> None:
    compiled = compile_mapping(spec(training={"norm_eval": True}))
    net = load(emit_source(compiled), compiled.network)().train()
    modes = {type(each).__name__: each.training for each in net.modules() if not [*each.children()]}
    assert (True, False) == (modes["InstanceNorm2d"], modes["BatchNorm2d"])


@pytest.mark.parametrize(
    ("changes", "code"),
    (
        ({"init": {"zero_init_residual": True}}, "RG307"),
        ({"head": {"pool": "avg", "then": [{"norm": "ibn"}], "classes": 5}}, "RG304"),
        ({"norm": "ibn_a"}, "RG206"),
        ({"norm": {"type": "ibn", "affine": True}}, "RG201"),
    ),
)
def test_it_is_refused_where_it_cannot_be(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(SpecError) as refused:
        compile_mapping(spec(**changes))
    assert [code] == [diagnostic.code for diagnostic in refused.value.diagnostics]
