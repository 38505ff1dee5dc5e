"""Random specs as plain data, from a seed: every field of the language, about half of them with a fault of shape.

A careful author keeps maps equal on both sides of an addition, and divides channels evenly; a careless one does not, now
and then. Neither writes keys without effect on purpose: torch cannot judge those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, TypeVar

from tests.random_slots import activation, normalization, trained

T = TypeVar("T")
Data = dict[str, Any]

ORDERS = ("conv-norm-act", "norm-act-conv", "conv-act-norm", "norm-conv-act", "act-conv-norm", "act-norm-conv")
CONV_INITS = ("kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform", "default")
STAGE_NAMES = ("layer1", "layer2", "layer3", "layer4", "a", "x", "x_", "F", "self", "res_2", "Stage", "conv9", "fc", "out")
TYPE_NAMES = ("inverted", "Foo", "conv1", "plain", "drop_path", "basic", "layer1", "a_1_2", "residual")
WIDTH_NAMES = ("wide", "narrow", "cin", "stride", "shortcut", "self", "nn", "channels", "rate", "super", "Tensor", "x", "i")
SPEC_NAMES = ("net", "resnet_9", "F", "Tensor", "nn", "DropPath", "pad_channels", "projection", "basic_block", "_", "foo_block")
SIZES = {1: (8, 70), 2: (8, 40), 3: (5, 14)}
WHERE = {"basic": {"stride", "dilation", "dropout", "mid"}, "bottleneck": {"stride", "dilation", "dropout", "groups", "mid"}}
"""What the built-in block types take from the block in use; the pre-activation ones take the same."""


class Author:
    """Writes one spec."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.careless = random.random() < 0.75
        self.rank = self.one_of(1, 2, 2, 2, 3)
        self.plain = self.chance(0.1)
        """Whether blocks may be without a shortcut; then there is no drop path, which would contradict that."""

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def slip(self, share: float) -> bool:
        """Whether something goes wrong here."""
        return self.careless and self.chance(share)

    def one_of(self, *choices: T) -> T:
        return self.random.choice(choices)

    def maybe(self, share: float, **entries: Any) -> Data:
        """These entries, in a share of all cases."""
        return entries if self.chance(share) else {}

    def axes(self, *choices: int) -> int | list[int]:
        """A number for all axes, or one for each."""
        if self.chance(0.75):
            return self.one_of(*choices)
        count = self.rank if not self.slip(0.02) else self.one_of(1, 2, 3)
        return [self.one_of(*choices) for _ in range(count)]

    # The whole

    def spec(self) -> Data:
        types = self.block_types()
        reads = {name: _reads(kind) for name, kind in types.items()}
        spec: Data = {"name": self.one_of(*SPEC_NAMES), "input": {"channels": self.one_of(1, 2, 3, 8), "size": self.size()}}
        spec |= self.maybe(0.2, description='A net, "odd"\n\nand \\ more.', reference="https://example.org/a'b")
        spec |= self.maybe(0.3, norm=normalization(self)) | self.maybe(0.3, act=activation(self))
        spec["stem"] = self.stem()
        usable = [*types, *types, *(name for name in (*WHERE, "preact_basic", "preact_bottleneck") if name not in types)]
        chosen = [self.one_of(*usable) for _ in range(self.one_of(1, 1, 1, 2))]
        taken = set.intersection(*(reads.get(name) or WHERE[name.removeprefix("preact_")] for name in chosen))
        spec["block"] = {"type": chosen[0], **self.options(taken, chosen[0] if len(chosen) == 1 else "")}
        spec["stages"] = self.stages(chosen, taken)
        asked = _asked(spec)
        spec["blocks"] = {name: kind for name, kind in types.items() if name in asked}
        spec |= self.output_stride(spec, taken)
        spec["head"] = self.head(list(spec["stages"]))
        spec |= self.maybe(0.4, init=self.init(spec, chosen))
        return spec

    def size(self) -> int | list[int]:
        low, high = (1, 9) if self.slip(0.2) else SIZES[self.rank]
        if self.rank == 2 and self.chance(0.5):
            return self.random.randint(low, high)
        return [self.random.randint(low, high) for _ in range(self.rank)]

    def init(self, spec: Data, chosen: Sequence[str]) -> Data:
        conv = self.one_of(*CONV_INITS)
        init: Data = {"conv": conv} if self.chance(0.8) else {}
        if init.get("conv", "kaiming_normal").startswith("kaiming") and self.chance(0.5):
            init["fan"] = self.one_of("fan_in", "fan_out")
        ends = set(chosen) <= {"basic", "bottleneck"} - set(spec.get("blocks", {})) and not self.plain
        if ends and trained(spec) and self.chance(0.7):
            init["zero_init_residual"] = True
        return init

    # Layers

    def stem(self) -> list[Data]:
        layers: list[Data] = []
        for _ in range(self.one_of(0, 1, 1, 2, 3)):
            layers.append(self.loose_layer())
        if not any("conv" in layer for layer in layers) and not self.slip(0.2):
            layers.insert(0, {"conv": 3, "to": 8 * self.one_of(1, 2, 3)})
        return layers

    def loose_layer(self) -> Data:
        """A layer outside of blocks, where no addition asks for a size."""
        kind = self.one_of("conv", "conv", "pool", "pool", "norm", "act", "dropout")
        if kind == "conv":
            conv = self.conv(8 * self.one_of(1, 2, 3, 4), self.one_of(1, 2, 3, 4, 5, 7))
            return conv | self.maybe(0.5, stride=self.axes(1, 2)) | self.maybe(0.2, padding=self.axes(0, 1, 2))
        if kind == "pool":
            return self.pool(self.axes(1, 2, 3)) | self.maybe(0.6, stride=self.axes(1, 2))
        return self.small_layer(kind, here=False)

    def small_layer(self, kind: str, *, here: bool) -> Data:
        if kind == "norm":
            return {"norm": "here" if self.chance(0.5) else normalization(self), **self.maybe(0.4, act=activation(self))}
        if kind == "act":
            return {"act": "here" if self.chance(0.5) else activation(self)}
        return {"dropout": "here" if here and self.chance(0.5) else self.one_of(0, 0.1, 0.5)}

    def conv(self, to: int | str, kernel: int) -> Data:
        extent = kernel if self.chance(0.8) else [self.one_of(kernel, 1, 3) for _ in range(self.rank)]
        conv: Data = {"conv": extent, "to": to}
        conv |= self.maybe(0.08, norm=normalization(self)) | self.maybe(0.1, act=activation(self))
        return conv | self.maybe(0.1, bias=self.chance(0.5)) | self.maybe(0.08, dropout=self.one_of(0, 0.2))

    def pool(self, extent: int | list[int]) -> Data:
        if self.chance(0.5):
            pool: Data = {"max_pool": extent}
        else:
            pool = {"avg_pool": extent, **self.maybe(0.3, count_include_pad=self.chance(0.4))}
        pool |= self.maybe(0.25, ceil_mode=self.chance(0.8))
        least = extent if isinstance(extent, int) else min(extent)
        return pool | self.maybe(0.25, padding=self.axes(*range(least // 2 + 1 + self.slip(0.1))))

    # Block types

    def block_types(self) -> dict[str, Data]:
        names = self.random.sample(TYPE_NAMES, self.one_of(0, 0, 1, 1, 2))
        return {name: self.block_type() for name in names}

    def block_type(self) -> Data:
        widths = self.widths()
        names = [name for name in widths if name != "mid"]
        kind: Data = self.maybe(0.3, description='It says """this""".\n\nAnd \\ that.')
        kind |= {"mid": widths["mid"]} if "mid" in widths else {}
        kind |= {"widths": {name: widths[name] for name in names}} if names else {}
        kind |= self.maybe(0.3, order=self.one_of(*ORDERS))
        kind |= self.maybe(0.15, norm=normalization(self)) | self.maybe(0.15, act=activation(self))
        kind |= self.maybe(0.25, join={"act": activation(self)} if self.chance(0.9) else {})
        kind["branch"] = self.branch(list(widths))
        return kind

    def widths(self) -> dict[str, int | str]:
        """Named widths, each of which the branch speaks of."""
        mids = ("out / 2", "out / 4", "out", "in", "2 * in", "(in + out) // 2", "in // 3 + 1", 16, 8, "out - 8 % 3")
        widths: dict[str, int | str] = {"mid": self.one_of(*mids)} if self.chance(0.8) else {}
        if self.chance(0.4):
            base = self.one_of("out", "in", *widths)
            name = self.one_of(*WIDTH_NAMES)
            widths[name] = self.one_of(f"{base} * 2", f"{base} / 2", f"{base} + 8", 24, f"({base} + 9) / 10 * 10")
        return widths

    def branch(self, widths: list[str]) -> list[Data]:
        tos = [*widths, *(self.one_of("in", "mid" if "mid" in widths else "out", 16) for _ in range(self.one_of(0, 0, 1)))]
        tos.append("out" if not self.slip(0.05) else self.one_of("in", 8, "out // 2"))
        strided = self.random.randrange(len(tos))
        branch: list[Data] = []
        before: int | str = "in"
        for index, to in enumerate(tos):
            branch += self.between(branch)
            branch.append(self.branch_conv(to, before, strides=index == strided))
            before = to
        return branch + self.between(branch)

    def branch_conv(self, to: int | str, before: int | str, *, strides: bool) -> Data:
        kernel = self.one_of(1, 1, 3, 3, 5) if not self.slip(0.12) else self.one_of(2, 4, 7)
        conv = self.conv(to, kernel)
        conv |= {"stride": "here"} if strides and self.chance(0.9) else self.maybe(0.08, stride=self.axes(1, 2))
        conv |= self.maybe(0.35, dilation="here") if self.chance(0.8) else {"dilation": self.axes(1, 2, 3)}
        if to == before or self.slip(0.1):
            conv |= self.maybe(0.5, groups=self.one_of("here", "here", 1, 2, 4, to, f"{to} / 2"))
        conv |= self.maybe(0.1, dropout="here")
        return conv | ({"padding": self.axes(0, 1, 2)} if self.slip(0.15) else {})

    def between(self, branch: list[Data]) -> list[Data]:
        """What may stand between the convolutions of a branch."""
        if self.chance(0.75):
            return []
        kind = self.one_of("norm", "act", "dropout", "pool")
        if kind != "pool":
            return [self.small_layer(kind, here=True)]
        taken = any(layer.get("stride") == "here" for layer in branch)
        pool = self.pool(self.one_of(1, 3)) if not self.slip(0.3) else self.pool(self.axes(1, 2, 3))
        return [pool | {"stride": "here" if not taken and self.chance(0.3) else 1}]

    # Stages

    def options(self, taken: set[str], kind: str) -> Data:
        """What may be said of blocks whose types take these."""
        options = self.maybe(0.15, norm=normalization(self)) | self.maybe(0.15, act=activation(self))
        options |= self.maybe(0.15, order=self.one_of(*ORDERS)) | self.shortcut()
        options |= self.maybe(0.15, join=self.one_of({}, {"act": activation(self)}, {"act": "none"}))
        options |= self.maybe(0.2, mid=self.one_of("out", "out / 2", "in", 8, "out // 3")) if "mid" in taken else {}
        named = [key.removeprefix("width ") for key in sorted(taken) if key.startswith("width ")]
        options |= self.maybe(0.3, widths={name: self.one_of("out * 2", "in", 16) for name in named}) if named else {}
        options |= self.maybe(0.3, groups=self.one_of(1, 2, 2, "mid", 3)) if {"groups", "mid"} <= taken else {}
        options |= self.maybe(0.2, dropout=self.one_of(0, 0.2)) if "dropout" in taken else {}
        if not self.plain and self.chance(0.2):
            rate = self.one_of(0, 0.1, 0.3)
            options["drop_path"] = rate if self.chance(0.5) else {"rate": rate, "schedule": self.one_of("linear", "constant")}
        if kind.endswith(("basic", "bottleneck")) and kind not in TYPE_NAMES:
            options |= self.maybe(0.2, stride_on=self.one_of("conv1", "conv2"))
        return options

    def shortcut(self) -> Data:
        if self.plain and self.chance(0.5):
            return {"shortcut": "none"}
        if self.chance(0.5):
            return {}
        if self.slip(0.35):
            return {"shortcut": self.one_of("identity", "identity", "pad")}
        return {"shortcut": self.one_of("auto", "projection", "projection", "avg_projection", "avg_projection")}

    def stages(self, chosen: Sequence[str], taken: set[str]) -> dict[str, Data]:
        count = self.one_of(1, 2, 2, 3, 4)
        odd = self.chance(0.3)
        names = self.random.sample(STAGE_NAMES, count) if odd else [f"layer{number + 1}" for number in range(count)]
        return {name: self.stage(chosen, taken, first=index == 0) for index, name in enumerate(names)}

    def channels(self) -> int | str:
        if self.slip(0.06):
            return self.one_of(7, 10, "in / 3", "in - 100", 1)
        return self.one_of(8, 16, 16, 24, 32, 32, 48, 64, "in", "in * 2", "in + 8")

    def stage(self, chosen: Sequence[str], taken: set[str], *, first: bool) -> Data:
        stage: Data = {"channels": self.channels(), **self.maybe(0.4, type=self.one_of(*chosen))}
        if "stride" in taken and self.chance(0.3 if first else 0.7):
            stage["stride"] = self.axes(1, 2, 2, 2, 3) if not self.slip(0.05) else self.axes(4, 5)
        if "dilation" in taken and self.chance(0.15):
            stage |= {"dilation": self.axes(1, 2, 3), **self.maybe(0.4, first_dilation=self.axes(1, 2))}
        stage |= self.options(taken, "") if self.chance(0.3) else {}
        if self.chance(0.7):
            return stage | {"blocks": self.one_of(1, 1, 2, 3)}
        return stage | {"blocks": [self.entry(chosen, taken) for _ in range(self.one_of(1, 2, 3))]}

    def entry(self, chosen: Sequence[str], taken: set[str]) -> Data:
        entry: Data = self.maybe(0.3, type=self.one_of(*chosen)) | self.maybe(0.4, channels=self.channels())
        entry |= self.maybe(0.3, repeat=self.one_of(1, 2, 3))
        entry |= self.maybe(0.2, stride=self.axes(1, 2)) if "stride" in taken else {}
        return entry | (self.options(taken, "") if self.chance(0.2) else {})

    def output_stride(self, spec: Data, taken: set[str]) -> Data:
        """Dilation in the place of some strides, where no stage says anything of its own."""
        stages = spec["stages"].values()
        if not {"dilation", "stride"} <= taken or self.chance(0.6):
            return {}
        for stage in stages:
            stage.pop("dilation", None)
            stage.pop("first_dilation", None)
            entries = stage["blocks"] if isinstance(stage["blocks"], list) else []
            for entry in entries:
                entry.pop("stride", None)
        reached = [self.reached(spec["stem"], axis) for axis in range(self.rank)]
        for stage in list(stages)[: self.random.randrange(len(stages) + 1)]:
            stride = stage.get("stride", 1)
            own = [stride] * self.rank if isinstance(stride, int) else (stride * 3)[: self.rank]
            reached = [r * s for r, s in zip(reached, own, strict=True)]
        return {"output_stride": reached if len(set(reached)) > 1 else reached[0] + self.slip(0.1)}

    def reached(self, stem: list[Data], axis: int) -> int:
        total = 1
        for layer in stem:
            stride = layer.get("stride", layer.get("max_pool", layer.get("avg_pool", 1)))
            total *= stride if isinstance(stride, int) else stride[min(axis, len(stride) - 1)]
        return total

    # The head

    def head(self, names: list[str]) -> Data:
        if self.chance(0.2):
            return {"features": self.random.sample(names, self.random.randint(1, len(names)))}
        head: Data = {"pool": self.one_of("avg", "avg", "max", "avg_plus_max", "avg_concat_max")}
        head |= self.maybe(0.25, layers=[self.loose_layer() for _ in range(self.one_of(1, 1, 2))])
        if self.chance(0.15):
            return head
        head |= {"classes": self.one_of(1, 2, 10), **self.maybe(0.3, dropout=self.one_of(0, 0.3))}
        return head | self.maybe(0.3, activation=self.one_of("none", "softmax", "sigmoid"))


def _asked(spec: Data) -> set[str]:
    """The block types that a spec asks for somewhere."""
    entries = [entry for stage in spec["stages"].values() if isinstance(stage["blocks"], list) for entry in stage["blocks"]]
    return {said["type"] for said in (spec["block"], *spec["stages"].values(), *entries) if "type" in said}


def _reads(kind: Mapping[str, Any]) -> set[str]:
    """What a block type takes from the block in use, and the names of its widths."""
    here = {key for layer in kind["branch"] for key in ("stride", "dilation", "groups", "dropout") if layer.get(key) == "here"}
    return here | {"type", *(["mid"] if "mid" in kind else []), *(f"width {name}" for name in kind.get("widths", {}))}


def random_spec(seed: int, number: int) -> Data:
    """The spec of this number in the series of this seed."""
    return Author(Random(f"{seed}:{number}")).spec()
