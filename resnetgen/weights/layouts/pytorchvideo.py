"""The ResNets of pytorchvideo: `create_resnet`, with Slow, C2D, I3D and CSN."""

from __future__ import annotations

import re
from functools import partial

from resnetgen.ir.network import Network
from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

_LETTERS = ("a", "b", "c")
_STAGES = 4


def _numbered(pools: int, name: str) -> str:
    """Return a name with the numbers of `blocks`: the stem, a stage, the pools after it, and so on to the head."""
    name = re.sub(r"^stem\.", "blocks.0.", name)
    name = re.sub(r"^stage1\.", "blocks.1.res_blocks.", name)
    name = re.sub(r"^stage(\d)\.", lambda found: f"blocks.{int(found[1]) + pools}.res_blocks.", name)
    name = re.sub(r"^head\.", f"blocks.{_STAGES + 1 + pools}.", name)
    return re.sub(r"\.branch1\.(conv|norm)\.", r".branch1_\1.", name)


def _pools(network: Network) -> int:
    """Return how many operators without tensors are between the first stage and the second."""
    opening = network.stages[1].opening if len(network.stages) == _STAGES else None
    return 0 if opening is None else len(opening.block.branch)


def _has(pools: int, network: Network) -> bool:
    return len(network.stages) == _STAGES and _pools(network) == pools


def _table(pools: int, marks: tuple[str, ...]) -> NamingTable:
    return NamingTable(
        {
            "base": "torchvision",
            "stem": {"conv": "stem.conv", "norm": "stem.norm", "act": "stem.activation", "max_pool": "stem.pool"},
            "stage": "stage*",
            "first": {"stage": 1},
            "block": {
                "conv": [f"branch2.conv_{letter}" for letter in _LETTERS],
                "norm": [f"branch2.norm_{letter}" for letter in _LETTERS],
                "act": [f"branch2.act_{letter}" for letter in _LETTERS[:-1]],
                "sum_act": "activation",
            },
            "shortcut": "branch1",
            "projection": {"conv": "conv", "norm": "norm"},
            "head": {"linear": "head.proj"},
        },
        marks,
        1,
        partial(_numbered, pools),
        applies=partial(_has, pools),
    )


_FIRST = "blocks.1.res_blocks.0.branch2.conv_a.weight"

LAYOUT = ForeignLayout(
    "pytorchvideo",
    "`pytorchvideo.models.resnet`: Slow, C2D, I3D and CSN",
    (
        _table(0, (_FIRST, "blocks.2.res_blocks.0.branch2.conv_a.weight")),
        _table(1, (_FIRST, "blocks.3.res_blocks.0.branch2.conv_a.weight")),
    ),
)
