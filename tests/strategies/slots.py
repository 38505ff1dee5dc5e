"""Random slots of a block (attention, anti-aliasing, kinds of convolution, drop block), and random layouts."""

from __future__ import annotations

from typing import Any

from tests.strategies.choices import Chooser, Data

GATES = ("sigmoid", "hardsigmoid", "tanh", "relu6", "softsign")
PLACES = ("end", "end", "start", "sum", "shortcut", "conv1", "conv2")
BLOCK_TABLES: tuple[Data, ...] = (
    {"norm": "norm*", "attention": "attn"},
    {"conv": "unit*.conv", "norm": "unit*.norm", "act": "unit*.act", "sum_act": "last", "dropout": "unit*.drop"},
    {"conv": "conv*.0", "norm": "conv*.1", "act": "conv*.2", "sum_act": "relu"},
    {"branch_scale": ".", "norm": "norm*"},
    {"sum_act": "act", "attention": "pool", "antialias": "cin", "dropout": "multi_scale", "norm": "bns"},
    {"norm": "conv*.norm", "act": "conv*.act", "sum_act": "relu"},
    {"conv": "c*", "norm": "n*", "act": "a", "antialias": "blur.pool", "drop_path": "path", "dropout": "drop"},
    {"conv": "f.+.0", "norm": "f.+.1", "act": "f.+.2", "sum_act": "last", "attention": "f.+", "dropout": "f.+"},
    {**dict.fromkeys(("conv", "norm", "act", "dropout"), "f.+"), "sum_act": "last"},
)
INNER_NORMS = (
    "batch",
    "batch",
    {"type": "group", "groups": 2},
    "layer",
    "frozen_batch",
    "instance",
    "none",
)
INVERTED: Data = {"conv": ["conv_pw", "conv_dw", "conv_pwl"]}
ATTENTION: tuple[Data, ...] = (
    {"fc1": "conv_reduce", "fc2": "conv_expand"},
    {"fc1": "body.fc1", "norm": "body.norm", "act": "body.act", "fc2": "body.fc2"},
    {"gate": "squash", "conv": "weigh"},
    {"positional_embedding": "pos_embed", "q_proj": "q", "k_proj": "k", "v_proj": "v", "c_proj": "proj"},
)
LIBRARIES = ("huggingface", "detectron2", "mmpretrain", "efficientnet")
NUMBERED = ("blocks.*", "stages.*.blocks", "features.*.layers", "layer*", "net.trunk.stages.*.units", "body.s*")
STAGES = (*NUMBERED, "blocks", "net.blocks")
PROJECTIONS: tuple[Data, ...] = (
    {"conv": "."},
    {"conv": "conv", "norm": "norm", "avg_pool": "pool", "attention": "se"},
    {"conv": ".", "norm": "norm"},
    {"conv": "c*", "norm": "n*", "avg_pool": "p*"},
)
HEADS: tuple[Data, ...] = (
    {"linear": "classifier", "global_avg_pool": "pool"},
    {"linear": "head.fc", "flatten": "head.flat", "global_avg_pool": "head.pool", "head_dropout": "head.drop"},
    dict.fromkeys(("hidden", "norm", "act", "dropout", "head_dropout", "linear"), "classifier.+"),
    {"conv": "blocks.+.0", "norm": "blocks.+.1", "act": "blocks.+.2", "dropout": "blocks.+.drop"},
)
STEMS: tuple[Data, ...] = (
    {"conv": "stem.conv*", "norm": "stem.norm*", "act": "stem.act*", "max_pool": "stem.pool", "avg_pool": "stem.pool"},
    {"conv": "c*", "norm": "n*", "act": "a*"},
    {"conv": "stem.conv*", "norm": "stem.conv*.norm", "act": "stem.relu*"},
    dict.fromkeys(("conv", "norm", "act", "max_pool", "avg_pool", "pad"), "blocks.+"),
)


class SlotAuthor(Chooser):
    """Writes the values of slots."""

    places = True
    """True if an attention may have a `place`: not in a block type."""

    in_block = False
    """Whether the attention may speak of the widths of a block."""

    def attention(self, *, placed: bool = False) -> Any:
        """Return an attention module; `placed` if it can name its place."""
        self.in_block = placed
        if placed and self.chance(0.1):
            return "none"
        kind = self.one_of("se", "se", "eca", "cbam", "global_context", "gather_excite")
        options = self.sided(kind)
        if placed and self.places:
            options |= self.maybe(0.6, place="conv4" if self.slip(0.05) else self.one_of(*PLACES))
        return self.slot(kind, options)

    def sided(self, kind: str) -> Data:
        """Return the options of an attention module, without its place."""
        own: Data = {}
        if kind in ("eca", "cbam"):
            own = self.maybe(0.4, kernel=self.one_of(3, 5, 9))
        elif kind == "global_context":
            own = self.maybe(0.7, fuse=self.one_of("scale", "add", "both"))
        elif kind == "gather_excite":
            own = self.maybe(0.7, extent=self.one_of("global", 2, 4, 8)) | self.maybe(0.3, mlp=self.chance(0.3))
            own |= self.maybe(0.5, parameters=self.chance(0.8)) if own.get("extent", "global") != "global" else {}
        elif kind == "se":
            own = self.maybe(0.2, bias=self.chance(0.2)) | self.maybe(0.2, norm=self.one_of(*INNER_NORMS))
        own |= self.maybe(0.3, gate=self.one_of(*GATES)) if own.get("fuse") != "add" else {}
        if kind == "eca" or not own.get("mlp", True):
            return own
        return own | self.reducing() | self.maybe(0.2, act=self.activation())

    def reducing(self) -> Data:
        """Return options for the number of channels inside an attention module."""
        if self.chance(0.2):
            return {"width": self.one_of(2, 4, 12, *(("in / 2", "out / 4", "in") if self.in_block else ()))}
        options: Data = self.maybe(0.4, ratio=self.one_of(0.25, 0.5, 1, 2)) | self.maybe(0.4, divisor=self.one_of(1, 4))
        options |= (
            self.maybe(0.3, rounding="up") if self.chance(0.8) else {"rounding": "down", "ratio": self.one_of(1, 2)}
        )
        return options

    def slot(self, kind: str, options: Data) -> Any:
        """A kind with its options; alone it is mostly but a word."""
        return {"type": kind, **options} if options or self.chance(0.1) else kind

    def antialias(self) -> Any:
        """Return an anti-aliasing that strides in place of a layer."""
        sides = self.maybe(0.3, place=self.one_of("before", "after"))
        if self.chance(0.5):
            options = self.maybe(0.4, size=self.one_of(3, 5, 5, 7))
            return self.slot("blur", options | self.maybe(0.4, padding=self.one_of("zeros", "reflect")) | sides)
        size = self.one_of(1, 2, 4) if self.slip(0.1) else self.one_of(3, 3, 5)
        return self.slot("avg", self.maybe(0.8, size=size) | sides)

    def spatial(self, *, even: bool = True) -> Any:
        """A spatial convolution that is none of the plain ones; `even` where as many channels come in as go out."""
        if self.chance(0.2 if even else 0.5):
            options = self.maybe(0.5, radix=self.one_of(1, 2, 4)) | self.maybe(0.3, ratio=self.one_of(0.5, 1))
            options |= self.maybe(0.2, divisor=self.one_of(4, 16)) | self.maybe(0.3, least=self.one_of(8, 16, 64))
            return self.slot("split_attention", options)
        if self.chance(0.3) or not (even or self.slip(0.1)):
            paths = self.maybe(0.3, paths=self.one_of(2, 3)) | self.maybe(0.4, split=self.chance(0.3))
            paths |= self.maybe(0.3, dilated=self.chance(0.3)) | self.maybe(0.3, ratio=self.one_of(0.25, 0.5))
            return self.slot("selective_kernel", paths | self.maybe(0.2, divisor=self.one_of(1, 16)))
        return self.slot("multi_scale", {} if self.chance(0.1) else {"scale": self.one_of(2, 2, 2, 3, 4)})

    def branch_scale(self) -> Any:
        """Return a branch scale."""
        if self.chance(0.2):
            return {"type": "constant", "value": self.one_of(0.2, 2, -0.5)}
        kind = self.one_of("layer_scale", "rezero", "skipinit", "none")
        return self.slot(kind, self.maybe(0.5, init=self.one_of(1e-3, 1, -0.5)) if kind[0] in "ls" else {})

    def convolution(self) -> Any:
        """A kind of convolution."""
        if self.chance(0.2):
            return self.slot("plain", {})
        if self.chance(0.2):
            return self.slot(self.one_of("weight_norm", "spectral_norm"), {})
        eps = self.maybe(0.3, eps=self.one_of(1e-8, 0.1))
        if self.chance(0.4):
            gain = self.maybe(0.5, gamma=self.one_of("relu", "silu", 0.5)) | self.maybe(0.3, init=self.one_of(0.2, -1))
            return self.slot("scaled_weight_standardized", eps | gain)
        return self.slot("weight_standardized", eps)

    def convolutions(self) -> Any:
        """What all convolutions of a network or a block have, and now and then their kind."""
        if self.chance(0.4):
            return self.convolution()
        mode = self.one_of("zeros", "reflect", "replicate", "circular")
        common = self.maybe(0.6, bias=self.chance(0.7)) | self.maybe(0.3, padding_mode=mode)
        causal: Any = "causal" if self.rank == 1 else ["causal", *("same",) * (self.rank - 1)]
        common |= self.maybe(0.3, padding=0 if self.slip(0.05) else self.one_of("same", "same", causal))
        kind = self.convolution()
        if self.chance(0.3) or not common:
            return {**(kind if isinstance(kind, dict) else {"type": kind}), **common}
        return common

    def drop_block(self) -> Any:
        """A drop block."""
        rate = self.one_of(0.05, 0.1, 0.3)
        if self.chance(0.5):
            return rate
        return {"rate": rate, **self.maybe(0.5, size=self.one_of(1, 2, 3)), **self.maybe(0.5, scale=self.one_of(1, 2))}

    def drop_path(self) -> float | Data:
        """A rate, or that with its schedule."""
        rate = self.one_of(0, 0.1, 0.3)
        return rate if self.chance(0.5) or not rate else {"rate": rate, "schedule": self.one_of("linear", "constant")}

    def emptied(self, slot: Any) -> Any:
        """The slot, or now and then nothing in its place."""
        return "none" if self.chance(0.1) else slot

    def layout(self) -> Any:
        """Return a layout, without lists of a stem's names, which `listed_stem` writes along with the stem."""
        if self.chance(0.4):
            return self.one_of("torchvision", "resnetv2", "resnetv2", "sknet", *LIBRARIES)
        table: Data = self.maybe(0.4, base=self.one_of("torchvision", "resnetv2", "sknet", "deep_stem", *LIBRARIES))
        table |= self.maybe(0.3, block=self.one_of(*BLOCK_TABLES)) | self.maybe(0.3, stem=self.one_of(*STEMS))
        table |= self.maybe(0.3, projection=self.one_of(*PROJECTIONS)) | self.maybe(0.3, head=self.one_of(*HEADS))
        table |= self.maybe(0.3, stage=self.one_of(*STAGES)) | self.maybe(0.2, prefix=self.one_of("body", "net.trunk"))
        table |= self.maybe(0.2, in_stage=self.one_of("b*", "block@-*", "*", "@*"))
        table |= self.maybe(0.2, first=self.maybe(0.5, block=1) | self.maybe(0.5, layer=self.one_of(0, 1, 2)))
        table |= self.maybe(0.05, attention=self.one_of(*ATTENTION))
        table |= self.maybe(
            0.1, blocks={"bottleneck": {"norm": ["first", "second"]}, **self.maybe(0.3, basic=INVERTED)}
        )
        table |= self.maybe(0.3, shortcut=self.one_of("shortcut", "skip", "conv_skip"))
        table |= self.maybe(0.2, transition=self.one_of("downsample", "layers"))
        table |= self.maybe(0.3, shortcut_first=self.chance(0.5))
        if "stem" not in table and (table.get("base") == "deep_stem" or self.chance(0.1)):
            table["stem"] = self.one_of(*STEMS, *("torchvision", "resnetv2", "sknet"))
        return table

    def listed_stem(self, norm: Any, act: Any) -> Data:
        """A stem with a layout that names all of it in order, or its beginning."""
        convs: list[Data] = [{"conv": 3, "to": 8 * self.one_of(1, 2)} for _ in range(self.one_of(1, 2, 3, 3))]
        convs[0] |= self.maybe(0.5, stride=2)
        stem = [*convs, *([{"max_pool": 3, "stride": 2}] if self.chance(0.5) else [])]
        if len(stem) == 4 and self.chance(0.5):
            return {"stem": stem, "layout": self.one_of("deep_stem", {"base": "resnetv2", "stem": "deep_stem"})}
        each = 3 - (_kind(norm) == "none") - (_kind(act) == "none")
        whole = len(convs) * each + len(stem) - len(convs) + self.slip(0.05)
        count = self.one_of(whole, *range(1, whole))
        forms = ("s{}", "s{}.only", "stem.{}", "stem.s{}")
        names = [self.one_of(*forms).format(number) for number in range(count)]
        form = self.one_of(*forms)
        names = names if self.slip(0.05) else [form.format(number) for number in range(count)]
        return {"stem": stem, "layout": {"stem": names, **self.maybe(0.4, base="resnetv2")}}


def _kind(slot: Any) -> str:
    kind: str = slot["type"] if isinstance(slot, dict) else slot
    return kind
