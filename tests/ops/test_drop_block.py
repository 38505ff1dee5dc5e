"""Drop block beside timm's: the same answer to the same draw, and about as many zeros as it is asked for."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from resnetgen.ops.drop_block import DropBlock
from tests.ops.single_modules import assert_captured
from tests.ops.single_operators import network
from tests.published.timm_oracle import timm_module


def module_of(rate: float, size: int, rank: int = 2, scale: float = 1.0) -> nn.Module:
    made: Any = network([DropBlock(rate, size, scale, rank)], (4, *(16,) * rank))
    return made.op0.train()  # type: ignore[no-any-return]


def share(out: Tensor) -> float:
    return (out == 0).float().mean().item()


@pytest.mark.oracle
@pytest.mark.parametrize("size", (1, 2, 3, 6, 7, 20))
def test_it_gives_what_timm_gives_for_the_same_draw(size: int) -> None:
    for scale, shape in ((1.0, (12, 16)), (0.25, (9, 7))):
        theirs = timm_module("layers").DropBlock2d(0.2, size, scale)
        ours = module_of(0.2, size, scale=scale)
        x = torch.randn(8, 4, *shape)
        torch.manual_seed(1810)
        expected = theirs(x)
        torch.manual_seed(1810)
        torch.testing.assert_close(ours(x), expected)


@pytest.mark.parametrize(("rank", "extent"), ((1, 400), (2, 60), (3, 24)))
@pytest.mark.parametrize("size", (1, 4, 5))
def test_about_as_much_is_zero_as_is_asked_for(rank: int, extent: int, size: int) -> None:
    torch.manual_seed(0)
    out = module_of(0.05, size, rank)(torch.ones(64, 4, *(extent,) * rank))
    # A piece at the edge is smaller, and the rate of centres is made up for it as if none were.
    assert 0.9 * 0.05 < share(out) < 0.05 * (extent / (extent - size + 1)) ** rank * 1.1
    assert 1.0 == pytest.approx(out.mean().item(), rel=1e-3)  # what is left is scaled up


def test_all_channels_lose_the_same_pixels_in_whole_pieces() -> None:
    torch.manual_seed(0)
    zeros = module_of(0.05, 3)(torch.ones(16, 4, 24, 24)) == 0
    assert torch.equal(zeros.all(1), zeros.any(1))
    rows = ["".join(map(str, row)) for row in zeros[:, 0, 12].int().tolist()]
    inside = [run for row in rows for run in re.findall(r"(?<=0)1+(?=0)", row)]  # at the edge a piece may be cut
    assert 3 == min(map(len, inside))


def test_half_precision_counts_more_pixels_than_it_can_hold() -> None:
    torch.manual_seed(0)
    out = module_of(0.05, 3)(torch.ones(32, 1, 60, 60, dtype=torch.float16))
    assert torch.float16 == out.dtype
    assert 1.0 == pytest.approx(out.float().mean().item(), rel=1e-2)


def test_after_training_it_does_nothing() -> None:
    x = torch.randn(2, 4, 8, 8)
    assert x is module_of(0.5, 3).eval()(x)


def test_a_map_smaller_than_a_piece_stays_finite() -> None:
    torch.manual_seed(0)
    for extent in (1, 2, 3):
        out = module_of(0.9, 7)(torch.ones(64, 4, extent, extent))
        assert out.isfinite().all()


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
@pytest.mark.parametrize("rank", (1, 2, 3))
def test_it_is_scripted_exported_and_traced(rank: int) -> None:
    assert_captured(module_of(0.2, 4, rank), (4, *(6,) * rank))
    training = module_of(0.2, 4, rank)
    with torch.no_grad():
        exported = torch.export.export(training, (torch.randn(32, 4, *(6,) * rank),)).module()
        scripted = torch.jit.script(training)
    for module in (exported, scripted):
        torch.manual_seed(0)
        assert 0 < share(module(torch.ones(32, 4, *(6,) * rank))) < 1
