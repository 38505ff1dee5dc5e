"""Branch scales: what the emitted ones compute, and where in a block they stand."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from resnetgen.api import compile_mapping
from resnetgen.ops.branch_scale import BranchScaleSlot, LayerScaleSlot, ReZeroSlot, SkipInitSlot
from tests.ops.single_modules import assert_captured
from tests.ops.single_operators import network

CHANNELS = 6
RANKS = (1, 2, 3)
SIZE = (5, 4, 3)

SCALES: list[tuple[BranchScaleSlot, list[float]]] = [
    (LayerScaleSlot(type="layer_scale"), [1e-5] * CHANNELS),
    (LayerScaleSlot(type="layer_scale", init=0.1), [0.1] * CHANNELS),
    (ReZeroSlot(type="rezero"), [0.0]),
    (SkipInitSlot(type="skipinit"), [0.0]),
    (SkipInitSlot(type="skipinit", init=-0.5), [-0.5]),
]


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize(("slot", "start"), SCALES)
def test_a_branch_scale_multiplies(slot: BranchScaleSlot, start: list[float], rank: int) -> None:
    x = torch.randn(2, CHANNELS, *SIZE[:rank])
    alone = network([slot.at_end(CHANNELS, 1)], (CHANNELS, *SIZE[:rank]))
    (factor,) = alone.parameters()
    torch.testing.assert_close(factor.detach(), torch.tensor(start))
    nn.init.normal_(factor, generator=torch.Generator().manual_seed(2002))

    expected = torch.einsum("nc...,c->nc...", x, factor.expand(CHANNELS))
    torch.testing.assert_close(alone(x), expected)
    assert_captured(alone, (CHANNELS, *SIZE[:rank]))


def order(**block: object) -> list[str]:
    """The names of what ends the branch of a block with these options, and of what follows the sum."""
    compiled = compile_mapping({"name": "scaled", "extends": "resnet18", "block": {"type": "basic", **block}})
    first = compiled.network.stages[0].runs[0].block
    return [node.name for node in (*first.branch[4:], *first.post_add)]


def test_a_branch_is_scaled_after_its_attention_and_before_it_is_dropped() -> None:
    end = ["bn2", "se", "branch_scale", "drop_path", "act2"]
    assert end == order(attention="se", branch_scale="layer_scale", drop_path=0.1)
    assert ["bn2", "branch_scale", "act2", "se"] == order(
        attention={"type": "se", "place": "sum"}, branch_scale="rezero"
    )
    assert ["bn2", "act2"] == order(branch_scale="none")


def test_a_branch_scale_that_starts_above_zero_leaves_room_for_a_norm_that_starts_there() -> None:
    data = {"name": "scaled", "extends": "resnet18", "init": {"zero_init_residual": True}}
    compile_mapping({**data, "block": {"branch_scale": "layer_scale"}})
    compile_mapping({**data, "block": {"branch_scale": {"type": "skipinit", "init": 0.1}}})
