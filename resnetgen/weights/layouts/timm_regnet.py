"""timm.models.regnet."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable
from resnetgen.weights.layouts.network_kinds import has_no_pool

LAYOUT = ForeignLayout(
    "timm_regnet",
    "`timm.models.regnet`",
    (
        NamingTable(
            {
                "base": "torchvision",
                "stem": {"conv": "stem.conv", "norm": "stem.bn", "act": "stem.act"},
                "stage": "s*",
                "in_stage": "b*",
                "first": {"stage": 1, "block": 1},
                "block": {
                    "conv": [f"conv{number}.conv" for number in (1, 2, 3)],
                    "norm": [f"conv{number}.bn" for number in (1, 2, 3)],
                    "act": [f"conv{number}.act" for number in (1, 2)],
                    "sum_act": "act3",
                },
                "projection": {"conv": "conv", "norm": "bn"},
                "head": {"global_avg_pool": "head.global_pool", "flatten": "head.flatten", "linear": "head.fc"},
            },
            ("s1.b1.conv1.conv.weight", "s2.b1.conv1.conv.weight"),
            1,
            applies=has_no_pool,
        ),
    ),
)
