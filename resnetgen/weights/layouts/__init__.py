"""The layouts of other libraries, one a file."""

from resnetgen.weights.layouts import (
    bit,
    caffe2,
    clip,
    detectron2,
    detectron2_c4,
    fastai,
    huggingface,
    keras,
    mmpretrain,
    pycls,
    pytorch_cifar,
    pytorchvideo,
    sequential,
    slowfast,
    timm_regnet,
    timm_resnetv2,
    torchvision,
    torchvision_regnet,
)
from resnetgen.weights.layouts.foreign_layout import ForeignLayout

LAYOUTS: dict[str, ForeignLayout] = {
    each.LAYOUT.name: each.LAYOUT
    for each in (
        *(torchvision, torchvision_regnet, timm_resnetv2, timm_regnet),
        *(huggingface, detectron2, detectron2_c4, mmpretrain, pycls, bit),
        *(keras, caffe2, fastai),
        *(clip, pytorch_cifar, sequential, pytorchvideo, slowfast),
    )
}
"""In the order in which they are tried."""
