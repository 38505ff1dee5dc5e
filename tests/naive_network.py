"""A network built straight from a spec's data, in plain torch: the judge that shares nothing with the compiler.

It reads the mapping that a user writes, resolves it in its own words, and raises where the language or torch says no:
`Impossible` for a width, a shortcut or an output stride that cannot be, torch's own errors for the rest. What is about
keys without effect, contradictory keys or names, it does not judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from tests.naive_layers import (
    ACTIVATIONS,
    NORMS,
    Axes,
    DropPath,
    GlobalPool,
    Impossible,
    LayerBuilder,
    Make,
    Mean,
    PadChannels,
    activate,
    normalize,
    per_axis,
    width,
)

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

OPTIONS = ("groups", "norm", "act", "order", "shortcut", "stride_on", "dropout", "drop_path", "join", "type")
"""What a block type, the spec's `block`, a stage and a block's own entry may all say; the last of them wins."""


class Residual(nn.Module):
    """A block. The two sides of its addition have to be of one shape: torch would repeat a map of one pixel."""

    def __init__(self, branch: list[nn.Module], joined: list[nn.Module], around: list[nn.Module], kind: str, tap: int):
        super().__init__()
        self.branch = nn.ModuleList(branch)
        self.joined = nn.ModuleList(joined)
        self.around = nn.ModuleList(around)
        self.kind = kind
        self.tap = tap

    def forward(self, x: Tensor) -> Tensor:
        brought = x
        for index, module in enumerate(self.branch):
            if index == self.tap:
                brought = x
            x = module(x)
        if self.kind != "none":
            for module in self.around:
                brought = module(brought)
            if brought.shape != x.shape:
                raise Impossible(f"{tuple(brought.shape)} + {tuple(x.shape)}")
            x = brought + x
        for module in self.joined:
            x = module(x)
        return x


class NaiveNetwork(nn.Module):
    """Stem, stages and head, run one after another."""

    def __init__(self, stem: list[nn.Module], stages: dict[str, list[nn.Module]], head: list[nn.Module], wanted: Any):
        super().__init__()
        self.stem = nn.ModuleList(stem)
        self.stages = nn.ModuleList(nn.ModuleList(blocks) for blocks in stages.values())
        self.names = list(stages)
        self.head = nn.ModuleList(head)
        self.wanted = wanted

    def forward(self, x: Tensor) -> Tensor | dict[str, Tensor]:
        for module in self.stem:
            x = module(x)
        maps = {}
        for name, blocks in zip(self.names, self.stages, strict=True):
            assert isinstance(blocks, nn.ModuleList)
            for block in blocks:
                x = block(x)
            maps[name] = x
        if self.wanted is not None:
            return {name: maps[name] for name in self.wanted}
        for module in self.head:
            x = module(x)
        return x


@dataclass
class Block:
    """What is known of a block before it is built."""

    kind: Data
    options: dict[str, Any]
    widths: dict[str, Any]
    in_channels: int
    out_channels: int
    stride: Axes
    dilation: Axes
    first_dilation: Axes
    replaced: Axes
    index: int


class Builder:
    """Builds a network's parts from a spec's data."""

    def __init__(self, spec: Data) -> None:
        self.spec = spec
        size = spec["input"]["size"]
        self.rank = 2 if isinstance(size, int) else len(size)
        self.ones = (1,) * self.rank
        self.total = sum(entry.get("repeat", 1) for name in self.stages() for entry in self.entries(name))

    def stages(self) -> list[str]:
        """The stages that the output needs."""
        names = list(self.spec["stages"])
        features = self.spec["head"].get("features")
        return names if features is None else names[: max(map(names.index, features)) + 1]

    def entries(self, name: str) -> list[Data]:
        """A stage's list of blocks; a number is one entry that repeats."""
        blocks = self.spec["stages"][name]["blocks"]
        return [{"repeat": blocks}] if isinstance(blocks, int) else blocks

    def network(self) -> NaiveNetwork:
        """The whole network, its first weights set."""
        layers = self.layers(self.spec["input"]["channels"])
        stem = made(layers.lay(self.spec["stem"]))
        stages, channels = self.all_stages(layers.channels, layers.total_stride)
        network = NaiveNetwork(stem, stages, self.head(channels), self.spec["head"].get("features"))
        self.initialize(network)
        return network

    def layers(self, channels: int) -> LayerBuilder:
        """A builder for layers outside of blocks."""
        norm, act = self.spec.get("norm", "batch"), self.spec.get("act", "relu")
        return LayerBuilder(self.rank, channels, {}, norm, act, "conv-norm-act")

    def all_stages(self, channels: int, stem_stride: Axes) -> tuple[dict[str, list[nn.Module]], int]:
        """The blocks of every stage, and the channels that leave the last."""
        stages: dict[str, list[nn.Module]] = {}
        index = 0
        for name, plan in self.plans(stem_stride).items():
            stages[name] = []
            for block in self.blocks(name, plan, channels, index):
                stages[name].append(self.block(block))
                channels = block.out_channels
                index += 1
        return stages, channels

    def plans(self, stem_stride: Axes) -> dict[str, tuple[Axes, ...]]:
        """For each stage: stride, dilation, dilation of the map that comes in, and the stride that became dilation."""
        goal = self.spec.get("output_stride")
        most = per_axis(10**9 if goal is None else goal, self.rank)
        reached, before = stem_stride, self.ones
        plans: dict[str, tuple[Axes, ...]] = {}
        for name in self.stages():
            stage = self.spec["stages"][name]
            wanted = per_axis(stage.get("stride", 1), self.rank)
            stride = tuple(w if r * w <= m else 1 for r, w, m in zip(reached, wanted, most, strict=True))
            replaced = tuple(w // s for w, s in zip(wanted, stride, strict=True))
            dilation = per_axis(stage.get("dilation", 1), self.rank)
            if goal is not None:
                dilation = tuple(b * r for b, r in zip(before, replaced, strict=True))
            first = per_axis(stage.get("first_dilation", list(before)), self.rank)
            plans[name] = (stride, dilation, first, replaced)
            reached, before = tuple(r * s for r, s in zip(reached, stride, strict=True)), dilation
        if goal is not None and reached != most:
            raise Impossible(f"output stride {reached}, not {most}")
        return plans

    def blocks(self, name: str, plan: tuple[Axes, ...], channels: int, index: int) -> Iterator[Block]:
        """The blocks of a stage. Only a stage's first has its stride, and only an entry's first the entry's own."""
        stage = self.spec["stages"][name]
        stride, dilation, first, replaced = plan
        common = {"in": channels}
        for entry in self.entries(name):
            said = self.settings(stage, entry)
            own = "channels" in entry
            out = width(entry["channels"], {"in": channels}) if own else width(stage["channels"], common)
            stride = per_axis(entry["stride"], self.rank) if "stride" in entry else stride
            for _ in range(entry.get("repeat", 1)):
                yield Block(*said, channels, out, stride, dilation, first, replaced, index)
                channels, index = out, index + 1
                stride, first, replaced = self.ones, dilation, self.ones

    def settings(self, stage: Data, entry: Data) -> tuple[Data, dict[str, Any], dict[str, Any]]:
        """The block type, and what it, `block`, the stage and the entry say, the last of them above the rest."""
        default = self.spec.get("block", {})
        wanted = next(said["type"] for said in (entry, stage, default) if "type" in said)
        kind = {**BUILT_IN, **self.spec.get("blocks", {})}[wanted]
        options: dict[str, Any] = {}
        widths: dict[str, Any] = {}
        for said in (kind, default, stage, entry):
            options |= {key: said[key] for key in OPTIONS if key in said}
            widths |= {"mid": said["mid"]} if "mid" in said else {}
            widths |= said.get("widths", {})
        return kind, options, widths

    def block(self, block: Block) -> Residual:
        """A block; its shortcut is made before its branch, as it is in torchvision."""
        options = block.options
        norm = options.get("norm", self.spec.get("norm", "batch"))
        act = options.get("act", self.spec.get("act", "relu"))
        order = options.get("order", "conv-norm-act")
        layers = LayerBuilder(self.rank, block.in_channels, _widths(block), norm, act, order, _here(block))
        branch = layers.lay(_strided(block.kind["branch"], options.get("stride_on")))
        if layers.channels != block.out_channels:
            raise Impossible(f"the branch gives {layers.channels} channels, not {block.out_channels}")
        kind, around = self.shortcut(block, layers.total_stride, norm, order)
        shortcut = made(around)
        joined = activate(options.get("join", {}).get("act", act))
        tap = _leading(branch) if "projection" in kind else 0
        return Residual(made(branch + self.drop_path(block)), made(joined), shortcut, kind, tap)

    def drop_path(self, block: Block) -> list[Make]:
        """Drop path at the end of the branch, by default with a rate that grows along the network."""
        said = block.options.get("drop_path", 0)
        options = said if isinstance(said, dict) else {"rate": said}
        if not options["rate"]:
            return []
        linear = options.get("schedule", "linear") == "linear"
        return [partial(DropPath, options["rate"] * (block.index / max(self.total - 1, 1) if linear else 1))]

    def shortcut(self, block: Block, stride: Axes, norm: Any, order: str) -> tuple[str, list[Make]]:
        """What leads around a branch of the given stride."""
        asked = block.options.get("shortcut", "auto")
        same = block.in_channels == block.out_channels and stride == self.ones
        if asked in ("none", "identity") or (asked in ("auto", "pad", "avg_projection") and same):
            return ("none" if asked == "none" else "identity"), []
        if asked == "pad":
            return "pad", [partial(PadChannels, block.out_channels - block.in_channels, stride)]
        before = self.mean(stride, block.replaced) if asked == "avg_projection" else []
        step = self.ones if asked == "avg_projection" else stride
        normed = order.index("norm") > order.index("conv")
        after = normalize(norm, block.out_channels, self.rank) if normed else []
        conv = getattr(nn, f"Conv{self.rank}d")
        return "projection", [
            *before,
            partial(conv, block.in_channels, block.out_channels, 1, step, bias=normed and not after),
            *after,
        ]

    def mean(self, stride: Axes, replaced: Axes) -> list[Make]:
        """The mean in front of a projection: over the stride, or over the pixels that dilation passes over instead."""
        if stride != self.ones:
            pool = getattr(nn, f"AvgPool{self.rank}d")
            return [partial(pool, stride, stride, ceil_mode=True, count_include_pad=False)]
        return [partial(Mean, replaced)] if replaced != self.ones else []

    def head(self, channels: int) -> list[nn.Module]:
        """The head, or nothing where maps are what is wanted."""
        said = self.spec["head"]
        if "features" in said:
            return []
        layers = self.layers(channels)
        head: list[Make] = [*layers.lay(said.get("layers", [])), partial(GlobalPool, said["pool"])]
        features = layers.channels * (2 if said["pool"] == "avg_concat_max" else 1)
        if "classes" in said:
            head += [partial(nn.Dropout, said["dropout"])] if said.get("dropout") else []
            head += [partial(nn.Linear, features, said["classes"])]
            last: dict[str, list[Make]] = {"softmax": [partial(nn.Softmax, 1)], "sigmoid": [partial(nn.Sigmoid)]}
            head += last.get(said.get("activation", "none"), [])
        return made(head)

    def initialize(self, network: NaiveNetwork) -> None:
        """The first weights: every convolution as the spec says, and the last norm of each branch zero if asked for."""
        said = self.spec.get("init", {})
        name = said.get("conv", "kaiming_normal")
        options = {"mode": said.get("fan", "fan_out"), "nonlinearity": "relu"} if "kaiming" in name else {}
        for module in network.modules():
            if isinstance(module, nn.Conv1d | nn.Conv2d | nn.Conv3d) and name != "default":
                getattr(nn.init, f"{name}_")(module.weight, **options)
            if isinstance(module, Residual) and said.get("zero_init_residual"):
                trained = [part for part in module.branch if not isinstance(part, DropPath)][-1]
                nn.init.zeros_(next(trained.parameters()))


def made(layers: Sequence[Make]) -> list[nn.Module]:
    """The modules themselves, one after another."""
    return [make() for make in layers]


def _widths(block: Block) -> dict[str, int]:
    """Each named width; it may speak of those before it."""
    named = {"in": block.in_channels, "out": block.out_channels}
    for name, written in block.widths.items():
        named[name] = width(written, named)
    return named


def _here(block: Block) -> Data:
    return {
        "stride": block.stride,
        "dilation": block.dilation,
        "first_dilation": block.first_dilation,
        "groups": block.options.get("groups", 1),
        "dropout": block.options.get("dropout", 0),
    }


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


def build(spec: Data) -> NaiveNetwork:
    """The network of a spec.

    Raises:
        Impossible: a width, a shortcut or an output stride cannot be.
        ValueError: torch refuses to make a module.
    """
    return Builder(spec).network()


def example(spec: Data, batch: int = 1) -> Tensor:
    """An input of the spec's own size."""
    return torch.randn(batch, spec["input"]["channels"], *per_axis(spec["input"]["size"], Builder(spec).rank))
