"""The ResNets of OpenMMLab: mmpretrain, and the backbones of mmdetection and mmsegmentation."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

_STAGES = {"base": "mmpretrain", "stage": "layer*", "first": {"stage": 1}}
_PREFIX = "backbone."
_SQUEEZE = {
    "block": {"attention": "se_layer"},
    "attention": {"fc1": "conv1.conv", "act": "conv1.activate", "fc2": "conv2.conv", "gate": "conv2.activate"},
}

LAYOUT = ForeignLayout(
    "mmpretrain",
    "`mmpretrain.models.backbones.ResNet` and the heads after it",
    (
        NamingTable(
            {**_STAGES, **_SQUEEZE},
            ("layer1.0.conv1.weight", "layer1.0.se_layer.conv1.conv.weight", "layer1.0.se_layer.conv2.conv.weight"),
            1,
            optional=_PREFIX,
        ),
        NamingTable(_STAGES, ("layer1.0.conv1.weight", "layer2.0.conv1.weight", "head.fc.weight"), 1, optional=_PREFIX),
        NamingTable(
            {**_STAGES, "stem": [f"stem.{number}" for number in range(9)]},
            ("layer1.0.conv1.weight", "stem.3.weight", "stem.6.weight"),
            3,
            optional=_PREFIX,
        ),
    ),
)
