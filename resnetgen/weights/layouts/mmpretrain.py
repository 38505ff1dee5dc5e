"""The ResNets of OpenMMLab: mmpretrain, and the backbones of mmdetection and mmsegmentation."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

_STAGES = {"base": "mmpretrain", "stage": "layer*", "first": {"stage": 1}}

LAYOUT = ForeignLayout(
    "mmpretrain",
    "`mmpretrain.models.backbones.ResNet` and the heads after it",
    (
        NamingTable(_STAGES, ("layer1.0.conv1.weight", "layer2.0.conv1.weight", "head.fc.weight"), 1),
        NamingTable(
            {**_STAGES, "stem": [f"stem.{number}" for number in range(9)]},
            ("layer1.0.conv1.weight", "stem.3.weight", "stem.6.weight"),
            3,
        ),
    ),
)
