"""Random layers and block types."""

from __future__ import annotations

from tests.random_choices import Chooser, Data

Width = int | str

ORDERS = ("conv-norm-act", "norm-act-conv", "conv-act-norm", "norm-conv-act", "act-conv-norm", "act-norm-conv")
TYPE_NAMES = ("inverted", "Foo", "conv1", "plain", "drop_path", "basic", "layer1", "a_1_2", "residual")
WIDTH_NAMES = ("wide", "narrow", "cin", "stride", "shortcut", "self", "nn", "channels", "super", "Tensor", "x", "int")
MIDS: tuple[Width, ...] = ("out / 2", "out / 4", "out", "in", "2 * in", "(in + out) // 2", "in // 3 + 1", 16, "out - 1")
HERE = ("stride", "dilation", "groups", "dropout")
"""What a layer may take from the block in use."""


class BlockAuthor(Chooser):
    """Writes layers and block types."""

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
        """A layer that is one operator, or nearly."""
        if kind == "norm":
            norm = "here" if self.chance(0.5) else self.normalization()
            return {"norm": norm, **self.maybe(0.4, act=self.activation())}
        if kind == "act":
            return {"act": "here" if self.chance(0.5) else self.activation()}
        return {"dropout": "here" if here and self.chance(0.5) else self.one_of(0, 0.1, 0.5)}

    def conv(self, to: Width, kernel: int) -> Data:
        """A convolution, without its stride and padding."""
        extent = kernel if self.chance(0.8) else [self.one_of(kernel, 1, 3) for _ in range(self.rank)]
        conv: Data = {"conv": extent, "to": to}
        conv |= self.maybe(0.08, norm=self.normalization()) | self.maybe(0.1, act=self.activation())
        return conv | self.maybe(0.1, bias=self.chance(0.5)) | self.maybe(0.08, dropout=self.one_of(0, 0.2))

    def pool(self, extent: int | list[int]) -> Data:
        """A pool, without its stride."""
        if self.chance(0.5):
            pool: Data = {"max_pool": extent}
        else:
            pool = {"avg_pool": extent, **self.maybe(0.3, count_include_pad=self.chance(0.4))}
        pool |= self.maybe(0.25, ceil_mode=self.chance(0.8))
        least = extent if isinstance(extent, int) else min(extent)
        return pool | self.maybe(0.25, padding=self.axes(*range(least // 2 + 1 + self.slip(0.1))))

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
        return kind | {"branch": self.branch(list(widths))}

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
        strided = self.random.randrange(len(tos))
        branch: list[Data] = []
        before: Width = "in"
        for index, to in enumerate(tos):
            branch += self.between(branch)
            branch.append(self.branch_conv(to, before, strides=index == strided))
            before = to
        return branch + self.between(branch)

    def branch_conv(self, to: Width, before: Width, *, strides: bool) -> Data:
        """A convolution of a branch, mostly with a padding that keeps the map's size."""
        kernel = self.one_of(2, 4, 7) if self.slip(0.12) else self.one_of(1, 1, 3, 3, 5)
        conv = self.conv(to, kernel)
        conv |= {"stride": "here"} if strides and self.chance(0.9) else self.maybe(0.08, stride=self.axes(1, 2))
        conv |= self.maybe(0.35, dilation="here") if self.chance(0.8) else {"dilation": self.axes(1, 2, 3)}
        if to == before or self.slip(0.1):
            groups: tuple[Width, ...] = ("here", "here", 1, 2, 4, to, f"{to} / 2")
            conv |= self.maybe(0.5, groups=self.one_of(*groups))
        conv |= self.maybe(0.1, dropout="here")
        return conv | ({"padding": self.axes(0, 1, 2)} if self.slip(0.15) else {})

    def between(self, branch: list[Data]) -> list[Data]:
        """What may stand between the convolutions of a branch."""
        if self.chance(0.75):
            return []
        kind = self.one_of("norm", "act", "dropout", "pool")
        if kind != "pool":
            return [self.small_layer(kind, here=True)]
        strided = any(layer.get("stride") == "here" for layer in branch)
        pool = self.pool(self.axes(1, 2, 3) if self.slip(0.3) else self.one_of(1, 3))
        return [pool | {"stride": "here" if not strided and self.chance(0.3) else 1}]


def taken_by(kind: Data) -> set[str]:
    """What a block type takes from the block in use, and its widths."""
    here = {key for layer in kind["branch"] for key in HERE if layer.get(key) == "here"}
    return here | ({"mid"} & kind.keys()) | {f"width {name}" for name in kind.get("widths", {})}
