"""torchvision.models.resnet, and timm.models.resnet, which has its names; with a deep stem, those of timm."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

_STAGES = {"stage": "layer*", "first": {"stage": 1}}

LAYOUT = ForeignLayout(
    "torchvision",
    "`torchvision.models.resnet` and `timm.models.resnet`",
    (
        NamingTable({"base": "torchvision", **_STAGES}, ("layer1.0.conv1.weight", "layer2.0.conv1.weight"), 1),
        NamingTable({"base": "deep_stem", **_STAGES}, ("layer1.0.conv1.weight", "conv1.3.weight"), 3),
    ),
)
