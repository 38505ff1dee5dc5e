"""The ResNets of detectron2, in which a convolution holds its norm."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

LAYOUT = ForeignLayout(
    "detectron2",
    "`detectron2.modeling.backbone.resnet`",
    (NamingTable({"base": "detectron2"}, ("res2.0.conv1.weight", "res2.0.conv1.norm.weight")),),
)
