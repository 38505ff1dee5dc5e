"""The shortcuts of a naive network, for tests/oracle/blocks.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import nn

from tests.oracle.layers import LayerBuilder
from tests.oracle.modules import Axes, Impossible
from tests.oracle.parts import Part, per_axis

Data = Mapping[str, Any]


@dataclass
class Around:
    """The shortcut of a block around a branch of this stride: its kind, its parts, and where it begins.

    `layers` builds layers as those of the block's branch, without its anti-aliasing; `here` is what they may take from
    the block.
    """

    asked: Any
    in_channels: int
    out_channels: int
    stride: Axes
    replaced: Axes
    first_dilation: Axes
    act: Any
    layers: LayerBuilder

    @property
    def options(self) -> Data:
        """The options, whichever form the spec has."""
        if isinstance(self.asked, list):
            return {"type": "auto", "layers": self.asked}
        return {"type": self.asked} if isinstance(self.asked, str) else {"type": "auto", **self.asked}

    @property
    def ones(self) -> Axes:
        return (1,) * len(self.stride)

    def kind(self) -> str:
        """Return none, identity or other."""
        same = self.in_channels == self.out_channels and self.stride == self.ones
        match self.options["type"]:
            case "none":
                return "none"
            case "identity":
                return "identity"
            case "identity_or_none":
                return "identity" if same else "none"
            case "projection":
                return "other"
        return "identity" if same else "other"

    def parts(self) -> list[Part]:
        """Return its parts, an identity where only other blocks have a pool."""
        if self.kind() != "other":
            return []
        kind, options = self.options["type"], self.options
        if "resize" in options and self.in_channels == self.out_channels:
            return self.lay(options["resize"])
        if "layers" in options:
            return self.lay(options["layers"])
        if kind == "pad":
            zeros = {"pad_channels": "out", "zeros": options.get("zeros", "behind")}
            strided = options.get("pixels", "strided") == "strided"
            mean = {"avg_pool": "stride", "ceil_mode": True}
            return self.lay([{**zeros, "stride": "here"}] if strided else [mean, zeros])
        if kind == "avg_projection":
            pool = {"avg_pool": "stride", "ceil_mode": True, "count_include_pad": False}
            return self.lay([pool, {"conv": 1, "to": "out"}])
        turned = self.stride != self.ones or self.replaced != self.ones
        kernel = per_axis(options.get("kernel", 1), len(self.stride)) if turned else self.ones
        dilation = [d if k > 1 else 1 for d, k in zip(self.first_dilation, kernel, strict=True)]
        return self.lay([{"conv": list(kernel), "to": "out", "stride": "here", "dilation": dilation}])

    def lay(self, layers: Sequence[Data]) -> list[Part]:
        """Return the parts of these layers, which must give what the branch gives."""
        found = [part for layer in layers for part in self.layers.layer(self.completed(layer))]
        if self.layers.channels != self.out_channels:
            raise Impossible(f"the shortcut ends in {self.layers.channels} channels")
        if self.layers.total_stride != self.stride:
            raise Impossible(f"the shortcut has the stride {self.layers.total_stride}, the branch {self.stride}")
        return found

    def completed(self, layer: Data) -> Data:
        """Return a layer with the defaults that it has on a shortcut."""
        if layer.get("act") in ("here", {"type": "here"}):
            return {**layer, "act": self.act}
        order = self.layers.order
        if "conv" in layer and "norm" not in layer and order.index("norm") < order.index("conv"):
            return {"bias": self.layers.convolution.get("bias", False), **layer, "norm": "none"}
        return layer

    def tap(self, leading: int) -> int:
        """Return the number of parts of the branch before it, of `leading` norms and activations."""
        parts = [part for part in self.parts() if part.make.func is not nn.Identity]
        convolves = any(part.role in ("conv", "spatial") for part in parts)
        reads = self.options.get("reads", "preact" if convolves else "input")
        return leading if reads == "preact" and parts else 0
