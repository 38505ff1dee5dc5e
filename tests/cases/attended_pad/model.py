# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 38043ab70b339ddb).
"""A pad shortcut that adds no channel in one stage and some in the next, with
attention on the way.

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x32x32                  464        442,368
  layer1  16x16x16  1 basic       4,775      1,187,904
  layer2  32x8x8    1 basic      14,285        889,088
  head    2                          66             64
  total                          19,590      2,519,424
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["AttendedPad"]


class PadChannels(nn.Module):
    """Every `stride`-th pixel, and zeros for the channels that the block adds."""

    def __init__(self, extra_channels: int, stride: int) -> None:
        super().__init__()
        self.extra_channels = extra_channels
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return F.pad(x, (0, 0, 0, 0, 0, self.extra_channels))


class Perceptron(nn.Module):
    """Two layers over the channels of each pixel, with fewer in between."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, channels // 8, 1)
        self.norm = nn.GroupNorm(1, channels // 8, eps=1e-6)
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(channels // 8, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.fc1(x)
        x = self.norm(x)
        x = self.act(x)
        x = self.fc2(x)
        return x


class GlobalContext(nn.Module):
    """Change each pixel by a weighted mean of all (arXiv:1904.11492)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv_attn = nn.Conv2d(channels, 1, 1)
        self.mlp_scale = Perceptron(channels)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        attention: Tensor = self.conv_attn(x).flatten(2).softmax(2)
        context = x.flatten(2) @ attention.transpose(1, 2)
        context = context.reshape(x.shape[0], -1, 1, 1)
        scale: Tensor = self.gate(self.mlp_scale(context))
        return x * scale


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cout: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(16, cout, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample = nn.Sequential(
            PadChannels(cout - 16, stride=2), GlobalContext(cout)
        )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class AttendedPad(nn.Module):
    """(N, 3, H, W) to (N, 2)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": 2, "layer2": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            BasicBlock(16),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(32),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(32, 2)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x32x32
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 16x16x16
        layer2 = self.layer2(layer1)  # 32x8x8
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 32x1x1
        x = torch.flatten(x, 1)  # 32
        x = self.fc(x)  # 2
        return x
