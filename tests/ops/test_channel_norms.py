"""Norms over the channels of each pixel: beside torch's own over the last axis, in layers, and after a pool."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from resnetgen.api import compile_mapping
from resnetgen.errors import SpecError
from resnetgen.ops.group_norm import GroupNorm, GroupNormSlot
from resnetgen.ops.layer_norm import LayerNormSlot
from resnetgen.ops.norm import NormSlot
from resnetgen.ops.rms_norm import RMSNormSlot
from tests.ops.single_modules import assert_captured, random_weights
from tests.ops.single_operators import network, plain

CHANNELS = 8
RANKS = (1, 2, 3)
SLOTS: dict[str, tuple[NormSlot, type[nn.Module]]] = {
    "layer": (LayerNormSlot(type="layer", eps=0.1), nn.LayerNorm),
    "rms": (RMSNormSlot(type="rms", eps=0.1), nn.RMSNorm),
}


def module_of(slot: NormSlot, rank: int) -> nn.Module:
    """The norm of a map, in a network of its own."""
    operator = slot.operator(CHANNELS, rank)
    assert operator is not None
    whole: Any = network([operator], (CHANNELS, *(1,) * rank))
    module: nn.Module = whole.op0
    return module


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("kind", SLOTS)
def test_each_pixel_has_the_norm_of_torch(kind: str, rank: int) -> None:
    slot, torch_norm = SLOTS[kind]
    ours, theirs = module_of(slot, rank), torch_norm(CHANNELS, eps=0.1)
    random_weights(ours)
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(3, CHANNELS, *range(3, 3 + rank))
    expected = theirs(x.movedim(1, -1)).movedim(-1, 1)
    torch.testing.assert_close(ours(x), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("kind", SLOTS)
def test_it_is_scripted_exported_and_traced(kind: str, rank: int) -> None:
    assert_captured(module_of(SLOTS[kind][0], rank), (CHANNELS, *(5,) * rank))


@pytest.mark.parametrize("kind", SLOTS)
def test_a_vector_has_the_norm_of_torch(kind: str) -> None:
    slot, torch_norm = SLOTS[kind]
    operator = slot.of_vector(CHANNELS)
    assert operator is not None
    module = plain(operator)
    assert type(module) is torch_norm
    assert {entry.name: entry.shape for entry in operator.entries()} == {
        name: tuple(value.shape) for name, value in module.state_dict().items()
    }


@pytest.mark.parametrize("kind", SLOTS)
def test_half_precision_stays_half(kind: str) -> None:
    module = module_of(SLOTS[kind][0], 2)
    x = 300 * torch.randn(1, CHANNELS, 4, 4)  # whose squares float16 cannot hold
    found = module.half()(x.half())
    assert torch.float16 == found.dtype
    torch.testing.assert_close(found.float(), module.float()(x), rtol=1e-2, atol=1e-2)


def test_groups_by_size_are_groups_by_number() -> None:
    by_size, by_number = GroupNormSlot(type="group", size=16), GroupNormSlot(type="group", groups=4)
    assert GroupNorm(64, 4, 1e-5) == by_size.operator(64, 2) == by_number.operator(64, 2)
    assert GroupNorm(64, 4, 1e-5) == by_size.of_vector(64)


def test_a_size_in_the_base_takes_no_groups_beside_it() -> None:
    data = {
        "name": "net",
        "input": {"channels": 3, "size": 16},
        "norm": {"type": "group", "size": 4, "groups": 2},
        "stem": [{"conv": 3, "to": 8}],
        "block": {"type": "basic"},
        "stages": {"layer1": {"blocks": 2, "channels": 8}},
        "head": {"pool": "avg"},
    }
    with pytest.raises(SpecError, match="written twice: by their number, and by their size"):
        compile_mapping(data)
    del data["norm"]["groups"]  # type: ignore[attr-defined]
    assert GroupNorm(8, 2, 1e-5) == compile_mapping(data).network.stem[1].operator
