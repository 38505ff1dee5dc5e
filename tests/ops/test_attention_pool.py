"""Attention pools beside torch's own attention, asked as CLIP asks it."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from resnetgen.ops.attention_pool import AttentionPool
from tests.ops.single_modules import assert_captured, random_weights
from tests.ops.single_operators import network

SIZES = [(3,), (2, 3), (2, 1, 3), (1, 1)]


def by_torch(weights: dict[str, Tensor], x: Tensor, heads: int) -> Tensor:
    """The computation of CLIP's model.py in the words of torch's multi-head attention."""
    tokens = x.flatten(2).permute(2, 0, 1)
    tokens = torch.cat([tokens.mean(0, keepdim=True), tokens]) + weights["positional_embedding"][:, None]
    found, _ = F.multi_head_attention_forward(
        query=tokens[:1],
        key=tokens,
        value=tokens,
        embed_dim_to_check=x.shape[1],
        num_heads=heads,
        in_proj_weight=None,
        in_proj_bias=torch.cat([weights[f"{name}_proj.bias"] for name in "qkv"]),
        bias_k=None,
        bias_v=None,
        add_zero_attn=False,
        dropout_p=0.0,
        out_proj_weight=weights["c_proj.weight"],
        out_proj_bias=weights["c_proj.bias"],
        q_proj_weight=weights["q_proj.weight"],
        k_proj_weight=weights["k_proj.weight"],
        v_proj_weight=weights["v_proj.weight"],
        use_separate_proj_weight=True,
        need_weights=False,
    )
    return found.squeeze(0)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_it_is_the_attention_of_torch(size: tuple[int, ...]) -> None:
    module = network([AttentionPool(8, 5, 2, size)], (8, *size))
    random_weights(module)
    weights = {key.removeprefix("op0."): tensor.clone() for key, tensor in module.state_dict().items()}
    x, other = (torch.linspace(-2, 3, 16).reshape(2, 8, *(1,) * len(size)).expand(2, 8, *size).clone() for _ in "ab")
    x += torch.arange(x[0, 0].numel()).reshape(size) / 7
    other += torch.arange(x[0, 0].numel()).reshape(size) / 7
    ours, theirs = module(x.requires_grad_()), by_torch(weights, other.requires_grad_(), 2)

    torch.testing.assert_close(ours, theirs)
    ours.square().sum().backward()
    theirs.square().sum().backward()  # type: ignore[no-untyped-call]  # torch's own
    torch.testing.assert_close(x.grad, other.grad)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_it_can_be_captured(size: tuple[int, ...]) -> None:
    assert_captured(network([AttentionPool(8, 5, 2, size)], (8, *size)), (8, *size))


def test_its_embedding_starts_as_large_as_that_of_clip() -> None:
    torch.manual_seed(0)
    module = network([AttentionPool(64, 5, 1, (20, 20))], (64, 20, 20))
    embedding = module.state_dict()["op0.positional_embedding"]
    assert (401, 64) == embedding.shape
    assert 1 / 8 == pytest.approx(float(embedding.std()), rel=0.02)
    assert next(iter(module.state_dict())) == "op0.positional_embedding"
