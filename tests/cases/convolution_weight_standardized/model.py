# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 6a241a63bd673747).
"""ConvolutionWeightStandardized

At an input of 3x32:

  stage   output  blocks        parameters  multiply-adds
  stem    16x32                        176          4,608
  layer1  32x32   2 bottleneck       1,856         51,200
  layer2  64x16   2 bottleneck       6,912        110,592
  head    10                           650            640
  total                              9,594        167,040
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["ConvolutionWeightStandardized"]


class WeightStandardizedConv(nn.Conv1d):
    """A convolution with weights of mean 0 and variance 1 for each output channel."""

    def forward(self, x: Tensor) -> Tensor:
        weight = F.batch_norm(
            self.weight.reshape(1, self.out_channels, -1),
            None,
            None,
            training=True,
            momentum=0.0,
            eps=1e-6,
        ).reshape_as(self.weight)
        out: Tensor = self._conv_forward(x, weight, self.bias)
        return out


class WeightStandardizedConv2(nn.Conv1d):
    """A convolution with weights of mean 0 and variance 1 for each output channel."""

    def forward(self, x: Tensor) -> Tensor:
        weight = F.batch_norm(
            self.weight.reshape(1, self.out_channels, -1),
            None,
            None,
            training=True,
            momentum=0.0,
            eps=1e-5,
        ).reshape_as(self.weight)
        out: Tensor = self._conv_forward(x, weight, self.bias)
        return out


class Bottleneck(nn.Module):
    """A 3-wide convolution between two 1-wide (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int) -> None:
        super().__init__()
        self.conv1 = WeightStandardizedConv(cin, 8, 1, bias=False)
        self.bn1 = nn.GroupNorm(8, 8)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = WeightStandardizedConv(8, 8, 3, padding=1, groups=2, bias=False)
        self.bn2 = nn.GroupNorm(8, 8)
        self.act2 = nn.ReLU(inplace=True)
        self.conv3 = WeightStandardizedConv(8, 32, 1, bias=False)
        self.bn3 = nn.GroupNorm(8, 32)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if cin != 32:
            self.downsample = nn.Sequential(
                WeightStandardizedConv(cin, 32, 1, bias=False), nn.GroupNorm(8, 32)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.act2(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class Layer2Bottleneck(nn.Module):
    """A 3-wide convolution between two 1-wide (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = WeightStandardizedConv2(cin, 16, 1, bias=False)
        self.bn1 = nn.GroupNorm(8, 16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = WeightStandardizedConv2(
            16, 16, 3, stride, padding=1, groups=2, bias=False
        )
        self.bn2 = nn.GroupNorm(8, 16)
        self.act2 = nn.ReLU(inplace=True)
        self.conv3 = WeightStandardizedConv2(16, 64, 1, bias=False)
        self.bn3 = nn.GroupNorm(8, 64)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != 64:
            self.downsample = nn.Sequential(
                WeightStandardizedConv2(cin, 64, 1, stride, bias=False),
                nn.GroupNorm(8, 64),
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.act2(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class ConvolutionWeightStandardized(nn.Module):
    """(N, 3, L) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 32, "layer2": 64}
        self.feature_reductions = {"layer1": 1, "layer2": 2}
        self.conv1 = nn.Conv1d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.GroupNorm(8, 16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            Bottleneck(16),
            Bottleneck(32),
        )
        self.layer2 = nn.Sequential(
            Layer2Bottleneck(32, stride=2),
            Layer2Bottleneck(64),
        )
        self.avgpool = nn.AdaptiveAvgPool1d(1)
        self.fc = nn.Linear(64, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv1d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x32
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 32x32
        layer2 = self.layer2(layer1)  # 64x16
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 64x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
