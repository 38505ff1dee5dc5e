"""Attention pooling: the mean of the map queries all pixels (CLIP, arXiv:2103.00020, section 2.4)."""

from math import prod
from typing import ClassVar, Literal

from resnetgen.diagnostics.model import Indivisible
from resnetgen.errors import ExpressionError, OperatorError
from resnetgen.number_format import pluralize
from resnetgen.ops.composite import Composite, Names, Part
from resnetgen.ops.global_pool_slot import GlobalPoolSlot
from resnetgen.ops.linear import Linear
from resnetgen.ops.operator import Operator
from resnetgen.ops.own_parameter import OwnParameter
from resnetgen.ops.window import Shape, ShapeMismatch, by_axis
from resnetgen.schema.fields import MOST_CHANNELS, Count
from resnetgen.schema.widths import Width

_HEAD_CHANNELS = 64
"""The channels of a head where a spec does not set their number, as in CLIP."""


class AttentionPool(Composite):
    """Multi-head attention with the mean as its query: (channels, *size) to (features,). Names as in CLIP.

    `size` is the only size of the map, in pixels: each pixel, and the mean, has a learned vector that is added to it.
    """

    template: ClassVar[str] = "attention_pool.py.j2"
    class_name: ClassVar[str] = "AttentionPool"
    imports: ClassVar[tuple[str, ...]] = ("import torch",)
    words: ClassVar[str] = "Attention pooling: the mean of all pixels queries them (arXiv:2103.00020)."
    role: ClassVar[str] = "global_pool"
    label: ClassVar[str] = "attention pool"
    is_global: ClassVar[bool] = True
    is_renamable: ClassVar[bool] = True

    channels: int
    features: int
    heads: int
    size: tuple[int, ...]
    names: Names = ()

    @property
    def tokens(self) -> int:
        """The number of pixels, and one for their mean."""
        return prod(self.size) + 1

    def parts(self) -> tuple[Part, ...]:
        position = dict(self.names).get("positional_embedding", "positional_embedding")
        filled = f"{self.channels}**-0.5 * torch.randn"
        inner = Linear(self.channels, self.channels)
        return self.present(
            ("positional_embedding", OwnParameter(position, (self.tokens, self.channels), filled, self.size)),
            ("q_proj", inner),
            ("k_proj", inner),
            ("v_proj", inner),
            ("c_proj", Linear(self.channels, self.features)),
        )

    def with_parts(self, parts: tuple[Part, ...]) -> Operator:
        """Return itself: its parts stand in no row, and none of them absorbs another."""
        return self

    def output(self, shape: Shape) -> Shape:
        return (self.features,)

    def outputs(self, output: Shape) -> tuple[Shape, ...]:
        """Return the shapes of the parts: one query for all keys and values."""
        every, query = (self.tokens, self.channels), (self.channels,)
        return every, query, every, every, output

    def widths(self) -> tuple[tuple[str, int], ...]:
        return ("in", self.channels), ("out", self.features)

    def template_values(self) -> dict[str, str]:
        values = {name: self.applied((f"{name[0]}_proj",), "x") for name in ("key", "value")}
        first = self.applied(("q_proj",), "x[:, :1]")
        position = self.parts()[0].name
        return {
            "heads": str(self.heads),
            "scale": repr((self.channels // self.heads) ** -0.5),
            "position": position,
            "query": first,
            **values,
            "projected": self.applied(("c_proj",), "x"),
        }

    def fixed_size(self, axis: int) -> int:
        return self.size[axis]

    def shape_error(self, shape: Shape) -> ShapeMismatch | None:
        if shape[1:] == self.size:
            return None
        sizes = f"a map of {by_axis(self.size)}, and this one is {by_axis(shape[1:])}"
        return ShapeMismatch(f"has a positional embedding for {sizes}", "use a pool that takes any size: `pool: avg`")

    def macs(self, output: Shape) -> int:
        """Return the multiply-adds of its parts and of the two matrix products of the attention."""
        return Composite.macs(self, output) + 2 * self.tokens * self.channels

    def values(self, output: Shape) -> int:
        """Return what its parts write, the mean beside the pixels, its sum with the embedding, weights and result."""
        tokens = 2 * self.tokens * self.channels
        return Composite.values(self, output) + tokens + self.heads * self.tokens + self.channels

    def describe(self) -> str:
        return f"attention pool of {pluralize(self.heads, 'head')}"


class AttentionPoolSlot(GlobalPoolSlot):
    """`pool: attention`: the mean of the map attends to all pixels, each with a learned position."""

    fixes_size: ClassVar[bool] = True

    type: Literal["attention"]
    """`attention`: attention pooling with a learned embedding of positions, for one size of the map, as in CLIP
    (arXiv:2103.00020).
    """
    heads: Count | None = None
    """The number of heads. By default each has 64 channels."""
    to: Width | None = None
    """The output features, a width. By default as many as there are channels."""

    def operator(self, channels: int, size: tuple[int, ...]) -> Operator:
        """Return the pool for a map of this size."""
        return AttentionPool(channels, self._features(channels), self._heads(channels), size)

    def _heads(self, channels: int) -> int:
        if self.heads is None:
            if channels % _HEAD_CHANNELS:
                message = f"the {channels} channels of the map cannot be divided into heads of {_HEAD_CHANNELS}"
                raise OperatorError(message, f"write `heads`, a number that divides {channels}")
            return channels // _HEAD_CHANNELS
        if channels % self.heads:
            message = f"{self.heads} heads do not divide the {channels} channels of the map"
            raise OperatorError(message, option="heads", indivisible=Indivisible("heads", self.heads, (channels,)))
        return self.heads

    def _features(self, channels: int) -> int:
        if self.to is None:
            return channels
        try:
            return self.to.width({"in": channels}, MOST_CHANNELS)
        except ExpressionError as error:
            message = f"the width `to: {self.to.text}` {error}"
            raise OperatorError(message, error.help, "RG208", option="to") from None
