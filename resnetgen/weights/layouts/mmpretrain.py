"""The ResNets of OpenMMLab: mmpretrain, and the backbones of mmdetection and mmsegmentation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from resnetgen.ir.network import Network
from resnetgen.ops.conv import Conv
from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable, unchanged

_STAGES = {"base": "mmpretrain", "stage": "layer*", "first": {"stage": 1}}
_SQUEEZE = {
    "block": {"attention": "se_layer"},
    "attention": {"fc1": "conv1.conv", "act": "conv1.activate", "fc2": "conv2.conv", "gate": "conv2.activate"},
}
_MODULES = [f"stem.{part}" for part in range(9)]
_CONV_MODULES = [f"stem.{layer}.{part}" for layer in range(3) for part in ("conv", "bn", "activate")]


def _pools_in_shortcut(network: Network) -> bool:
    """Tell whether the first block's shortcut begins with something else than a convolution, as in ResNet-D."""
    nodes = network.stages[0].block_runs[0].block.shortcut.nodes if network.stages else ()
    return bool(nodes) and not isinstance(nodes[0].operator, Conv)


def _has_bare_shortcut(network: Network) -> bool:
    return not _pools_in_shortcut(network)


def _without_first_pool(name: str) -> str:
    """Return a name without the place of a pool in the first stage, which has none: its stride is 1."""
    return re.sub(r"^(backbone\.layer1\.\d+\.downsample\.)([12])\.", lambda at: f"{at[1]}{int(at[2]) - 1}.", name)


def _tables(layout: Mapping[str, Any], stem_convs: int, *marks: str) -> tuple[NamingTable, ...]:
    """Return the tables of networks without pools in their shortcuts, and with such."""
    kinds: tuple[tuple[Callable[[Network], bool], Callable[[str], str]], ...] = (
        (_has_bare_shortcut, unchanged),
        (_pools_in_shortcut, _without_first_pool),
    )
    return tuple(
        NamingTable(
            {**_STAGES, **layout},
            ("layer1.0.conv1.weight", *marks),
            stem_convs,
            respell,
            optional="backbone.",
            applies=applies,
        )
        for applies, respell in kinds
    )


LAYOUT = ForeignLayout(
    "mmpretrain",
    "`mmpretrain.models.backbones.ResNet` and the heads after it",
    (
        *_tables(_SQUEEZE, 1, "layer1.0.se_layer.conv1.conv.weight", "layer1.0.se_layer.conv2.conv.weight"),
        *_tables({}, 1, "layer2.0.conv1.weight", "head.fc.weight"),
        *_tables({"stem": _CONV_MODULES}, 3, "stem.1.conv.weight", "stem.2.conv.weight"),
        *_tables({"stem": _MODULES}, 3, "stem.3.weight", "stem.6.weight"),
    ),
)
