"""Random layers and block types."""

from __future__ import annotations

from typing import Any

from tests.strategies.choices import Data
from tests.strategies.slots import SlotAuthor

Width = int | str

ORDERS = ("conv-norm-act", "norm-act-conv", "conv-act-norm", "norm-conv-act", "act-conv-norm", "act-norm-conv")
TYPE_NAMES = ("inverted", "Foo", "conv1", "plain", "drop_path", "basic", "layer1", "a_1_2", "residual")
WIDTH_NAMES = ("wide", "narrow", "cin", "stride", "shortcut", "self", "nn", "channels", "super", "Tensor", "x", "int")
MIDS: tuple[Width, ...] = ("out / 2", "out / 4", "out", "in", "2 * in", "(in + out) // 2", "in // 3 + 1", 16, "out - 1")
HERE = ("stride", "dilation", "groups", "dropout", "spatial", "drop_block")
"""Keys that a layer may take from the block in use."""


class BlockAuthor(SlotAuthor):
    """Writes layers and block types."""

    def loose_layer(self) -> Data:
        """Return a layer outside of blocks, where no addition constrains sizes."""
        small = ("norm", "act", "dropout", "pad", "attention", "multiply")
        kind = self.one_of("conv", "conv", "conv", "pool", "pool", *small)
        if kind == "conv":
            conv = self.conv(8 * self.one_of(1, 2, 3, 4), self.one_of(1, 2, 3, 4, 5, 7))
            conv |= self.maybe(0.5, stride=self.axes(1, 2)) | self.maybe(0.25, padding=self.padding("same", "causal"))
            return self.framed(self.special(conv, here=False))
        if kind == "pool":
            pool = self.pool(self.axes(1, 2, 3)) | self.maybe(0.6, stride=self.axes(1, 2))
            pool |= {"stride": 2} if _is_idle(pool) else {}
            return pool | (self.maybe(0.3, antialias=self.antialias()) if _shrinks(pool) else {})
        return self.small_layer(kind, here=False)

    def small_layer(self, kind: str, *, here: bool) -> Data:
        """Return a layer of one operator, or nearly one."""
        if kind == "multiply":
            return {"multiply": "unit_variance" if here and self.chance(0.5) else self.one_of(0.2, 2, -1.5)}
        if kind == "pad":
            pad = [self.one_of(0, 1, 2, [0, 1], [2, 1]), *(1,) * (self.rank - 1)]
            mode = self.maybe(0.2, padding_mode=self.padding_mode())
            return {"pad": pad if self.rank > 1 and self.chance(0.3) else 1} | mode
        if kind == "attention":
            return {"attention": "here" if here and self.chance(0.6) else self.attention()}
        if kind == "norm":
            norm = "here" if self.chance(0.5) else self.normalization()
            return {"norm": norm, **self.maybe(0.4, act=self.beside_norm())}
        if kind == "act":
            return {"act": "here" if self.chance(0.5) else self.activation()}
        return {"dropout": "here" if here and self.chance(0.5) else self.one_of(0, 0.1, 0.5)}

    def conv(self, to: Width, kernel: int) -> Data:
        """A convolution, without its stride and padding."""
        extent = kernel if self.chance(0.8) else [self.one_of(kernel, 1, 3) for _ in range(self.rank)]
        conv: Data = {"conv": extent, "to": to}
        conv |= self.maybe(0.08, norm=self.normalization()) | self.maybe(0.1, act=self.beside_norm())
        return conv | self.maybe(0.1, bias=self.chance(0.5)) | self.maybe(0.08, dropout=self.one_of(0, 0.2))

    def special(self, conv: Data, *, here: bool, even: bool = False) -> Data:
        """The convolution, now and then of another kind; `here` where the block in use may choose it."""
        conv |= self.maybe(0.06, convolution=self.convolution())
        conv |= self.maybe(0.1, convolution="linear") if conv["conv"] == 1 else {}
        conv |= self.maybe(0.06, drop_block=self.drop_block()) if not here else {}
        spatial = (
            self.spatial(even=even) if not here or self.chance(0.1) else self.one_of("here", "here", "here", "none")
        )
        conv |= self.maybe(0.25 if here else 0.08, spatial=spatial)
        conv |= self.maybe(0.25, drop_block="here") if here else {}
        strides = conv.get("stride") == "here" or _by_axis(conv.get("stride")) or _shrinks(conv)
        conv |= self.maybe(0.1, antialias=self.antialias()) if strides else {}
        return {key: value for key, value in conv.items() if key != "bias" or "spatial" not in conv}

    def pool(self, extent: int | list[int]) -> Data:
        """A pool, without its stride."""
        if self.chance(0.5):
            pool: Data = {"max_pool": extent}
        else:
            pool = {"avg_pool": extent, **self.maybe(0.3, count_include_pad=self.chance(0.4))}
        pool |= self.maybe(0.25, ceil_mode=self.chance(0.8))
        least = extent if isinstance(extent, int) else min(extent)
        least_pads = range(least // 2 + 1 + self.slip(0.1))
        padding = self.padding("same", most=least - 1) if self.chance(0.2) else self.axes(*least_pads)
        return pool | self.maybe(0.3, padding=padding)

    def padding(self, *words: str, most: int = 2) -> Any:
        """A padding: numbers, or by axis pairs and words; one word for all axes."""
        if self.chance(0.4):
            return self.axes(*range(most + 1))
        if self.chance(0.4):
            return self.one_of(*words) if self.rank == 1 or self.slip(0.1) else "same"
        pairs = [[self.one_of(*range(most + 1)), self.one_of(*range(most + 1))] for _ in range(2)]
        return [self.one_of(*words, *pairs, min(1, most)) for _ in range(self.rank)]

    def framed(self, conv: Data) -> Data:
        """The convolution, now and then with other padding than zeros."""
        pads = "padding" not in conv and conv["conv"] in (3, 4, 5, 7, "here") and "spatial" not in conv
        return conv | (self.maybe(0.12, padding_mode=self.padding_mode()) if pads else {})

    def padding_mode(self) -> str:
        """What the padding holds."""
        return self.one_of("zeros", "reflect", "replicate", "circular")

    def layered_shortcut(self) -> Any:
        """A shortcut of layers, or one of the words that are short for some."""
        kind = self.one_of("layers", "layers", "projection", "pad", "word")
        if kind == "word":
            return {"type": self.one_of("auto", "projection", "avg_projection"), **self.reads()}
        if kind == "pad":
            zeros = self.maybe(0.6, zeros=self.one_of("behind", "both"))
            return {"type": "pad", **zeros, **self.maybe(0.5, pixels=self.one_of("strided", "mean")), **self.reads()}
        layers = self.shortcut_layers()
        if kind == "layers" and self.chance(0.5):
            return layers
        resize = [{"max_pool": 1, "stride": "here"}, {"norm": "here"}]
        resized = self.maybe(0.3, resize=resize[: self.one_of(1, 2)]) if kind == "layers" else {}
        return {"type": "auto" if kind == "layers" else kind, "layers": layers, **resized}

    def reads(self) -> Data:
        """Where the shortcut reads, now and then."""
        return self.maybe(0.3, reads=self.one_of("input", "preact"))

    def shortcut_layers(self) -> list[Data]:
        """The layers of a shortcut, mostly with the block's channels and stride at the end."""
        pool: Data = {self.one_of("avg_pool", "avg_pool", "max_pool"): "stride", **self.maybe(0.5, ceil_mode=True)}
        zeros = {"pad_channels": "out", **self.maybe(0.5, zeros=self.one_of("behind", "both"))}
        conv: Data = {"conv": self.one_of(1, 1, 3), "to": "out", **self.maybe(0.3, act=self.beside_norm())}
        conv |= self.maybe(0.2, norm=self.one_of("batch", "instance", "none")) | self.maybe(0.2, bias=self.chance(0.5))
        strided: Data = {"stride": 1 if self.slip(0.1) else "here"}
        ends = ([conv | strided], [pool, conv], [zeros | strided], [pool, zeros])
        layers = list(self.one_of(*ends))
        small = self.one_of("act", "attention", "dropout")
        after = {"norm": "here"} if self.chance(0.3) else self.small_layer(small, here=False)
        return layers + ([after] if self.chance(0.25) else [])

    def block_types(self) -> dict[str, Data]:
        """The user's own block types, by name; the name may be that of a built-in one."""
        names = self.random.sample(TYPE_NAMES, self.one_of(0, 0, 1, 1, 2))
        return {name: self.block_type() for name in names}

    def block_type(self) -> Data:
        """A block type whose branch speaks of all its widths."""
        widths = self.widths()
        named = {name: width for name, width in widths.items() if name != "mid"}
        kind = self.maybe(0.3, description='It says """this""".\n\nAnd \\ that.')
        kind |= {"mid": widths["mid"]} if "mid" in widths else {}
        kind |= {"widths": named} if named else {}
        kind |= self.maybe(0.3, order=self.one_of(*ORDERS))
        kind |= self.maybe(0.15, norm=self.normalization()) | self.maybe(0.15, act=self.activation())
        kind |= self.maybe(0.25, join={"act": self.activation()} if self.chance(0.9) else {})
        branch = self.branch(list(widths))
        kind |= {"kernel": self.one_of(1, 3, 5)} if any(layer.get("conv") == "here" for layer in branch) else {}
        return kind | {"branch": branch}

    def widths(self) -> dict[str, Width]:
        """Named widths, the later in terms of the earlier."""
        widths: dict[str, Width] = {"mid": self.one_of(*MIDS)} if self.chance(0.8) else {}
        if self.chance(0.4):
            base = self.one_of("out", "in", *widths)
            written: tuple[Width, ...] = (f"{base} * 2", f"{base} / 2", f"{base} + 8", 24, f"({base} + 9) / 10 * 10")
            widths[self.one_of(*WIDTH_NAMES)] = self.one_of(*written)
        return widths

    def branch(self, widths: list[str]) -> list[Data]:
        """The layers of a branch, mostly with one that has the block's stride."""
        more: tuple[Width, ...] = ("in", "mid" if "mid" in widths else "out", 16)
        last: tuple[Width, ...] = ("in", 8, "out // 2") if self.slip(0.05) else ("out",)
        tos: list[Width] = [*widths, *(self.one_of(*more) for _ in range(self.one_of(0, 0, 1))), self.one_of(*last)]
        strided = self.random.randrange(len(tos)) if self.chance(0.9) else len(tos)
        branch: list[Data] = []
        before: Width = "in"
        for index, to in enumerate(tos):
            branch += self.between(branch, strides=strided == len(tos))
            branch.append(self.branch_conv(to, before, strides=index == strided))
            before = to
        return branch + self.between(branch, strides=strided == len(tos))

    def branch_conv(self, to: Width, before: Width, *, strides: bool) -> Data:
        """A convolution of a branch, mostly with a padding that keeps the map's size."""
        kernel = self.one_of(2, 4, 7) if self.slip(0.12) else self.one_of(1, 1, 3, 3, 5)
        conv = self.conv(to, kernel)
        conv |= {"conv": "here"} if self.chance(0.1) else {}
        conv |= {"stride": self.here()} if strides else self.maybe(0.08, stride=self.axes(1, 2))
        conv |= self.maybe(0.35, dilation=self.here()) if self.chance(0.8) else {"dilation": self.axes(1, 2, 3)}
        if to == before or self.slip(0.1):
            groups: tuple[Width, ...] = ("here", "here", 1, 2, 4, to, f"{to} / 2")
            by_width = {"group_width": self.one_of(1, 4, f"{to} / 2")}
            grouped = by_width if self.chance(0.2) else {"groups": self.one_of(*groups)}
            conv |= grouped if self.chance(0.5) else {}
        conv |= self.maybe(0.1, dropout="here")
        conv |= {"padding": self.axes(0, 1, 2)} if self.slip(0.15) else {}
        conv |= self.maybe(0.1, padding="same") if "padding" not in conv else {}
        return self.framed(self.special(conv, here=True, even=to == before))

    def here(self) -> Any:
        """The block's number, along each axis by itself or along all."""
        return "here" if self.chance(0.85) else ["here"] * self.rank

    def between(self, branch: list[Data], *, strides: bool) -> list[Data]:
        """Return the layers between two convolutions of a branch; a pool may stride where none of these does."""
        if self.chance(0.75):
            return []
        kind = self.one_of(
            "norm", "act", "dropout", "pool", "attention", "multiply", "pad" if self.slip(0.4) else "attention"
        )
        if kind == "pad" and self.chance(0.7):
            return [{"pad": 1}, {"avg_pool": 3, "stride": 1, "padding": 0}]
        if kind != "pool":
            return [self.small_layer(kind, here=True)]
        strided = not strides or any(layer.get("stride") == "here" for layer in branch)
        pool = self.pool(self.axes(1, 2, 3) if self.slip(0.3) else self.one_of(1, 3, 3))
        pool |= {"stride": "here" if not strided and self.chance(0.3) else 1}
        return [] if _is_idle(pool) else [pool]


def _is_idle(pool: Data) -> bool:
    """Return whether a pool takes each pixel as it is."""
    extent = pool.get("max_pool", pool.get("avg_pool"))
    return all(value in (1, [1] * 3, [1] * 2, [1]) for value in (extent, pool.get("stride", extent)))


def _shrinks(layer: Data) -> bool:
    """Return whether a layer has a stride of its own."""
    stride = layer.get("stride", 1 if "conv" in layer else layer.get("max_pool", 1))
    extents: Any = [stride] if isinstance(stride, int | str) else stride
    return "avg_pool" not in layer and "here" not in extents and set(extents) != {1}


def _by_axis(value: Any) -> bool:
    return isinstance(value, list) and "here" in value


def taken_by(kind: Data) -> set[str]:
    """Return the options and widths that a block type takes from the block in use."""
    here = {key for layer in kind["branch"] for key in HERE if layer.get(key) == "here" or _by_axis(layer.get(key))}
    here |= {"kernel"} if any(layer.get("conv") == "here" for layer in kind["branch"]) else set()
    return here | ({"mid"} & kind.keys()) | {f"width {name}" for name in kind.get("widths", {})}
