# DO NOT EDIT: `resnetgen build --deploy` made this from the spec
# resnetgen's specs/resnet50.yaml (digest feaddaa0f56a3cea).
"""ResNet-50, stride in the 3x3 convolution ("v1.5").

https://arxiv.org/abs/1512.03385

At an input of 3x224x224:

  stage   output      blocks        parameters  multiply-adds
  stem    64x56x56                       9,472    118,013,952
  layer1  256x56x56   3 bottleneck     214,400    667,942,912
  layer2  512x28x28   4 bottleneck   1,216,000  1,027,604,480
  layer3  1024x14x14  6 bottleneck   7,088,128  1,464,336,384
  layer4  2048x7x7    3 bottleneck  14,953,472    809,238,528
  head    1000                       2,049,000      2,048,000
  total                             25,530,472  4,089,184,256
"""

import torch
from torch import Tensor, nn

__all__ = ["ResNet50", "convert"]


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, cmid: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cmid, cmid, 3, stride, padding=1)
        self.act2 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(cmid, cout, 1)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Conv2d(cin, cout, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.act2(out)
        out = self.conv3(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class ResNet50(nn.Module):
    """(N, 3, H, W) to (N, 1000).

    For inference alone: what only training needs is gone, and an optimizer would
    not find what was folded. Its first weights are PyTorch's own, since those
    that it is for come from `convert`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "layer1": 256,
            "layer2": 512,
            "layer3": 1024,
            "layer4": 2048,
        }
        self.feature_reductions = {"layer1": 4, "layer2": 8, "layer3": 16, "layer4": 32}
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = nn.Sequential(
            Bottleneck(64, 64, 256),
            *(Bottleneck(256, 64, 256) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(256, 128, 512, stride=2),
            *(Bottleneck(512, 128, 512) for _ in range(3)),
        )
        self.layer3 = nn.Sequential(
            Bottleneck(512, 256, 1024, stride=2),
            *(Bottleneck(1024, 256, 1024) for _ in range(5)),
        )
        self.layer4 = nn.Sequential(
            Bottleneck(1024, 512, 2048, stride=2),
            *(Bottleneck(2048, 512, 2048) for _ in range(2)),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, 1000)

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 64x112x112
        x = self.act1(x)
        x = self.maxpool(x)  # 64x56x56
        layer1 = self.layer1(x)  # 256x56x56
        layer2 = self.layer2(layer1)  # 512x28x28
        layer3 = self.layer3(layer2)  # 1024x14x14
        layer4 = self.layer4(layer3)  # 2048x7x7
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.avgpool(x)  # 2048x1x1
        x = torch.flatten(x, 1)  # 2048
        x = self.fc(x)  # 1000
        return x


def taken(weights: dict[str, Tensor], name: str) -> Tensor:
    """Take a tensor out, in double precision."""
    tensor = weights.pop(name).detach()
    if tensor.device.type == "mps":  # it has no double precision
        tensor = tensor.cpu()
    return tensor.double()


def put(weights: dict[str, Tensor], name: str, tensor: Tensor, like: Tensor) -> None:
    """Put a tensor in, with the precision and the device of another."""
    if name in weights:
        raise KeyError(f"{name} is no tensor of the trained network")
    weights[name] = tensor.to(like.dtype).to(like.device)


def batch_norm(weights: dict[str, Tensor], name: str) -> tuple[Tensor, Tensor]:
    """What a batch norm multiplies each channel by, and what it adds."""
    weight = taken(weights, f"{name}.weight")
    bias = taken(weights, f"{name}.bias")
    running_mean = taken(weights, f"{name}.running_mean")
    running_var = taken(weights, f"{name}.running_var")
    weights.pop(f"{name}.num_batches_tracked", None)
    scale = weight / (running_var + 1e-5).sqrt()
    return scale, bias - running_mean * scale


def fold(weights: dict[str, Tensor], conv: str, norm: str) -> None:
    """Fold a norm into the weights before it."""
    scale, shift = batch_norm(weights, norm)
    like = weights[f"{conv}.weight"]
    weight = taken(weights, f"{conv}.weight")
    weight = weight * scale.reshape(-1, 1, 1, 1)
    put(weights, f"{conv}.weight", weight, like)
    put(weights, f"{conv}.bias", shift, like)


def rename(
    weights: dict[str, Tensor],
    old: str,
    new: str,
    tensors: tuple[str, ...] = ("weight", "bias"),
) -> None:
    """Give the tensors of a module its new name."""
    for name in tensors:
        tensor = weights.pop(f"{old}.{name}")
        put(weights, f"{new}.{name}", tensor, tensor)


def convert(state_dict: dict[str, Tensor]) -> dict[str, Tensor]:
    """Make this network's weights of those of the trained form, the state dict of
    resnet50.py.

    They are computed in double precision, and rounded once to that of the
    weights. The mapping that is given stays as it is; what has no part in this
    network keeps its name, so that `load_state_dict` tells of it. Raises KeyError
    where a tensor is missing.
    """
    weights = dict(state_dict)
    fold(weights, "conv1", "bn1")
    for stage, blocks in (("layer1", 3), ("layer2", 4), ("layer3", 6), ("layer4", 3)):
        for i in range(blocks):
            block = f"{stage}.{i}"
            for n in (1, 2, 3):
                fold(weights, f"{block}.conv{n}", f"{block}.bn{n}")
    for block in ("layer1.0", "layer2.0", "layer3.0", "layer4.0"):
        fold(weights, f"{block}.downsample.0", f"{block}.downsample.1")
        rename(weights, f"{block}.downsample.0", f"{block}.downsample")
    return weights
