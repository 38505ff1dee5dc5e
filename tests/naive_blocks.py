"""The blocks of a naive network, for tests/naive_network.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import nn

from tests.naive_layers import ACTIVATIONS, NORMS, LayerBuilder, Make, activate, made, normalize, width
from tests.naive_modules import Axes, DropPath, Impossible, Mean, PadChannels, Residual

Data = Mapping[str, Any]

BUILT_IN: dict[str, Data] = {
    "basic": {
        "mid": "out",
        "branch": [
            {"conv": 3, "to": "mid", "stride": "here", "dilation": "here"},
            {"conv": 3, "to": "out", "dilation": "here", "dropout": "here", "act": "none"},
        ],
    },
    "bottleneck": {
        "mid": "out / 4",
        "branch": [
            {"conv": 1, "to": "mid"},
            {"conv": 3, "to": "mid", "stride": "here", "dilation": "here", "groups": "here", "dropout": "here"},
            {"conv": 1, "to": "out", "act": "none"},
        ],
    },
    "preact_basic": {
        "order": "norm-act-conv",
        "mid": "out",
        "branch": [
            {"conv": 3, "to": "mid", "stride": "here", "dilation": "here"},
            {"conv": 3, "to": "out", "dilation": "here", "dropout": "here"},
        ],
        "join": {"act": "none"},
    },
    "preact_bottleneck": {
        "order": "norm-act-conv",
        "mid": "out / 4",
        "branch": [
            {"conv": 1, "to": "mid"},
            {"conv": 3, "to": "mid", "stride": "here", "dilation": "here", "groups": "here", "dropout": "here"},
            {"conv": 1, "to": "out"},
        ],
        "join": {"act": "none"},
    },
}


@dataclass
class Block:
    """What is known of a block before it is built; `index` and `total` count the blocks of the network."""

    kind: Data
    options: Data
    widths: Data
    in_channels: int
    out_channels: int
    stride: Axes
    dilation: Axes
    first_dilation: Axes
    replaced: Axes
    index: int
    total: int

    @property
    def rank(self) -> int:
        return len(self.stride)

    @property
    def ones(self) -> Axes:
        return (1,) * self.rank

    def build(self) -> Residual:
        """The block; its shortcut is made before its branch, as it is in torchvision."""
        options = self.options
        norm, act, order = options["norm"], options["act"], options.get("order", "conv-norm-act")
        layers = LayerBuilder(self.rank, self.in_channels, self.named_widths(), norm, act, order, self.here())
        branch = layers.lay(_strided(self.kind["branch"], options.get("stride_on")))
        if layers.channels != self.out_channels:
            raise Impossible(f"the branch gives {layers.channels} channels, not {self.out_channels}")
        kind, around = self.shortcut(layers.total_stride, norm, order)
        shortcut = made(around)
        joined = activate(options.get("join", {}).get("act", act))
        tap = _leading(branch) if kind == "projection" else 0
        return Residual(made(branch + self.drop_path()), made(joined), shortcut, kind, tap, layers.total_stride)

    def named_widths(self) -> dict[str, int]:
        """Each named width; it may speak of those before it."""
        named = {"in": self.in_channels, "out": self.out_channels}
        for name, written in self.widths.items():
            named[name] = width(written, named)
        return named

    def here(self) -> Data:
        """What `here` stands for in its layers."""
        return {
            "stride": self.stride,
            "dilation": self.dilation,
            "first_dilation": self.first_dilation,
            "groups": self.options.get("groups", 1),
            "dropout": self.options.get("dropout", 0),
        }

    def drop_path(self) -> list[Make]:
        """Drop path at the end of the branch, by default with a rate that grows along the network."""
        said = self.options.get("drop_path", 0)
        options = said if isinstance(said, dict) else {"rate": said}
        if not options["rate"]:
            return []
        linear = options.get("schedule", "linear") == "linear"
        return [partial(DropPath, options["rate"] * (self.index / max(self.total - 1, 1) if linear else 1))]

    def shortcut(self, stride: Axes, norm: Any, order: str) -> tuple[str, list[Make]]:
        """What leads around a branch of the given stride."""
        asked = self.options.get("shortcut", "auto")
        same = self.in_channels == self.out_channels and stride == self.ones
        if asked in ("none", "identity") or (asked != "projection" and same):
            return ("none" if asked == "none" else "identity"), []
        if asked == "pad":
            return "pad", [partial(PadChannels, self.out_channels - self.in_channels, stride)]
        before = self.mean(stride) if asked == "avg_projection" else []
        step = self.ones if asked == "avg_projection" else stride
        normed = order.index("norm") > order.index("conv")
        after = normalize(norm, self.out_channels, self.rank) if normed else []
        conv = getattr(nn, f"Conv{self.rank}d")
        bias = normed and not after
        return "projection", [*before, partial(conv, self.in_channels, self.out_channels, 1, step, bias=bias), *after]

    def mean(self, stride: Axes) -> list[Make]:
        """The mean in front of a projection: over the stride, or over the pixels that dilation passes over instead."""
        if stride != self.ones:
            pool = getattr(nn, f"AvgPool{self.rank}d")
            return [partial(pool, stride, stride, ceil_mode=True, count_include_pad=False)]
        return [partial(Mean, self.replaced)] if self.replaced != self.ones else []


def _strided(branch: Sequence[Data], wanted: str | None) -> Sequence[Data]:
    """The branch with its stride in the convolution that `stride_on` names, by its place among the layers but pools."""
    if wanted is None:
        return branch
    moved: list[Data] = []
    number = 0
    for layer in branch:
        number += "max_pool" not in layer and "avg_pool" not in layer
        if "conv" in layer and f"conv{number}" == wanted:
            moved.append({**layer, "stride": "here"})
        else:
            moved.append({**layer, "stride": 1} if layer.get("stride") == "here" else layer)
    return moved


def _leading(branch: Sequence[Make]) -> int:
    """How many norms and activations the branch begins with; a projection reads after them."""
    shared = (*NORMS, *ACTIVATIONS.values())
    return next((index for index, make in enumerate(branch) if make.func not in shared), 0)
