"""Layers: the entries of a list in the stem, a block's branch or the head of a spec.

A layer is one concept to the user and one or more operators in the network. A new kind of layer is a file in this
folder and a place in `KINDS` and in `Layer`; its key, which no other layer has first, tells it from the rest.
"""

from typing import Annotated, Any

from resnetgen.layers.conv import ConvLayer
from resnetgen.layers.linear import LinearLayer
from resnetgen.layers.multiply import MultiplyLayer
from resnetgen.layers.pad import PadLayer
from resnetgen.layers.pad_channels import PadChannelsLayer
from resnetgen.layers.pool import AvgPoolLayer, MaxPoolLayer
from resnetgen.layers.simple import ActLayer, AttentionLayer, DropoutLayer, NormLayer
from resnetgen.schema.marks import Discriminator
from resnetgen.schema.record import Record

KINDS = ("conv", "max_pool", "avg_pool", "pad", "pad_channels", "norm", "act", "dropout", "attention", "multiply")
"""The key that makes a layer what it is. Where a layer has several of these, the first of them here."""


POOLED_KINDS = ("conv", "linear", "norm", "act", "dropout")
"""The keys of layers after the pool of a head."""


def layer_kind(value: Any) -> str | None:
    """Return the kind of a layer: the first key of `KINDS` that it has, marked so that it equals no key."""
    return _kind(value, KINDS)


def pooled_layer_kind(value: Any) -> str | None:
    """Return the kind of a layer after a pool, as `layer_kind` does."""
    return _kind(value, POOLED_KINDS)


def _kind(value: Any, kinds: tuple[str, ...]) -> str | None:
    keys = value.model_fields_set if isinstance(value, Record) else value if isinstance(value, dict) else ()
    return next((f"<{kind}>" for kind in kinds if kind in keys), None)


Layer = Annotated[
    ConvLayer
    | MaxPoolLayer
    | AvgPoolLayer
    | PadLayer
    | PadChannelsLayer
    | NormLayer
    | ActLayer
    | DropoutLayer
    | AttentionLayer
    | MultiplyLayer,
    Discriminator(layer_kind, tuple(f"<{kind}>" for kind in KINDS)),
]
"""Any layer of a stem, a branch, or a head before its pool."""

PooledLayer = Annotated[
    ConvLayer | LinearLayer | NormLayer | ActLayer | DropoutLayer,
    Discriminator(pooled_layer_kind, tuple(f"<{kind}>" for kind in POOLED_KINDS)),
]
"""A layer after the pool of a head."""

__all__ = [
    "KINDS",
    "POOLED_KINDS",
    "ActLayer",
    "AttentionLayer",
    "AvgPoolLayer",
    "ConvLayer",
    "DropoutLayer",
    "Layer",
    "LinearLayer",
    "MaxPoolLayer",
    "MultiplyLayer",
    "NormLayer",
    "PadChannelsLayer",
    "PadLayer",
    "PooledLayer",
]
