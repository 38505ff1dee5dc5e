"""A network built straight from a spec's data, in plain torch: the judge that shares nothing with the compiler.

It reads the mapping that a user writes, resolves it in its own words, and raises where the language or torch says no:
`Impossible` for a width, a shortcut or an output stride that cannot be, torch's own errors for the rest. What is about
keys without effect, contradictory keys or names, it does not judge.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from tests.oracle.attention import ATTENTIONS, named
from tests.oracle.attention_pool import AttentionPool
from tests.oracle.blocks import Block, strided
from tests.oracle.convolutions import joined
from tests.oracle.layers import LayerBuilder
from tests.oracle.modules import Axes, Directions, Flat, Impossible, NaiveNetwork, Residual, Standardized, global_pool
from tests.oracle.names import Layout, Pairs, check, held_parameters, is_function, renamed
from tests.oracle.parts import Part, made, per_axis, width
from tests.oracle.scale import scaled
from tests.oracle.training import freeze, kept
from tests.oracle.types import BUILT_IN, Data

OPTIONS = (
    *("groups", "group_width", "kernel", "convolution", "norm", "act", "order", "shortcut", "stride_on", "dropout"),
    *("drop_block", "drop_path", "join", "type", "spatial", "antialias", "attention", "branch_scale"),
)
"""Keys that a block type, the spec's `block`, a stage and a block's entry may all have; the last of them wins."""

_TRAINED = {"conv", "linear", "norm"}
"""The layers after a flattened map whose weights are made for its size."""

LARGEST_STRIDE = 100_000
"""A limit of the language: no input is larger, and so no stride of all the blocks together."""


class Builder:
    """Builds a network's parts from a spec's data.

    `passed_in` numbers the blocks that are handed their shortcut, which is made before them.
    """

    def __init__(self, spec: Data, passed_in: frozenset[int] = frozenset()) -> None:
        self.spec = spec = scaled(spec)
        self.passed_in = passed_in
        size = spec["input"]["size"]
        self.rank = 2 if isinstance(size, int) else len(size)
        self.ones = (1,) * self.rank
        self.layout = Layout(spec.get("layout", "torchvision"))
        defaults = {"convolution": "plain", "norm": "batch", "act": "relu"}
        self.common = {key: spec.get(key, default) for key, default in defaults.items()}
        self.common["convolution"] = joined("plain", self.common["convolution"])
        self.total = sum(entry.get("repeat", 1) for name in self.stages() for entry in self.entries(name))

    def stages(self) -> list[str]:
        """Return the stages that the output needs."""
        names = list(self.spec["stages"])
        features = self.features()
        if features is None or "pool" in self.spec["head"]:
            return names
        return names[: max(names.index(name) for name in features if name != "stem") + 1]

    def features(self) -> list[str] | None:
        """Return the names of the maps that the spec asks for; None if it asks for none."""
        found: list[str] | None = self.spec.get("head", {}).get("features")
        return found

    def heads(self) -> dict[str, Data]:
        """Return the heads by name; the name of a single one is empty, and there is none where the output is maps."""
        if "heads" in self.spec:
            return dict(self.spec["heads"])
        return {"": self.spec["head"]} if "pool" in self.spec["head"] else {}

    def entries(self, name: str) -> list[Data]:
        """Return a stage's list of blocks; a number is one repeated entry."""
        blocks = self.spec["stages"][name]["blocks"]
        if isinstance(blocks, int):
            return [{"repeat": blocks}]
        return [entry for item in blocks for entry in (item["blocks"] * item["repeat"] if "blocks" in item else [item])]

    def network(self) -> NaiveNetwork:
        """Return the whole network, initialized."""
        layers = self.layers(self.spec["input"]["channels"])
        taken: set[str] = set()
        stem = [*self.constants(), *self.named(layers.lay(self.spec["stem"]), "stem", taken)]
        self.layout.stem_names = {*taken}
        stages, pairs, channels = self.all_stages(layers.channels, layers.total_stride)
        before = [module for _, module in stem] + [block for blocks in stages.values() for block in blocks]
        taken |= {path for path in self.paths(stages) if path[-1].isdigit() and "." in path}
        heads = {}
        for name, settings in self.heads().items():
            own = self.head(settings, channels, layers.unit, before)
            if name and name not in self.layout.by_head:
                heads[name] = [(f"{name}.{number}", module) for number, module in enumerate(made(own))]
            else:
                heads[name] = self.named(own, "head", taken, name)
        self.layout.done()
        in_heads = [pair for head in heads.values() for pair in head]
        top = [each for head in heads.values() for index, each in enumerate(head) if not is_apart(head, index)]
        whole = [*stem, *((path, None) for path in self.paths(stages)), *top]
        check([name for name, _ in whole], [module for _, module in whole])
        modules = [module for _, module in stem], stages, {name: [one for _, one in heads[name]] for name in heads}
        network = NaiveNetwork(*modules, self.features(), self.renamed([*stem, *pairs, *in_heads]))
        self.initialize(network)
        ends = {name or "head": made_head for name, made_head in network.heads()}
        parts = {"stem": network.stem, **dict(zip(self.stages(), network.stages, strict=True)), **ends}
        freeze(parts, self.spec.get("training", {}))
        network.kept = kept(parts, self.spec.get("training", {}))
        network.stem_end = self.stem_end()
        return network.train()

    def stem_end(self) -> int:
        """Return the number of modules up to the stem's map: up to the last layer that does more than pool or pad."""
        stem = self.spec["stem"]
        pools = {"max_pool", "avg_pool", "pad"}
        counts = [len(self.layers(self.spec["input"]["channels"]).lay(stem[:end])) for end in range(len(stem) + 1)]
        if not counts[-1] and "stem" in (self.features() or ()):
            raise Impossible("a map of a stem without modules")
        does = [end for end, layer in enumerate(stem, 1) if not pools & layer.keys() and counts[end] > counts[end - 1]]
        return len(self.constants()) + counts[does[-1] if does else -1]

    def constants(self) -> Pairs:
        """Return the module that standardizes the input, if there is one."""
        wanted = self.spec["input"]
        if not {"mean", "std"} & wanted.keys():
            return []
        numbers = []
        for key, usual in (("mean", 0.0), ("std", 1.0)):
            given = wanted.get(key, usual)
            given = [given] * wanted["channels"] if isinstance(given, int | float) else given
            if len(given) != wanted["channels"]:
                raise Impossible(f"{len(given)} numbers for {wanted['channels']} channels")
            numbers.append(given)
        return [("standardize", Standardized(*numbers))]

    def named(self, parts: list[Part], part: str, taken: set[str], head: str = "") -> Pairs:
        """Return the modules outside of blocks with their names."""
        namer = self.layout.namer(part, taken, head=head)
        names = [namer.name(part.role, part.number) for part in parts]
        namer.done()
        return list(zip(names, made(parts), strict=True))

    def renamed(self, pairs: Pairs) -> Pairs:
        """Return the modules with the layout's names for those inside attention modules."""
        names, kinds = self.layout.attention, (*ATTENTIONS.values(), AttentionPool)
        for _, module in pairs:
            for inside in module.modules() if isinstance(module, kinds) else ():
                own = [names.get(name, name) for name in held_parameters(inside)]
                check([*own, *(names.get(name, name) for name, _ in inside.named_children())])
                if any("." in name for name in own):
                    raise Impossible(f"{own} are no modules")
        each = (renamed(name, one, names) if isinstance(one, kinds) else [(name, one)] for name, one in pairs)
        return [pair for found in each for pair in found] if names else pairs

    def path(self, name: str) -> str:
        """Return the path to the blocks of a stage."""
        return self.layout.stage_path(name, self.stages().index(name))

    def paths(self, stages: dict[str, list[nn.Module]]) -> list[str]:
        """Return the paths of the stages; where one module holds the blocks of all, those of the blocks."""
        if not self.layout.joins_stages:
            return [self.path(name) for name in stages]
        if self.layout.one("in_stage") != "*":
            raise Impossible("names for blocks that are numbered")
        if "checkpoint" in self.spec.get("training", {}):
            raise Impossible("a checkpoint for stages that are no modules")
        return [self.layout.joined_path(number) for number in range(sum(map(len, stages.values())))]

    def layers(self, channels: int) -> LayerBuilder:
        """Return a builder for layers outside of blocks."""
        return LayerBuilder(self.rank, channels, {}, *self.common.values())

    def all_stages(self, channels: int, stem_stride: Axes) -> tuple[dict[str, list[nn.Module]], Pairs, int]:
        """Return the blocks of every stage, all modules by name, and the channels that leave the last stage."""
        stages: dict[str, list[nn.Module]] = {}
        pairs: Pairs = []
        index, total, variance = 0, self.ones, 1.0
        for name, plan in self.plans(stem_stride).items():
            stages[name] = []
            entering = channels
            if "transition" in self.spec["stages"][name]:
                layers, parts = self.transition(name, plan.pop(0), channels, index)
                modules = made(parts)
                stages[name].append(nn.Sequential(*modules))
                before = self.layout.transition_path(name, self.stages().index(name))
                numbered = [(str(part.number), module) for part, module in zip(parts, modules, strict=True)]
                check([number for number, _ in numbered])
                pairs += [(f"{before}.{number}", module) for number, module in numbered]
                channels = layers.channels
                total = tuple(t * s for t, s in zip(total, layers.total_stride, strict=True))
            for number, block in enumerate(self.blocks(name, plan, channels, index, entering)):
                block.variance = variance
                built, inner = block.build(passed_in=index in self.passed_in)
                variance = built.added() + built.brings(variance)
                stages[name].append(built)
                own = self.layout.block_name(self.stages().index(name), number)
                if self.layout.joins_stages:
                    own = str(self.layout.joined_number(index))
                pairs += [(f"{self.path(name)}.{own}.{key}".removesuffix("."), module) for key, module in inner]
                channels, index = block.out_channels, index + 1
                total = tuple(t * s for t, s in zip(total, built.stride, strict=True))
        if max(total) > LARGEST_STRIDE:
            raise Impossible(f"a total stride of {total}")
        return stages, pairs, channels

    def transition(
        self, name: str, plan: tuple[Axes, ...], channels: int, index: int
    ) -> tuple[LayerBuilder, list[Part]]:
        """Return the layers before the blocks of a stage, and their numbered parts."""
        stage = self.spec["stages"][name]
        written = self.entries(name)[0].get("channels", stage.get("channels"))
        out = width(written, {"in": channels, "block": index + 1})
        stride, dilation, first, replaced = plan
        here = {"stride": stride, "dilation": dilation, "first_dilation": first, "replaced": replaced}
        layers = self.layers(channels)
        layers.widths, layers.here, layers.inlined = {"in": channels, "out": out}, here, True
        layers.begins = channels != out or stride != self.ones or self.strides(stage["transition"]) != self.ones
        parts = layers.lay(stage["transition"])
        if not parts:
            raise Impossible("layers before the blocks that do nothing")
        names = [layer["name"] for layer in stage["transition"] if "name" in layer]
        return layers, [part if part.number in names else part._replace(number=at) for at, part in enumerate(parts)]

    def plans(self, stem_stride: Axes) -> dict[str, list[tuple[Axes, ...]]]:
        """Return for each entry: stride, dilation, dilation of its input, and the stride that became dilation."""
        goal = self.spec.get("output_stride")
        most = per_axis(10**9 if goal is None else goal, self.rank)
        reached, before = stem_stride, self.ones
        plans: dict[str, list[tuple[Axes, ...]]] = {}
        for name in self.stages():
            stage, plans[name] = self.spec["stages"][name], []
            listed = list(enumerate(self.entries(name)))
            if "transition" in stage:
                here = any("here" in _steps(layer) for layer in stage["transition"])
                listed = [(0 if here else 1, {}), *((at + here, entry) for at, entry in listed)]
            for number, (index, entry) in enumerate(listed):
                opens = "transition" in stage and not number
                wanted = per_axis(entry.get("stride", 1 if index else stage.get("stride", 1)), self.rank)
                always = tuple(
                    step ** min(entry.get("repeat", 1), 20) for step in self._fixed(stage, entry, opens=opens)
                )
                least = tuple(r * a for r, a in zip(reached, always, strict=True))
                stride = tuple(w if r * w <= m else 1 for r, w, m in zip(least, wanted, most, strict=True))
                replaced = tuple(w // s for w, s in zip(wanted, stride, strict=True))
                dilation = per_axis(entry.get("dilation", stage.get("dilation", 1)), self.rank)
                if goal is not None:
                    dilation = tuple(b * r for b, r in zip(before, replaced, strict=True))
                own = list(dilation) if "dilation" in entry or (index and goal is None) else list(before)
                inherited = own if index or "dilation" in entry else stage.get("first_dilation", own)
                first = entry.get("first_dilation", inherited)
                plans[name].append((stride, dilation, per_axis(first, self.rank), replaced))
                reached, before = tuple(r * s for r, s in zip(least, stride, strict=True)), dilation
        if goal is not None and reached != most:
            raise Impossible(f"output stride {reached}, not {most}")
        return plans

    def fixed(self, stage: Data, entry: Data) -> Axes:
        """Return the product of the strides that a block has whatever its stage says."""
        _, kind, options, _ = self.settings(stage, entry)
        return self.strides(strided(kind["branch"], options.get("stride_on")))

    def _fixed(self, stage: Data, entry: Data, *, opens: bool) -> Axes:
        """Return that of an entry, or of the layers before the blocks."""
        return self.strides(stage["transition"]) if opens else self.fixed(stage, entry)

    def strides(self, layers: Sequence[Data]) -> Axes:
        """Return the product of the strides that are numbers."""
        total = self.ones
        for layer in layers:
            numbers = [1 if step == "here" else step for step in _steps(layer)]
            total = tuple(t * s for t, s in zip(total, numbers * (self.rank if len(numbers) == 1 else 1), strict=False))
        return total

    def blocks(
        self, name: str, plans: list[tuple[Axes, ...]], channels: int, index: int, entering: int
    ) -> Iterator[Block]:
        """Yield the blocks of a stage, which so many channels enter; only the first of an entry strides."""
        stage = self.spec["stages"][name]
        for entry, (stride, dilation, first, replaced) in zip(self.entries(name), plans, strict=True):
            settings, fixed = self.settings(stage, entry), self.fixed(stage, entry)
            opening, following = (stride, fixed, dilation, first, replaced), (self.ones, fixed, dilation, dilation)
            for number in range(entry.get("repeat", 1)):
                names = {"in": channels if "channels" in entry else entering, "block": index + 1}
                out = width(entry["channels"] if "channels" in entry else stage["channels"], names)
                axes = (*following, self.ones) if number else opening
                yield Block(*settings, channels, out, *axes, index, self.total, self.layout)
                channels, index = out, index + 1

    def settings(self, stage: Data, entry: Data) -> tuple[str, Data, Data, Data]:
        """Return the block type, and the options of `block`, stage and entry merged, the last first."""
        default = self.spec.get("block", {})
        wanted = next(settings["type"] for settings in (entry, stage, default) if "type" in settings)
        kind = {**BUILT_IN, **self.spec.get("blocks", {})}[wanted]
        options: dict[str, Any] = dict(self.common)
        widths: dict[str, Any] = {}
        for settings in (kind, default, stage, entry):
            if {"groups", "group_width"} & settings.keys():
                options = {key: value for key, value in options.items() if key not in ("groups", "group_width")}
            around = options["convolution"]
            options |= {key: settings[key] for key in OPTIONS if key in settings}
            options["convolution"] = joined(around, settings.get("convolution", {}))
            widths |= {"mid": settings["mid"]} if "mid" in settings else {}
            widths |= settings.get("widths", {})
        return wanted, kind, options, widths

    def head(self, settings: Data, channels: int, units: int, before: list[nn.Module]) -> list[Part]:
        """Return a head. `before` are all modules up to the last map."""
        layers = self.layers(channels)
        layers.unit = units
        head = layers.lay(settings.get("layers", []))
        head += self.pooled(settings, layers, before, head)
        head += layers.lay(settings.get("then", []))
        if "classes" in settings:
            head += self.scores(settings, layers)
        if named(settings["pool"])["type"] != "none":
            head += layers.flatten()
        if settings.get("normalize"):
            head.append(Part("normalize", partial(Directions)))
        last: dict[str, partial[Any]] = {"softmax": partial(nn.Softmax, 1), "sigmoid": partial(nn.Sigmoid)}
        wanted = settings.get("activation", "none")
        return head + ([Part("output_activation", last[wanted])] if wanted != "none" else [])

    def pooled(self, settings: Data, layers: LayerBuilder, before: list[nn.Module], head: list[Part]) -> list[Part]:
        """Return the pool of a head, after the modules of stem and stages and the head's own layers."""
        options = named(settings["pool"])
        kind = options.pop("type")
        if kind == "none":
            return []
        if kind == "flatten":
            trains = "classes" in settings or any(layer.keys() & _TRAINED for layer in settings.get("then", []))
            with torch.random.fork_rng():  # these modules are only looked at: those that follow have the same weights
                size = self.last_size([*before, *made(head)])
            layers.channels *= math.prod(size)
            return layers.flatten(size if trains else None)
        if kind == "attention":
            with torch.random.fork_rng():
                size = self.last_size([*before, *made(head)])
            channels, layers.flat = layers.channels, True
            layers.channels = width(options.get("to", channels), {"in": channels})
            pool = partial(AttentionPool, channels, layers.channels, options.get("heads"), size)
            return [Part("global_pool", pool)]
        layers.channels *= 2 if kind in ("avg_concat_max", "stats") else 1
        role = "global_avg_pool" if kind == "avg" else "global_pool"
        return [Part(role, partial(global_pool, kind, options))]

    def last_size(self, modules: list[nn.Module]) -> Axes:
        """Return the size of the map that leaves these modules at the spec's own input size, by running them.

        Raises:
            Impossible: it does not come so far.
        """
        x = torch.zeros(1, self.spec["input"]["channels"], *per_axis(self.spec["input"]["size"], self.rank))
        with torch.no_grad():
            for module in modules:
                try:
                    x = module.eval()(x)
                except RuntimeError as error:
                    raise Impossible(str(error)) from error
        return tuple(x.shape[2:])

    def scores(self, settings: Data, layers: LayerBuilder) -> list[Part]:
        """Return the classifier, and the dropout before it."""
        conv = settings.get("classifier", "linear") == "conv"
        if conv and layers.flat:
            raise Impossible("a convolution of a vector")
        kind = partial(getattr(nn, f"Conv{self.rank}d"), kernel_size=1) if conv else nn.Linear
        rate = settings.get("dropout", 0)
        dropout = [Part("head_dropout", partial(nn.Dropout, rate))] if rate else []
        flat = [] if conv else layers.flatten()
        return [*flat, *dropout, Part("linear", partial(kind, layers.channels, settings["classes"]))]

    def initialize(self, network: NaiveNetwork) -> None:
        """Initialize: every convolution as in the spec, and the last norm of each branch zero on request."""
        settings = self.spec.get("init", {})
        name = settings.get("conv", "kaiming_normal")
        options = {"mode": settings.get("fan", "fan_out"), "nonlinearity": "relu"} if "kaiming" in name else {}
        for module in network.modules():
            if type(module) is getattr(nn, f"Conv{self.rank}d") and name != "default":
                getattr(nn.init, f"{name}_")(module.weight, **options)
            if isinstance(module, Residual) and settings.get("zero_init_residual"):
                nn.init.zeros_(next(module.ends[0].parameters()))


def _steps(layer: Data) -> list[Any]:
    """Return a layer's stride as a list; of a pool without one, its window."""
    written = layer.get("stride", layer.get("max_pool", layer.get("avg_pool", 1)))
    return written if isinstance(written, list) else [written]


def build(spec: Data, passed_in: frozenset[int] = frozenset()) -> NaiveNetwork:
    """Return the network of a spec; `passed_in` numbers the blocks whose shortcut is made before them.

    Raises:
        OperatorError: a width, a shortcut or an output stride cannot be.
        ValueError: torch refuses to make a module.
    """
    return Builder(spec, passed_in).network()


def example(spec: Data, batch: int = 1) -> Tensor:
    """An input of the spec's own size."""
    return torch.randn(batch, spec["input"]["channels"], *per_axis(spec["input"]["size"], Builder(spec).rank))


def is_apart(head: Pairs, index: int) -> bool:
    """Return whether a module is a flatten that is no module, with nothing of one module on both sides."""
    name, module = head[index]
    if not isinstance(module, Flat) or not is_function("flatten", name):
        return False
    before, after = ("".join(name.partition(".")[:2]) for name, _ in (head[index - 1], head[(index + 1) % len(head)]))
    return before != after or not before.endswith(".")
