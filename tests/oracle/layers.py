"""The layers of a spec as plain torch modules, for tests/oracle/network.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import nn

from tests.oracle.attention import named
from tests.oracle.convolutions import Given, convolution, joined
from tests.oracle.modules import Axes, Flat, Impossible, Mean, PadChannels, Times
from tests.oracle.padding import Frame, frame, framed
from tests.oracle.parts import ACTIVE, Part, activate, attend, drop_block, normalize, per_axis, shrink, sized, width

Data = Mapping[str, Any]

UNNUMBERED = {"max_pool", "avg_pool", "pad", "pad_channels", "attention", "multiply"}


def takes(written: Any) -> bool:
    """Return whether a value is the block's, along some axis."""
    return written in ("here", {"type": "here"}) or (isinstance(written, list) and "here" in written)


def by_axis(written: Any, own: Sequence[int], rank: int) -> Axes:
    """Return one number for each axis; where the layer says `here`, the block's."""
    steps = [written] * rank if written == "here" else written
    if len(steps) != rank:
        raise Impossible(f"{steps} for {rank} axes")
    return tuple(o if step == "here" else step for step, o in zip(steps, own, strict=True))


def fused(norm: Any, act: Any) -> bool:
    """Return whether a norm includes the activation after it."""
    return named(norm)["type"] in ACTIVE and named(act)["type"] != "none"


def after(norm: Any, act: Any, channels: int) -> list[Part]:
    """Return the activation after a norm; nothing if the norm includes it."""
    return [] if fused(norm, act) else activate(act, channels)


@dataclass
class LayerBuilder:
    """Builds a list of layers, and tracks the channels and the product of the strides."""

    rank: int
    channels: int
    widths: Mapping[str, int]
    convolution: Any
    norm: Any
    act: Any
    order: str = "conv-norm-act"
    antialias: Any = "none"
    here: Mapping[str, Any] | None = None
    begins: bool = True
    total_stride: Axes = ()
    strided: bool = False
    unit: int = 0
    inlined: bool = False
    flat: bool = False

    def __post_init__(self) -> None:
        self.total_stride = (1,) * self.rank

    def lay(self, layers: Sequence[Data]) -> list[Part]:
        """Return the modules of a list of layers."""
        return [part for layer in layers for part in self.numbered(layer)]

    def numbered(self, layer: Data) -> list[Part]:
        """Return the modules of a layer, with its name or number."""
        self.unit += UNNUMBERED.isdisjoint(layer) or "conv" in layer
        return [part._replace(number=layer.get("name", self.unit)) for part in self.layer(layer)]

    def layer(self, layer: Data) -> list[Part]:
        if "conv" in layer and self.flat:
            raise Impossible("a convolution of a vector")
        if "conv" in layer:
            return self.smoothed(layer)
        if "max_pool" in layer or "avg_pool" in layer:
            return self.pool(layer)
        if "pad_channels" in layer:
            return [self.zeros(layer)]
        if "pad" in layer:
            ones = (1,) * self.rank
            return [framed(Part("pad", partial(nn.Identity)), frame(layer, 0, ones, ones, ones, "pad"))]
        return self.small(layer)

    def small(self, layer: Data) -> list[Part]:
        """Return the parts of a layer of one operator, or nearly one."""
        if "linear" in layer:
            return self.linear(layer)
        if "norm" in layer:
            norm = self.norm if layer["norm"] in ("here", {"type": "here"}) else layer["norm"]
            act = layer.get("act", self.act)
            return self.normalized(norm, active=fused(norm, act)) + after(norm, act, self.channels)
        if "act" in layer:
            return activate(self.act if layer["act"] in ("here", {"type": "here"}) else layer["act"], self.channels)
        if "multiply" in layer:
            return [Part("multiply", partial(Times, self.factor(layer["multiply"])))]
        if "attention" in layer:
            return attend(sized(self.value(layer, "attention"), self.widths), self.channels, self.rank)
        rate = self.value(layer, "dropout")
        return [Part("dropout", partial(nn.Dropout, rate))] if rate else []

    def factor(self, written: Any) -> float:
        """Return a constant factor; by the word, what gives the input of the block a variance of one."""
        if written != "unit_variance":
            return float(written)
        if self.here is None:
            raise Impossible("the variance of a block's input, outside of blocks")
        return float(self.here["variance"] ** -0.5)

    def normalized(self, norm: Any, *, active: bool) -> list[Part]:
        return normalize(norm, self.channels, 0 if self.flat else self.rank, active=active)

    def linear(self, layer: Data) -> list[Part]:
        """Return a fully connected layer; it has a norm or an activation only if it says so."""
        rate, features = layer.get("dropout", 0), width(layer["linear"], self.widths)
        made = partial(nn.Linear, self.channels, features, layer.get("bias", True))
        parts = [*self.flatten(), *([Part("dropout", partial(nn.Dropout, rate))] if rate else []), Part("hidden", made)]
        self.channels = features
        norm = self.norm if layer.get("norm") in ("here", {"type": "here"}) else layer.get("norm", "none")
        act = self.act if layer.get("act") in ("here", {"type": "here"}) else layer.get("act", "none")
        active = fused(norm, layer.get("act", self.act))
        return [*parts, *self.normalized(norm, active=active), *([] if active else activate(act, self.channels))]

    def flatten(self, size: Axes | None = None) -> list[Part]:
        """Return the step from a map to a vector, unless it is one already."""
        found = [] if self.flat else [Part("flatten", partial(Flat, size))]
        self.flat = True
        return found

    def value(self, layer: Data, key: str, default: Any = 0) -> Any:
        """Return the layer's value of a key; for `here`, the block's."""
        written = layer.get(key, default)
        if not takes(written):
            return written
        if self.here is None:
            raise Impossible(f"{key}: here, outside of a block")
        return by_axis(written, self.here[key], self.rank) if isinstance(written, list) else self.here[key]

    def smoothed(self, layer: Data) -> list[Part]:
        """Return a convolution with norm and activation, anti-aliased if the spec asks for that."""
        smoother = layer.get("antialias", self.antialias)
        stride = per_axis(self.value(layer, "stride", 1), self.rank)
        ones, here = (1,) * self.rank, takes(layer.get("stride"))
        if named(smoother)["type"] == "none" or (stride == ones and not here):
            return self.unit_of(layer)
        replaced = here and self.here is not None and self.here["replaced"] != ones
        works = stride != ones or replaced
        after = named(smoother).get("place", "after") == "after"
        inside = self.unit_of(layer, ones)
        self.count(stride)
        self.strided = self.strided or here
        part = shrink(smoother, stride) if works else Part("antialias", partial(nn.Identity))
        return [*inside, part] if after else [part, *inside]

    def unit_of(self, layer: Data, stride: Axes | None = None) -> list[Part]:
        """Return a convolution with norm and activation in the order of the spec; some kinds include these two."""
        norm = layer.get("norm", self.norm)
        spatial = named(self.value(layer, "spatial", "none") or "none")
        parts: list[Part] = []
        order = self.order.split("-")
        act = layer.get("act", self.act)
        fuses = fused(norm, act) and "norm-act" in self.order
        dropped = "conv" if spatial["type"] != "none" or order.index("norm") < order.index("conv") else "norm"
        for part in order:
            if part == "conv":
                parts += self.convolution_of(layer, norm, spatial, stride)
                order = ["conv"] if spatial["type"] != "none" else order
            elif part in order and part == "norm":
                parts += normalize(norm, self.channels, self.rank, active=fuses)
            elif part in order and not fuses:
                parts += activate(act, self.channels)
            if part == dropped and "drop_block" in layer:
                parts += drop_block(self.value(layer, "drop_block") or 0)
        return parts

    def convolution_of(self, layer: Data, norm: Any, spatial: Data, stride: Axes | None) -> list[Part]:
        kernel = self.kernel(layer)
        dilation = self.dilation(layer)
        stride = self.stride(layer, 1) if stride is None else stride
        half = [d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True)]
        written = joined(self.convolution, layer.get("convolution", {}))
        around = self.around_convolution(layer, written, half, (kernel, stride, dilation))
        padding = around.numbers()
        out, groups = width(layer["to"], self.widths), self.groups(layer)
        if self.channels % groups or out % groups:
            raise Impossible(f"{groups} groups from {self.channels} to {out}")
        rate = self.value(layer, "dropout")
        if padding is None and spatial["type"] != "none":
            raise Impossible(f"{around} inside of {spatial}")
        window = (kernel, stride, padding or (0,) * self.rank, dilation)
        before = [Part("dropout", partial(nn.Dropout, rate))] if rate else []
        given = Given(norm, layer.get("act", self.act), written, layer.get("bias"), window, groups, self.channels, out)
        self.channels = out
        multi = spatial["type"] == "multi_scale"
        apart = multi and (self.here is None or self.inlined)
        self.inlined = self.inlined or multi
        conv = convolution(given, spatial, begins=self.begins, apart=apart)
        return [*before, conv if padding else framed(conv, around)]

    def around_convolution(
        self, layer: Data, common: Data, half: Sequence[int], window: tuple[Axes, Axes, Axes]
    ) -> Frame:
        """Return the frame of a convolution: the layer's own, or that of all; a mode of all may have nothing to do."""
        layer = {**{key: common[key] for key in ("padding",) if key in common}, **layer}
        found = frame(layer, half, *window, "padding")
        if "padding_mode" in layer or "padding_mode" not in common or {*found.sides} == {(0, 0)}:
            return found
        return frame({**layer, "padding_mode": common["padding_mode"]}, half, *window, "padding")

    def without_stride(self, kind: str) -> Part:
        """Return what stands for a pool over the block's stride in a block that has none, or a dilation for it."""
        assert self.here is not None
        if set(self.here["replaced"]) == {1}:
            return Part(kind, partial(nn.Identity))
        if kind == "max_pool":
            raise Impossible("a maximum where dilation replaces the stride")
        return Part(kind, partial(Mean, self.here["replaced"]))

    def dilation(self, layer: Data) -> Axes:
        """Return the dilation of a layer: up to the one with the block's stride, that of the incoming map."""
        written = self.value(layer, "dilation", 1)
        if takes(layer.get("dilation")) and not self.strided:
            assert self.here is not None
            written = by_axis(layer["dilation"], self.here["first_dilation"], self.rank)
        return per_axis(written, self.rank)

    def kernel(self, layer: Data) -> Axes:
        """Return a convolution's kernel, the block's where it says so."""
        if not takes(layer["conv"]):
            return per_axis(layer["conv"], self.rank)
        if "kernel" not in (self.here or {}):
            raise Impossible("a kernel of the block, which has none")
        assert self.here is not None
        return by_axis(layer["conv"], per_axis(self.here["kernel"], self.rank), self.rank)

    def groups(self, layer: Data) -> int:
        """Return the number of groups, also where it is given by the width of each."""
        own = {key: layer[key] for key in ("groups", "group_width") if key in layer}
        if own.get("groups") == "here":
            if self.here is None:
                raise Impossible("groups: here, outside of a block")
            own = {key: self.here[key] for key in ("groups", "group_width") if key in self.here}
        if "group_width" not in own:
            return width(own.get("groups", 1), self.widths)
        size = width(own["group_width"], self.widths)
        if self.channels % size:
            raise Impossible(f"groups of {size} in {self.channels}")
        return self.channels // size

    def stride(self, layer: Data, default: Any) -> Axes:
        stride = per_axis(self.value(layer, "stride", default), self.rank)
        self.count(stride)
        self.strided = self.strided or takes(layer.get("stride"))
        return stride

    def count(self, stride: Axes) -> None:
        self.total_stride = tuple(t * s for t, s in zip(self.total_stride, stride, strict=True))

    def zeros(self, layer: Data) -> Part:
        """Return the part that adds channels of zeros."""
        out, stride = width(layer["pad_channels"], self.widths), self.stride(layer, 1)
        extra, self.channels = out - self.channels, out
        return Part("pad", partial(PadChannels, extra, stride, layer.get("zeros", "behind")))

    def pool(self, layer: Data) -> list[Part]:
        kind = "max_pool" if "max_pool" in layer else "avg_pool"
        if layer[kind] == "stride":
            if self.here is None:
                raise Impossible("a pool as large as the stride of a block, outside of blocks")
            if set(self.here["stride"]) == {1}:
                return [self.without_stride(kind)]
            layer = {"padding": 0, "stride": "here", **layer, kind: list(self.here["stride"])}
        kernel = per_axis(layer[kind], self.rank)
        stride = self.stride(layer, list(kernel))
        half = [(k - 1) // 2 if s < k else 0 for k, s in zip(kernel, stride, strict=True)]
        around = frame(layer, half, kernel, stride, (1,) * self.rank, "padding")
        padding = around.numbers() or (0,) * self.rank
        if not around.numbers():
            self.pool_of_its_own_frame(layer, around)
        options = {"ceil_mode": layer["ceil_mode"]} if "ceil_mode" in layer else {}
        if "count_include_pad" in layer:
            options["count_include_pad"] = layer["count_include_pad"]
        module = getattr(nn, f"{'Max' if kind == 'max_pool' else 'Avg'}Pool{self.rank}d")
        fill = float("-inf") if kind == "max_pool" else 0.0
        whole: Callable[[Part], Part] = partial(framed, around=around, fill=fill) if not around.numbers() else _itself
        if named(layer.get("antialias", "none"))["type"] == "none":
            return [whole(Part(kind, partial(module, kernel, stride, padding, **options)))]
        works = set(stride) != {1}
        shrunk = shrink(layer["antialias"], stride) if works else Part("antialias", partial(nn.Identity))
        smooth = [whole(Part(kind, partial(module, kernel, 1, padding, **options))), shrunk]
        return smooth if named(layer["antialias"]).get("place", "after") == "after" else smooth[::-1]

    def pool_of_its_own_frame(self, layer: Data, around: Frame) -> None:
        """Refuse what does not go with padding that PyTorch's pools do not have."""
        if layer.get("ceil_mode") or layer.get("count_include_pad") is False:
            raise Impossible("PyTorch's rounding and counting, with another padding")
        if any(side and max(side) >= kernel for side, kernel in zip(around.sides, around.kernel, strict=True)):
            raise Impossible("a window of padding alone")


def _itself(part: Part) -> Part:
    return part
