"""The networks of timm/models/senet.py: SE-ResNets as in the paper's own Caffe files, with their names there.

Against the SE-ResNets that ship, the max pool of the stem rounds up in place of a padding, and the bottlenecks of
`legacy_seresnet50`, 101 and 152 stride in their first convolution.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, NamedTuple

from resnetgen.importing.families.family import Family
from resnetgen.importing.shorten import inherited


class _SENet(NamedTuple):
    """The network of the collection with the most similar blocks, and how it differs.

    `strides_first` blocks stride in their first convolution; `is_basic` ones have `_BASIC_BLOCK`; `depths` are the
    blocks of the stages, where these are others.
    """

    base: str
    strides_first: bool = False
    is_basic: bool = False
    depths: tuple[int, ...] = ()


_SENETS = {
    "legacy_senet154": _SENet("senet154"),
    "legacy_seresnet18": _SENet("seresnet18", is_basic=True),
    "legacy_seresnet34": _SENet("seresnet34", is_basic=True),
    "legacy_seresnet50": _SENet("seresnet50", strides_first=True),
    "legacy_seresnet101": _SENet("seresnet101", strides_first=True),
    "legacy_seresnet152": _SENet("seresnet152", strides_first=True),
    "legacy_seresnext26_32x4d": _SENet("seresnext50_32x4d", depths=(2, 2, 2, 2)),
    "legacy_seresnext50_32x4d": _SENet("seresnext50_32x4d"),
    "legacy_seresnext101_32x4d": _SENet("seresnext101_32x4d"),
}

_DROPOUT = 0.2
"""The rate before the classifier, of each of them."""


def _data(name: str) -> dict[str, Any]:
    network = _SENETS[name]
    data: dict[str, Any] = deepcopy(inherited(network.base))
    data["layout"] = _LAYOUT
    data["stem"][-1] = {"max_pool": 3, "stride": 2, "padding": 0, "ceil_mode": True}
    if network.strides_first:
        data["block"]["stride_on"] = "conv1"
    if network.is_basic:
        data["blocks"] = {"basic": _BASIC_BLOCK}
        data["block"]["attention"] = {"type": "se", "divisor": 1}  # a sixteenth, not rounded to a multiple of 8
    for stage, blocks in zip(data["stages"].values(), network.depths, strict=False):
        stage["blocks"] = blocks
    data["head"]["dropout"] = _DROPOUT
    return data


_BASIC_BLOCK: dict[str, Any] = {
    "description": "Two 3x3 convolutions, also the second with an activation, before the attention (timm's senet.py).",
    "branch": [{"conv": 3, "to": "out", "stride": "here"}, {"conv": 3, "to": "out"}],
}

_LAYOUT: dict[str, Any] = {
    "base": "torchvision",
    "stem": {"conv": "layer0.conv*", "norm": "layer0.bn*", "act": "layer0.relu*", "max_pool": "pool0"},
    "block": {"attention": "se_module"},
    "head": {"linear": "last_linear"},
}


def _base(name: str) -> str:
    return _SENETS[name].base


FAMILY = Family("timm", tuple(_SENETS), _data, _base, "https://arxiv.org/abs/1709.01507")
