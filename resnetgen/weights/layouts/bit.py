"""The published files of Big Transfer, in TensorFlow's names, with kernels whose channels come last."""

from __future__ import annotations

import re

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

_LETTERS = ("a", "b", "c")

_PARAMETERS = {
    "group_norm.weight": "group_norm.gamma",
    "group_norm.bias": "group_norm.beta",
    "conv2d.weight": "conv2d.kernel",
}


def _respell(name: str) -> str:
    """Return a name with slashes, two digits for a block, and TensorFlow's words for parameters."""
    name = name.replace(".proj.weight", ".a.proj.standardized_conv2d.weight")
    name = re.sub(r"\.unit(\d)\.", r".unit0\1.", name)
    name = re.sub(r"\.([abc])_", r".\1.", name)
    for ours, theirs in _PARAMETERS.items():
        name = f"{name.removesuffix(ours)}{theirs}" if name.endswith(ours) else name
    return name.replace(".", "/")


LAYOUT = ForeignLayout(
    "bit",
    "the `.npz` files of Big Transfer (BiT)",
    (
        NamingTable(
            {
                "base": "torchvision",
                "prefix": "resnet",
                "stem": {
                    "conv": "root_block.standardized_conv2d",
                    "pad": "root_block.pad",
                    "max_pool": "root_block.pool",
                },
                "stage": "block*",
                "in_stage": "unit*",
                "first": {"stage": 1, "block": 1},
                "block": {
                    "conv": [f"{letter}_standardized_conv2d" for letter in _LETTERS],
                    "norm": [f"{letter}_group_norm" for letter in _LETTERS],
                },
                "shortcut": "proj",
                "projection": {"conv": "."},
                "head": {
                    **{"norm": "resnet.group_norm", "act": "resnet.act", "global_avg_pool": "resnet.head.pool"},
                    **{"linear": "resnet.head.conv2d", "conv": "resnet.head.conv2d", "flatten": "resnet.head.flatten"},
                },
            },
            ("resnet/block1/unit01/a/standardized_conv2d/kernel",),
            1,
            _respell,
            channels_last=True,
        ),
    ),
)
