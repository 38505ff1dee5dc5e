"""The blocks of a naive network, for tests/oracle/network.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import nn

from tests.oracle.attention import named
from tests.oracle.layers import UNNUMBERED, LayerBuilder
from tests.oracle.modules import Axes, DropPath, Impossible, Mean, PadChannels, Residual
from tests.oracle.names import Layout, Pairs, check, check_whole
from tests.oracle.parts import Part, activate, attend, branch_scale, convolve, made, normalize, per_axis, sized, width

Data = Mapping[str, Any]


BEHIND = ("attention", "branch_scale", "drop_path")
"""What may follow the end of a branch, and keeps a zero a zero."""


@dataclass
class Block:
    """The specification of a block; `index` and `total` count the blocks of the network."""

    kind: Data
    options: Data
    widths: Data
    in_channels: int
    out_channels: int
    stride: Axes
    fixed: Axes
    dilation: Axes
    first_dilation: Axes
    replaced: Axes
    index: int
    total: int
    layout: Layout

    @property
    def rank(self) -> int:
        return len(self.stride)

    @property
    def ones(self) -> Axes:
        return (1,) * self.rank

    def build(self, *, passed_in: bool = False) -> tuple[Residual, Pairs]:
        """Return the block, and its named modules in the order of the state dict.

        The shortcut is made before the branch if it is passed in, else where the state dict has it.
        """
        layers = self.layers()
        branch = self.branch(layers)
        kind, around = self.shortcut(layers.total_stride)
        names = self.names(branch, layers.unit, around)
        tap = _leading(branch) if kind == "projection" else 0
        smoothers = [name for name, part in zip(names[0], branch, strict=False) if part.role == "antialias"]
        check_whole(names[0], tap, smoothers)
        first = self.layout.one("shortcut_first")
        early = made(around) if first or passed_in else []
        inside, joined = made(branch), made(self.joined())
        shortcut = early if first or passed_in else made(around)
        built = Residual(inside, joined, shortcut, kind, tap, layers.total_stride, shortcut_first=first)
        built.ends = [module for part, module in zip(branch, inside, strict=True) if part.role not in BEHIND][-1:]
        own, beside = [*inside, *joined], list(zip(names[1], shortcut, strict=True))
        inner = list(zip(names[0], own, strict=True))
        return built, [*beside, *inner] if first else [*inner, *beside]

    def layers(self) -> LayerBuilder:
        options = self.options
        return LayerBuilder(
            self.rank,
            self.in_channels,
            self.named_widths(),
            options["convolution"],
            options["norm"],
            options["act"],
            options.get("order", "conv-norm-act"),
            options.get("antialias", "none"),
            self.here(),
            self.in_channels != self.out_channels or self.stride != self.ones or self.fixed != self.ones,
        )

    def branch(self, layers: LayerBuilder) -> list[Part]:
        """Return the branch, with the attention in its place."""
        settings = strided(self.kind["branch"], self.options.get("stride_on"))
        place = self.place()
        parts = self.attention(self.in_channels) if place == "start" else []
        for layer in settings:
            parts += layers.numbered(layer)
            if "conv" in layer and place == f"conv{layers.unit}":
                parts += [part._replace(number=layers.unit) for part in self.attention(layers.channels)]
                place = ""
        if place.startswith("conv"):
            raise Impossible(f"no {place}")
        if layers.channels != self.out_channels:
            raise Impossible(f"the branch gives {layers.channels} channels, not {self.out_channels}")
        scale = branch_scale(self.options.get("branch_scale"), self.out_channels)
        ends = [*(self.attention(self.out_channels) if place == "end" else []), *scale, *self.drop_path()]
        return parts + [part._replace(number=layers.unit) for part in ends]

    def place(self) -> str:
        """Return the place of the attention; empty if there is none, or if the branch has a layer for it."""
        own = any(layer.get("attention") in ("here", {"type": "here"}) for layer in self.kind["branch"])
        settings = named(self.options.get("attention") or "none")
        return "" if own or settings["type"] == "none" else settings.get("place", "end")

    def attention(self, channels: int) -> list[Part]:
        return attend(sized(self.options["attention"], self.named_widths()), channels, self.rank)

    def joined(self) -> list[Part]:
        """Return the parts after the addition."""
        settings = self.options.get("join", {}).get("act", self.options["act"])
        acts = [part._replace(role="sum_act") for part in activate(settings)]
        return acts + (self.attention(self.out_channels) if self.place() == "sum" else [])

    def names(self, branch: list[Part], units: int, around: list[Part]) -> tuple[list[str], list[str]]:
        """Return the names of the branch and the parts after the addition, and those of the shortcut."""
        own = self.layout.namer("block")
        names, known = [], []
        for part in branch:
            names.append(own.name(part.role, part.number))
            known += [names[-1]] if names[-1] else _inside(part)
            own.taken.update(known)
        units += own.holds("sum_act", units)
        names += [own.name(part.role, units) for part in self.joined()]
        beside = self.layout.namer("projection")
        shortcut = [beside.name(part.role, part.number) if part.role else "" for part in around]
        path = self.layout.one("shortcut")
        check([*known, *names[len(branch) :], path])
        check(shortcut)
        return names, [f"{path}.{name}".removesuffix(".") for name in shortcut]

    def named_widths(self) -> dict[str, int]:
        """Return the value of each named width; it can refer to those before it."""
        widths = {"in": self.in_channels, "out": self.out_channels}
        for name, written in self.widths.items():
            widths[name] = width(written, widths)
        return widths

    def here(self) -> Data:
        """Return the values that `here` stands for in the block's layers."""
        return {
            "stride": self.stride,
            "dilation": self.dilation,
            "first_dilation": self.first_dilation,
            "replaced": self.replaced,
            **{key: self.options[key] for key in ("groups", "group_width", "kernel") if key in self.options},
            "dropout": self.options.get("dropout", 0),
            **{key: self.options.get(key) for key in ("spatial", "drop_block", "attention")},
        }

    def drop_path(self) -> list[Part]:
        """Return drop path at the end of the branch; by default its rate grows along the network."""
        settings = self.options.get("drop_path", 0)
        options = settings if isinstance(settings, dict) else {"rate": settings}
        if not options["rate"]:
            return []
        linear = options.get("schedule", "linear") == "linear"
        rate = options["rate"] * (self.index / max(self.total - 1, 1) if linear else 1)
        return [Part("drop_path", partial(DropPath, rate))]

    def shortcut(self, stride: Axes) -> tuple[str, list[Part]]:
        """Return the kind and the numbered parts of the shortcut around a branch of this stride."""
        kind, parts = self.around(stride)
        if self.place() == "shortcut":
            parts += self.attention(self.out_channels)
        elif kind == "pad":
            return kind, [part._replace(role="") for part in parts]
        numbered = [part._replace(number=index) for index, part in enumerate(parts)]
        counts = "*" in self.layout.namer("projection").names["avg_pool"]
        return kind, [part for part in numbered if counts or part.make.func is not nn.Identity]

    def around(self, stride: Axes) -> tuple[str, list[Part]]:
        """Return the kind and the parts of the shortcut, without attention."""
        options = named(self.options.get("shortcut", "auto"))
        asked = options["type"]
        same = self.in_channels == self.out_channels and stride == self.ones
        if asked in ("none", "identity") or (asked != "projection" and same):
            return ("none" if asked == "none" else "identity"), []
        if asked == "pad":
            return "pad", [Part("pad", partial(PadChannels, self.out_channels - self.in_channels, stride))]
        before = self.mean(stride) if asked == "avg_projection" else []
        step = self.ones if asked == "avg_projection" else stride
        kernel = options.get("kernel", 1) if stride != self.ones or self.replaced != self.ones else 1
        return "projection", [*before, *self.projection(step, per_axis(kernel, self.rank))]

    def projection(self, stride: Axes, kernel: Axes) -> list[Part]:
        """Return a convolution with a norm; without one if norms precede convolutions."""
        order = self.options.get("order", "conv-norm-act")
        after: list[Part] = []
        if normed := order.index("norm") > order.index("conv"):
            after = normalize(self.options["norm"], self.out_channels, self.rank)
        dilation = tuple(d if k > 1 else 1 for d, k in zip(self.first_dilation, kernel, strict=True))
        padding = tuple(d * (k - 1) // 2 for d, k in zip(dilation, kernel, strict=True))
        numbers = (self.in_channels, self.out_channels, kernel, stride, padding, dilation, 1, normed and not after)
        return [Part("conv", convolve(self.options["convolution"], self.rank, *numbers)), *after]

    def mean(self, stride: Axes) -> list[Part]:
        """Return the average pool in front of a projection: over the stride, or over what dilation replaces."""
        if stride != self.ones:
            pool = getattr(nn, f"AvgPool{self.rank}d")
            make = partial(pool, stride, stride, ceil_mode=True, count_include_pad=False)
        else:
            make = partial(Mean, self.replaced) if self.replaced != self.ones else partial(nn.Identity)
        return [Part("avg_pool", make)]


def _inside(part: Part) -> list[str]:
    """Return the entries in the block itself in place of a part: a method, and the modules that it calls."""
    with torch.device("meta"):
        children = part.make().named_children()
    nothing = (nn.Identity, nn.ModuleList)
    return [part.role, *(name for name, child in children if list(child.children()) or not isinstance(child, nothing))]


def strided(branch: Sequence[Data], wanted: str | None) -> Sequence[Data]:
    """Return the branch with the stride in the convolution that `stride_on` names; pools are not counted."""
    if wanted is None:
        return branch
    moved: list[Data] = []
    number = 0
    pattern = next((layer["stride"] for layer in branch if _takes(layer)), "here")
    for layer in branch:
        number += "conv" in layer or UNNUMBERED.isdisjoint(layer)
        if "conv" in layer and f"conv{number}" == wanted:
            moved.append({**layer, "stride": pattern})
        elif _takes(layer):
            kept = layer["stride"]
            moved.append({**layer, "stride": 1 if kept == "here" else [1 if step == "here" else step for step in kept]})
        else:
            moved.append(layer)
    return moved


def _takes(layer: Data) -> bool:
    """Return whether a layer has the block's stride along some axis."""
    stride = layer.get("stride", 1)
    return stride == "here" or (isinstance(stride, list) and "here" in stride)


def _leading(branch: Sequence[Part]) -> int:
    """Return the number of norms and activations at the start of the branch; a projection reads after them."""
    return next((index for index, part in enumerate(branch) if part.role not in ("norm", "act")), 0)
