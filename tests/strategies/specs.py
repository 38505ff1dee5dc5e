"""Random specs as plain data, from a seed: every field of the language, about half of them with a fault of shape.

No key is without an effect on purpose, and none contradicts another: torch cannot judge those.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from resnetgen.schema.layout_tables import HEAD, OPERATORS
from tests.strategies.blocks import ORDERS, TYPE_NAMES, Width, taken_by
from tests.strategies.choices import Data
from tests.strategies.heads import HeadAuthor, kind_of
from tests.strategies.idle_keys import without_idle
from tests.strategies.overrides import without_overridden
from tests.strategies.training import training

CONV_INITS = ("kaiming_normal", "kaiming_uniform", "xavier_normal", "xavier_uniform", "default")
STAGE_NAMES = ("layer1", "layer2", "layer3", "a", "x", "x_", "F", "self", "Stage", "conv9", "out", "torch", "nn")
SPEC_NAMES = ("net", "resnet_9", "F", "Tensor", "nn", "DropPath", "pad_channels", "projection", "basic_block", "_")
SIZES = {1: (8, 70), 2: (8, 40), 3: (5, 14)}
_BASIC = {"stride", "dilation", "dropout", "mid", "spatial", "drop_block"}
BUILT_IN = {
    "basic": _BASIC,
    "bottleneck": _BASIC | {"groups", "width reduce"},
    "preact_basic": _BASIC,
    "preact_bottleneck": _BASIC | {"groups", "width reduce"},
    "inverted": {"stride", "dilation", "mid", "kernel"},
    "separable": {"stride", "dilation", "kernel"},
}
DEPTHWISE = ("inverted", "separable")
"""The built-in block types that have a layer for the attention."""
"""Keys that the built-in block types take from the block in use."""


IN_BLOCKS = ("sum_act", "branch_scale", "drop_path")
"""The roles that no operator of a head has."""


class Author(HeadAuthor):
    """Writes one spec."""

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self.plain = self.chance(0.1)
        """True if blocks may be without a shortcut; then there is no drop path, which would contradict that."""

    def spec(self) -> Data:
        """The whole spec."""
        types = self.block_types()
        usable = [*types, *types, *(name for name in BUILT_IN if name not in types)]
        chosen = [self.one_of(*usable) for _ in range(self.one_of(1, 1, 1, 2))]
        taken = set.intersection(*(taken_by(types[name]) if name in types else BUILT_IN[name] for name in chosen))
        self.places = not any(_attends(types[name]) if name in types else name in DEPTHWISE for name in chosen)
        spec: Data = {"name": self.one_of(*SPEC_NAMES), **self.maybe(0.1, aka={"timm": "n'et", "ours": 'a "net"'})}
        spec |= self.maybe(0.2, description='A net, "odd"\n\nand \\ more.', reference="https://example.org/a'b")
        spec["input"] = {"channels": self.one_of(1, 2, 3, 8), "size": self.size()}
        spec["input"] |= self.maybe(0.08, mean=self.constants(-0.5, 0.2), std=self.constants(0.2, 2.5))
        spec |= self.maybe(0.3, norm=self.normalization()) | self.maybe(0.3, act=self.activation())
        spec |= self.maybe(0.15, convolution=self.convolutions())
        spec |= (
            self.listed_stem(spec.get("norm", "batch"), spec.get("act", "relu"))
            if self.chance(0.08)
            else self.named_stem()
        )
        spec["block"] = {"type": chosen[0], **self.options(taken, chosen[0] if len(chosen) == 1 else "")}
        spec["stages"] = self.stages(chosen, taken)
        spec["blocks"] = types
        spec |= self.maybe(0.12, scale=self.scale(list(spec["stages"])))
        spec |= self.output_stride(spec) if {"dilation", "stride"} <= taken and self.chance(0.4) else {}
        spec |= self.several_heads(spec) if self.chance(0.15) else self.single_head(spec)
        spec = without_overridden(spec)
        spec["blocks"] = {name: kind for name, kind in types.items() if name in _asked(spec)}
        spec |= self.maybe(0.4, init=self.init(spec))
        return spec | (training(self, spec) if self.chance(0.3) else {})

    def single_head(self, spec: Data) -> Data:
        """The key `head`."""
        return {"head": self.head(list(spec["stages"]), bool(spec["stem"]))}

    def several_heads(self, spec: Data) -> Data:
        """The key `heads`, and other values for keys that speak of a single head."""
        heads = self.heads()
        found: Data = {"heads": heads}
        if "head" in spec.get("scale", {}).get("keep_width", ()):
            found["scale"] = {**spec["scale"], "keep_width": [next(iter(heads))]}
        if isinstance(spec.get("layout"), dict):
            layout = {key: value for key, value in spec["layout"].items() if key != "head"}
            found["layout"] = layout | self.maybe(0.4, heads=self.names_in_heads(list(heads)))
        return found

    def names_in_heads(self, names: list[str]) -> Data:
        """A layout's names in some heads; now and then in one that does not exist."""
        chosen = self.random.sample(names, self.random.randint(1, len(names)))
        found: Data = {}
        for name in chosen:
            inside = {role: f"{name}_top.{role}*" for role in (*OPERATORS, "hidden") if role not in IN_BLOCKS}
            inside |= {role: f"{name}_top.{role}" for role in HEAD if role != "hidden"}
            found[name] = self.one_of({"linear": f"{name}_fc"}, inside)
        return found | ({"other": {"linear": "x"}} if self.slip(0.1) else {})

    def size(self) -> int | list[int]:
        """The input's size; now and then a tiny one."""
        low, high = (1, 9) if self.slip(0.2) else SIZES[self.rank]
        if self.rank == 2 and self.chance(0.5):
            return self.random.randint(low, high)
        return [self.random.randint(low, high) for _ in range(self.rank)]

    def constants(self, low: float, high: float) -> float | list[float]:
        """Return numbers for the channels of the input, or one for all of them."""
        count = self.one_of(1, 2, 3, 8) if self.slip(0.3) else 0
        return round(self.random.uniform(low, high), 3) if not count else [low] * count

    def named_stem(self) -> Data:
        """A stem, and the layout that names it and all the rest."""
        return {"stem": self.stem(), **self.maybe(0.25, layout=self.layout())}

    def stem(self) -> list[Data]:
        """Any layers, nearly always with a convolution among them, so that the channels are many."""
        layers = [self.loose_layer() for _ in range(self.one_of(0, 1, 1, 2, 3))]
        if any("conv" in layer for layer in layers) or self.slip(0.2):
            return layers
        return [{"conv": 3, "to": 8 * self.one_of(1, 2, 3)}, *layers]

    def options(self, taken: set[str], kind: str) -> Data:
        """Return options of blocks whose types take these; `kind` if all are of one type."""
        options = self.maybe(0.15, norm=self.normalization()) | self.maybe(0.15, act=self.activation())
        options |= self.maybe(0.15, order=self.one_of(*ORDERS)) | self.shortcut()
        options |= self.maybe(0.15, join=self.one_of({}, {"act": self.activation()}, {"act": "none"}))
        options |= self.maybe(0.12, convolution=self.convolutions()) | self.maybe(
            0.2, attention=self.attention(placed=True)
        )
        options |= self.maybe(0.2, antialias=self.emptied(self.antialias())) if "stride" in taken else {}
        spatial = self.emptied(self.spatial(even="width reduce" in taken))
        options |= self.maybe(0.2, spatial=spatial) if "spatial" in taken else {}
        options |= self.maybe(0.15, drop_block=self.drop_block()) if "drop_block" in taken else {}
        options |= self.maybe(0.15, branch_scale=self.branch_scale()) if not self.plain else {}
        options |= self.block_widths(taken)
        options |= self.maybe(0.2, dropout=self.one_of(0, 0.2)) if "dropout" in taken else {}
        options |= self.maybe(0.2, drop_path=self.drop_path()) if not self.plain else {}
        if kind in BUILT_IN and kind not in TYPE_NAMES:
            options |= self.maybe(0.2, stride_on=self.one_of("conv1", "conv2"))
        return options

    def block_widths(self, taken: set[str]) -> Data:
        """Other widths and groups than the block type's own."""
        mids: tuple[Width, ...] = ("out", "out / 2", "in", 8, "out // 3")
        options = self.maybe(0.2, mid=self.one_of(*mids)) if "mid" in taken else {}
        groups: tuple[Width, ...] = (1, 2, 2, 3, "mid") if "mid" in taken else (1, 2, "in")
        grouped = {"group_width": self.one_of(1, 2, 4)} if self.chance(0.25) else {"groups": self.one_of(*groups)}
        options |= grouped if "groups" in taken and self.chance(0.3) else {}
        options |= self.maybe(0.3, kernel=self.one_of(1, 3, 3, 5)) if "kernel" in taken else {}
        names = sorted(key.removeprefix("width ") for key in taken if key.startswith("width "))
        others: tuple[Width, ...] = ("out * 2", "in", 16)
        return options | (self.maybe(0.3, widths={name: self.one_of(*others) for name in names}) if names else {})

    def shortcut(self) -> Data:
        """A shortcut, mostly one that fits."""
        if self.plain and self.chance(0.5):
            return {"shortcut": "none"}
        if self.chance(0.5):
            return {}
        if self.slip(0.35):
            return {"shortcut": self.one_of("identity", "identity", "pad")}
        if self.chance(0.35):
            return {"shortcut": self.layered_shortcut()}
        kind = self.one_of("auto", "projection", "projection", "avg_projection", "avg_projection")
        if kind == "avg_projection" or self.chance(0.6):
            return {"shortcut": kind}
        kernel = self.axes(2, 4) if self.slip(0.1) else self.axes(1, 3, 3, 3, 5)
        return {"shortcut": {"type": kind, **self.maybe(0.9, kernel=kernel)}}

    def stages(self, chosen: Sequence[str], taken: set[str]) -> dict[str, Data]:
        """Return one to four stages."""
        count = self.one_of(1, 2, 2, 3, 4)
        plain = [f"layer{number + 1}" for number in range(count)]
        names = self.random.sample(STAGE_NAMES, count) if self.chance(0.3) else plain
        return {name: self.stage(chosen, taken, first=index == 0) for index, name in enumerate(names)}

    def channels(self) -> Width:
        """The channels of a stage or of a block, mostly a multiple of eight."""
        odd: tuple[Width, ...] = (7, 10, "in / 3", "in - 100", 1)
        even: tuple[Width, ...] = (8, 16, 16, 24, 32, 32, 48, 64, "in", "in * 2", "in + 8", "8 * block + 8")
        return self.one_of(*(odd if self.slip(0.06) else even))

    def stage(self, chosen: Sequence[str], taken: set[str], *, first: bool) -> Data:
        """A stage, by the number of its blocks or with a list of them."""
        stage: Data = {"channels": self.channels(), **self.maybe(0.4, type=self.one_of(*chosen))}
        if "stride" in taken and self.chance(0.3 if first else 0.7):
            stage["stride"] = self.axes(4, 5) if self.slip(0.05) else self.axes(1, 2, 2, 2, 3)
        if "dilation" in taken and self.chance(0.15):
            stage |= {"dilation": self.axes(1, 2, 3), **self.maybe(0.4, first_dilation=self.axes(1, 2))}
        stage |= self.options(taken, "") if self.chance(0.3) else {}
        stage |= self.maybe(0.15, transition=self.transition(strides="stride" in stage))
        if self.chance(0.7):
            return stage | {"blocks": self.one_of(1, 1, 2, 3)}
        entries = [self.entry(chosen, taken) for _ in range(self.one_of(1, 2, 3))]
        unheard = {"stride"} & entries[0].keys() | {"channels", "dilation"}.intersection(*entries)
        unheard |= {"first_dilation"} if {"dilation", "first_dilation"} & entries[0].keys() else set()
        stage = {key: value for key, value in stage.items() if key not in unheard}
        if self.chance(0.8):
            return stage | {"blocks": entries}
        return stage | {"blocks": [*entries[:-1], {"blocks": entries[-1:], "repeat": self.one_of(1, 2, 3)}]}

    def transition(self, *, strides: bool) -> list[Data]:
        """Return the layers before the blocks of a stage; one may have its stride."""
        stride: Data = {"stride": "here"} if strides and self.chance(0.7) else self.maybe(0.3, stride=self.axes(1, 2))
        conv: Data = {"conv": self.one_of(1, 2, 3, 3), "to": self.one_of("out", "out", "2 * in", 16), **stride}
        conv |= self.maybe(0.5, norm="none", act=self.activation()) | self.maybe(0.2, dilation="here")
        kind = self.one_of("norm", "norm", "act", "dropout", "attention")
        small = {"norm": "here"} if kind == "norm" else self.small_layer(kind, here=False)
        return [conv] if self.chance(0.4) else [small, conv] if self.chance(0.8) else [conv, small]

    def entry(self, chosen: Sequence[str], taken: set[str]) -> Data:
        """Return an entry of a list of blocks."""
        entry = self.maybe(0.3, type=self.one_of(*chosen)) | self.maybe(0.4, channels=self.channels())
        entry |= self.maybe(0.3, repeat=self.one_of(1, 2, 3))
        entry |= self.maybe(0.2, stride=self.axes(1, 2)) if "stride" in taken else {}
        if "dilation" in taken and self.chance(0.1):
            entry |= {"dilation": self.axes(1, 2, 3), **self.maybe(0.3, first_dilation=self.axes(1, 2))}
        return entry | (self.options(taken, "") if self.chance(0.2) else {})

    def output_stride(self, spec: Data) -> Data:
        """Dilation in the place of the last strides; no stage may then say anything of its own."""
        for settings in _blocks(spec):
            settings.pop("dilation", None)
            settings.pop("first_dilation", None)
        if self.chance(0.8):
            for entry in _entries(spec):
                entry.pop("stride", None)
        stages = list(spec["stages"].values())
        kept = [stage.get("stride", 1) for stage in stages[: self.random.randrange(len(stages) + 1)]]
        reached = [_total([*map(_step, spec["stem"]), *kept], axis) for axis in range(self.rank)]
        return {"output_stride": reached if len(set(reached)) > 1 else reached[0] + self.slip(0.1)}

    def scale(self, names: list[str]) -> Data:
        """Factors for widths and depths, which change something."""
        scale: Data = {}
        if self.chance(0.7):
            scale = {"width": self.one_of(0.5, 1.5, 2, 0.75), **self.maybe(0.3, divisor=self.one_of(2, 4, 16))}
            scale |= self.maybe(0.3, keep_width=self.random.sample(["stem", "head"], 1))
        if not scale or self.chance(0.3):
            scale |= {"depth": self.one_of(1.5, 2, 1.1)}
            scale |= self.maybe(0.3, keep_depth=names[:1]) if len(names) > 1 else {}
        return scale

    def init(self, spec: Data) -> Data:
        """The first weights; a residual branch starts at zero only where it surely ends in a norm with weights."""
        conv = self.one_of(*CONV_INITS)
        init = self.maybe(0.8, conv=conv)
        if init.get("conv", "kaiming_normal").startswith("kaiming"):
            init |= self.maybe(0.5, fan=self.one_of("fan_in", "fan_out"))
        built_in = _asked(spec) <= {"basic", "bottleneck"} - spec["blocks"].keys()
        if (
            built_in
            and not any("branch_scale" in settings for settings in _blocks(spec))
            and not self.plain
            and _ends_in_norms(spec)
        ):
            init |= self.maybe(0.7, zero_init_residual=True)
        return init


def _attends(kind: Data) -> bool:
    """Return whether a block type has its own place for the attention."""
    return any(layer.get("attention") == "here" for layer in kind["branch"])


def _entries(spec: Data) -> list[Data]:
    lists = [stage["blocks"] for stage in spec["stages"].values() if isinstance(stage["blocks"], list)]
    return [entry for entries in lists for item in entries for entry in item.get("blocks", [item])]


def _blocks(spec: Data) -> Iterator[Data]:
    """Yield each mapping with options of blocks."""
    yield from (spec["block"], *spec["stages"].values(), *_entries(spec))


def _asked(spec: Data) -> set[str]:
    """The block types that a spec asks for somewhere."""
    return {settings["type"] for settings in _blocks(spec) if "type" in settings}


def _ends_in_norms(spec: Data) -> bool:
    """Return whether every branch ends in a norm with weights, given built-in block types."""
    kinds = [kind_of(settings["norm"]) for settings in (spec, *_blocks(spec)) if "norm" in settings]
    return {"batch", "group"}.issuperset(kinds) and all("order" not in settings for settings in _blocks(spec))


def _step(layer: Data) -> int | list[int]:
    """The stride of a layer; a pool's own size where it has none."""
    settings: list[int | list[int]] = [layer[key] for key in ("stride", "max_pool", "avg_pool") if key in layer]
    return settings[0] if settings else 1


def _total(strides: list[int | list[int]], axis: int) -> int:
    total = 1
    for stride in strides:
        total *= stride if isinstance(stride, int) else stride[min(axis, len(stride) - 1)]
    return total


def random_spec(seed: int, number: int) -> Data:
    """The spec of this number in the series of this seed."""
    return without_idle(Author(Random(f"{seed}:{number}")).spec())
