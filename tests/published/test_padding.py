"""Networks of libraries that pad otherwise than torchvision, beside the same written in plain torch."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from resnetgen import compile_mapping
from tests.codegen.observation import emitted


class TensorFlowConv(nn.Conv2d):
    """A convolution as tf.nn.conv2d has it, with the padding SAME: timm's Conv2dSame, from its definition."""

    def forward(self, x: Tensor) -> Tensor:
        sides: list[int] = []
        for extent, kernel, stride in reversed([*zip(x.shape[2:], self.kernel_size, self.stride, strict=True)]):
            missing = max((-(-extent // stride) - 1) * stride + kernel - extent, 0)
            sides += [missing // 2, missing - missing // 2]
        return F.conv2d(F.pad(x, sides), self.weight, None, self.stride, 0, 1, self.groups)


def layer(cin: int, cout: int, kernel: int, stride: int = 1, *, groups: int = 1, act: bool = True) -> list[nn.Module]:
    conv = TensorFlowConv(cin, cout, kernel, stride, groups=groups, bias=False)
    return [conv, nn.BatchNorm2d(cout, 1e-3), *([nn.SiLU()] if act else [])]


class Inverted(nn.Module):
    """MBConv without its attention (arXiv:1905.11946, after arXiv:1801.04381)."""

    def __init__(self, cin: int, cout: int, kernel: int, stride: int) -> None:
        super().__init__()
        wide = 4 * cin
        depthwise = layer(wide, wide, kernel, stride, groups=wide)
        self.branch = nn.Sequential(*layer(cin, wide, 1), *depthwise, *layer(wide, cout, 1, act=False))
        self.adds = cin == cout and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.branch(x)
        return out + x if self.adds else out


INVERTED = {
    "widths": {"wide": "4 * in"},
    "branch": [
        {"conv": 1, "to": "wide"},
        {"conv": 5, "to": "wide", "stride": "here", "groups": "wide", "padding": "same"},
        {"conv": 1, "to": "out", "act": "none"},
    ],
}


def filled(network: nn.Module, other: nn.Module) -> None:
    """Give the second network the tensors of the first, in their order; it may have more."""
    torch.manual_seed(0)
    pairs = zip(network.state_dict().values(), other.state_dict().values(), strict=False)
    for one, its in pairs:
        assert one.shape == its.shape
        if one.is_floating_point():
            its.copy_(torch.rand_like(one) + 0.5 if one.dim() == 1 else torch.randn_like(one) * 0.1)
            one.copy_(its)


def network(data: dict[str, Any]) -> nn.Module:
    return emitted(compile_mapping(data).trace).eval()


@pytest.mark.parametrize("size", (64, 65, 70, 71))
def test_an_efficientnet_of_tensorflow(size: int) -> None:
    data = {
        "name": "net",
        "input": {"channels": 3, "size": 64},
        "norm": {"type": "batch", "eps": 1e-3},
        "stem": [{"conv": 3, "to": 16, "stride": 2, "padding": "same"}],
        "blocks": {"inverted": INVERTED},
        "block": {"type": "inverted", "act": "silu", "join": {"act": "none"}, "shortcut": "none"},
        "act": "silu",
        "stages": {
            "first": {"channels": 24, "blocks": 1, "stride": 2},
            "second": {"channels": 24, "blocks": 1, "shortcut": "identity"},
            "third": {"channels": 40, "blocks": 1, "stride": 2},
        },
        "head": {"pool": "avg", "classes": 10},
    }
    ours = network(data)
    stages = [Inverted(16, 24, 5, 2), Inverted(24, 24, 5, 1), Inverted(24, 40, 5, 2)]
    pool = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(40, 10)]
    plain = nn.Sequential(*layer(3, 16, 3, 2), *stages, *pool).eval()
    with torch.no_grad():
        filled(plain, ours)
        x = torch.randn(2, 3, size, size + 1)
        torch.testing.assert_close(plain(x), ours(x))


def test_the_stem_of_resnet_50_in_keras() -> None:
    """The padding is a layer of its own, and the pool sees its zeros: keras.applications.ResNet50."""
    data = {
        "extends": "resnet18",
        "name": "net",
        "norm": {"type": "batch", "eps": 1.001e-5},
        "stem": [
            {"pad": 3},
            {"conv": 7, "to": 64, "stride": 2, "padding": 0, "bias": True},
            {"pad": 1},
            {"max_pool": 3, "stride": 2, "padding": 0},
        ],
    }
    stem = [nn.ZeroPad2d(3), nn.Conv2d(3, 64, 7, 2), nn.BatchNorm2d(64, 1.001e-5), nn.ReLU()]
    plain = nn.Sequential(*stem, nn.ZeroPad2d(1), nn.MaxPool2d(3, 2)).eval()
    ours = network(data)
    with torch.no_grad():
        filled(plain, ours)
        x = torch.randn(2, 3, 61, 62)
        maps: list[Tensor] = []
        ours.get_submodule("maxpool").register_forward_hook(lambda *call: maps.append(call[2]))
        ours(x)
        torch.testing.assert_close([plain(x)], maps)


def test_a_causal_network_sees_no_later_input() -> None:
    branch = [
        {"conv": 3, "to": "out", "stride": "here", "dilation": "here", "padding": "causal"},
        {"conv": 3, "to": "out", "dilation": "here", "padding": "causal"},
    ]
    data = {
        "name": "net",
        "input": {"channels": 2, "size": [64]},
        "stem": [{"conv": 4, "to": 8, "padding": "causal"}],
        "blocks": {"causal": {"branch": branch}},
        "block": {"type": "causal"},
        "stages": {
            "first": {"channels": 8, "blocks": 1},
            "second": {"channels": 8, "blocks": 1, "dilation": 2, "first_dilation": 2},
            "third": {"channels": 8, "blocks": 1, "dilation": 4, "first_dilation": 4},
        },
        "head": {"features": ["third"]},
    }
    compiled = compile_mapping(data)
    ours = emitted(compiled.trace).eval()
    x = torch.randn(1, 2, 64, requires_grad=True)
    output = ours(x)["third"]
    assert x.shape[-1] == output.shape[-1]
    for time in (0, 20, 63):
        (gradient,) = torch.autograd.grad(output[0, :, time].square().sum(), x, retain_graph=True)
        seen = gradient[0].abs().sum(0).nonzero()
        assert int(seen.max()) <= time
        assert int(seen.min()) >= max(0, time - 31)
