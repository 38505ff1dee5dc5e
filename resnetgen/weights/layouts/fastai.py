"""fastai's XResNet, in which everything is a `Sequential`: `4.0.convpath.0.0.weight`.

fastai/vision/models/xresnet.py and `ResBlock` of fastai/layers.py. A XResNet-50 is a ResNet-50-D.
"""

from __future__ import annotations

import re

from resnetgen.ir.network import Network
from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

_FIRST_STAGE = 4
"""The three convolutions and the pool before it are 0 to 3."""

_AFTER_STAGES = 3
"""The pool, the flattening and the dropout before the classifier."""

STAGES = (4, 6, 8)
"""The numbers of stages of XResNets: those of usual depth, the deep ones and the deeper ones."""


def _respell(name: str) -> str:
    """Return a name that begins with a number; a shortcut's first layer is its pool, which the first stage has not."""
    name = re.sub(r"(^stem|^stage|^head|\bsqueeze)(?=\d)", "", name)
    first = rf"^({_FIRST_STAGE}\.\d+\.idpath)"
    name = re.sub(rf"{first}\.1\.", r"\1.0.0.", name)
    name = re.sub(rf"{first}\.2\.", r"\1.0.1.", name)
    name = re.sub(r"\.idpath\.1\.(?!\d)", ".idpath.1.0.", name)
    return re.sub(r"\.idpath\.2\.(?!\d)", ".idpath.1.1.", name)


def _table(stages: int, *, squeezes: bool) -> NamingTable:
    def applies(network: Network) -> bool:
        return len(network.stages) == stages

    number = _FIRST_STAGE + stages + _AFTER_STAGES
    names = {"fc1": "squeeze1.0", "act": "squeeze1.1", "fc2": "squeeze2.0", "gate": "squeeze2.1"}
    return NamingTable(
        {
            "base": "torchvision",
            "stem": [f"stem{conv}.{layer}" for conv in range(3) for layer in range(3)],
            "stage": "stage*",
            "first": {"stage": _FIRST_STAGE, "layer": 0},
            "block": {
                **{"conv": "convpath.*.0", "norm": "convpath.*.1", "act": "convpath.*.2", "sum_act": "act"},
                **({"attention": "convpath.3.layers"} if squeezes else {}),  # after three convolutions
            },
            **({"attention": names} if squeezes else {}),
            "shortcut": "idpath",
            "head": {"linear": f"head{number}"},
        },
        ("4.0.convpath.0.0.weight", "0.0.weight"),
        3,
        _respell,
        applies=applies,
    )


LAYOUT = ForeignLayout(
    "fastai",
    "`fastai.vision.models.xresnet`",
    tuple(_table(stages, squeezes=squeezes) for stages in STAGES for squeezes in (True, False)),
)
