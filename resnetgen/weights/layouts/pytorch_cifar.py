"""The ResNets of many trainings on CIFAR: torchvision's names but for `shortcut` and `linear`."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

LAYOUT = ForeignLayout(
    "pytorch_cifar",
    "the ResNets of `pytorch-cifar`, SupContrast and lightly's `ResNetGenerator`",
    (
        NamingTable(
            {
                "base": "torchvision",
                "stage": "layer*",
                "first": {"stage": 1},
                "shortcut": "shortcut",
                "head": {"linear": "linear"},
            },
            ("layer1.0.conv1.weight", "layer2.0.conv1.weight", "layer2.0.shortcut.0.weight"),
            1,
        ),
    ),
)
