"""torchvision.models.resnet, and timm.models.resnet, which has its names; with a deep stem, those of timm."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable
from resnetgen.weights.layouts.network_kinds import is_no_regnet

_STAGES = {"stage": "layer*", "first": {"stage": 1}}

LAYOUT = ForeignLayout(
    "torchvision",
    "`torchvision.models.resnet` and `timm.models.resnet`",
    (
        NamingTable(
            {"base": "torchvision", **_STAGES},
            ("layer1.0.conv1.weight", "layer2.0.conv1.weight"),
            1,
            applies=is_no_regnet,
        ),
        NamingTable(
            {"base": "deep_stem", **_STAGES}, ("layer1.0.conv1.weight", "conv1.3.weight"), 3, applies=is_no_regnet
        ),
    ),
)
