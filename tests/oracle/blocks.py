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
from tests.oracle.modules import Axes, DropPath, Impossible, Residual
from tests.oracle.names import Layout, Module, Pairs, check, check_held, check_whole
from tests.oracle.parts import Part, activate, attend, branch_scale, made, sized, width
from tests.oracle.shortcuts import Around
from tests.oracle.slots import BranchScale

Data = Mapping[str, Any]


BEHIND = ("attention", "branch_scale", "drop_path")
"""Modules that may follow the end of a branch and keep zeros."""


@dataclass
class Block:
    """The specification of a block; `index` and `total` count the blocks of the network."""

    type: str
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
    variance: float = 1.0

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
        tap = self.around(layers.total_stride).tap(_leading(branch))
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
        held = [pair for pair in inner if _is_parameter(*pair)]
        inner = [pair for pair in inner if not _is_parameter(*pair)]
        return built, [*held, *beside, *inner] if first else [*held, *inner, *beside]

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
        ends = [*scale, *self.drop_path()]
        if self.options.get("shortcut") == "identity_or_none" and self.around(layers.total_stride).kind() == "none":
            ends = []
        ends = [*(self.attention(self.out_channels) if place == "end" else []), *ends]
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
        acts = [part._replace(role="sum_act") for part in activate(settings, self.out_channels)]
        return acts + (self.attention(self.out_channels) if self.place() == "sum" else [])

    def names(self, branch: list[Part], units: int, around: list[Part]) -> tuple[list[str], list[str]]:
        """Return the names of the branch and the parts after the addition, and those of the shortcut."""
        own = self.layout.namer("block", kind=self.type)
        names, known = [], []
        parts: list[Module] = []
        for part in branch:
            names.append(own.name(part.role, part.number))
            inside = [names[-1]] if names[-1] else _inside(part)
            known += inside
            parts += [part] if names[-1] else [None] * len(inside)
            own.taken.update(known)
        units += own.holds("sum_act", units)
        names += [own.name(part.role, units) for part in self.joined()]
        beside = self.layout.namer("projection")
        shortcut = [beside.name(part.role, part.number) if part.role else "" for part in around]
        path = self.layout.one("shortcut")
        check([*known, *names[len(branch) :], path], [*parts, *self.joined(), None])
        if len(shortcut) > 1 and shortcut[0] == "":
            check_held(around[0], [name.split(".") for name in shortcut[1:]], path)
        if len(shortcut) > 1 and "" in shortcut[1:]:
            raise Impossible("a shortcut that is one of its modules has others")
        check(shortcut, around)
        own.done()
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
            "variance": self.variance,
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
        around = self.around(stride)
        kind, parts = around.kind(), around.parts()
        if self.place() == "shortcut":
            parts += self.attention(self.out_channels)
        elif not any(map(_has_tensors, parts)):
            parts = [part for part in parts if part.make.func is not nn.Identity]
            parts = [part._replace(role="") for part in parts] if len(parts) == 1 else parts
        numbered = [part._replace(number=index) for index, part in enumerate(parts)]
        counts = "*" in self.layout.namer("projection").names["avg_pool"]
        return kind, [part for part in numbered if counts or part.make.func is not nn.Identity]

    def around(self, stride: Axes) -> Around:
        """Return the shortcut around a branch of this stride."""
        layers = self.layers()
        layers.act, layers.antialias, layers.here = "none", "none", {**self.here(), "stride": stride}
        ends = self.in_channels, self.out_channels
        asked = self.options.get("shortcut", "auto")
        return Around(asked, *ends, stride, self.replaced, self.first_dilation, self.options["act"], layers)


def _inside(part: Part) -> list[str]:
    """Return the entries in the block itself in place of a part: a method, and the modules that it calls."""
    with torch.device("meta"):
        module = part.make()
        children = module.named_children()
    if isinstance(module, BranchScale):
        return [name for name, _ in module.named_parameters()]
    nothing = (nn.Identity, nn.ModuleList)
    return [part.role, *(name for name, child in children if list(child.children()) or not isinstance(child, nothing))]


def _is_parameter(name: str, module: nn.Module) -> bool:
    """Return whether a module's own parameter is one of the block."""
    return not name and isinstance(module, BranchScale)


def _has_tensors(part: Part) -> bool:
    with torch.device("meta"):
        return bool(part.make().state_dict())


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
    return next((index for index, part in enumerate(branch) if part.role not in ("norm", "act", "multiply")), 0)
