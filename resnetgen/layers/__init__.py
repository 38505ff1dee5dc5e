"""Layers: the entries of a list in the stem, a block's branch or the head of a spec.

A layer is one concept to the user and one or more operators in the network. A new kind of layer is a file in this
folder and a place in `KINDS` and in `Layer`; its key, which no other layer has first, tells it from the rest.
"""

from typing import Annotated, Any

from resnetgen.layers.conv import ConvLayer
from resnetgen.layers.pad import PadLayer
from resnetgen.layers.pad_channels import PadChannelsLayer
from resnetgen.layers.pool import AvgPoolLayer, MaxPoolLayer
from resnetgen.layers.simple import ActLayer, AttentionLayer, DropoutLayer, NormLayer
from resnetgen.schema.marks import Discriminator
from resnetgen.schema.record import Record

KINDS = ("conv", "max_pool", "avg_pool", "pad", "pad_channels", "norm", "act", "dropout", "attention")
"""The key that makes a layer what it is. Where a layer has several of these, the first of them here."""


def layer_kind(value: Any) -> str | None:
    """Return the kind of a layer: the first key of `KINDS` that it has, marked so that it equals no key."""
    keys = value.model_fields_set if isinstance(value, Record) else value if isinstance(value, dict) else ()
    return next((f"<{kind}>" for kind in KINDS if kind in keys), None)


Layer = Annotated[
    ConvLayer
    | MaxPoolLayer
    | AvgPoolLayer
    | PadLayer
    | PadChannelsLayer
    | NormLayer
    | ActLayer
    | DropoutLayer
    | AttentionLayer,
    Discriminator(layer_kind, tuple(f"<{kind}>" for kind in KINDS)),
]
"""Any layer."""

__all__ = [
    "KINDS",
    "ActLayer",
    "AttentionLayer",
    "AvgPoolLayer",
    "ConvLayer",
    "DropoutLayer",
    "Layer",
    "MaxPoolLayer",
    "NormLayer",
    "PadChannelsLayer",
    "PadLayer",
]
