# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 93eced4f43f906f5).
"""SpatialSplitAttention

At an input of 3x32x32:

  stage   output     blocks        parameters  multiply-adds
  stem    16x32x32                        464        442,368
  layer1  64x32x32   1 bottleneck       5,400      4,718,976
  layer2  128x16x16  2 bottleneck      34,656     13,239,808
  head    10                            1,290          1,280
  total                                41,810     18,402,432
"""

import torch
from torch import Tensor, nn

__all__ = ["SpatialSplitAttention"]


class SplitAttention(nn.Module):
    """Convolutions in splits, weighed by what they sum to (arXiv:2004.08955)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(16, 32, 3, padding=1, groups=2, bias=False)
        self.bn0 = nn.BatchNorm2d(32)
        self.act0 = nn.ReLU(inplace=True)
        self.fc1 = nn.Conv2d(16, 8, 1)
        self.bn1 = nn.BatchNorm2d(8)
        self.act1 = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(8, 32, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.bn0(x)
        x = self.act0(x)
        splits = torch.unflatten(x, 1, (2, -1))
        mean = splits.sum(1).mean((2, 3), keepdim=True)
        weights: Tensor = self.fc2(self.act1(self.bn1(self.fc1(mean))))
        weights = torch.unflatten(weights, 1, (2, -1)).softmax(1)
        return (splits * weights).sum(1)


class SplitAttention2(nn.Module):
    """Convolutions in splits, weighed by what they sum to (arXiv:2004.08955)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(32, 64, 3, padding=1, groups=4, bias=False)
        self.bn0 = nn.BatchNorm2d(64)
        self.act0 = nn.ReLU(inplace=True)
        self.fc1 = nn.Conv2d(32, 16, 1, groups=2)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(16, 64, 1, groups=2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.bn0(x)
        x = self.act0(x)
        splits = torch.unflatten(x, 1, (2, -1))
        mean = splits.sum(1).mean((2, 3), keepdim=True)
        weights: Tensor = self.fc2(self.act1(self.bn1(self.fc1(mean))))
        weights = torch.unflatten(weights, 1, (2, 2, -1)).softmax(2)
        weights = weights.transpose(1, 2).flatten(2, 3)
        return (splits * weights).sum(1)


class BottleneckProjection(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(16, 16, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = SplitAttention()
        self.conv3 = nn.Conv2d(16, 64, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(64)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample = nn.Sequential(
            nn.Conv2d(16, 64, 1, bias=False), nn.BatchNorm2d(64)
        )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, 32, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = SplitAttention2()
        self.aa = nn.AvgPool2d(3, stride, padding=1) if stride > 1 else nn.Identity()
        self.conv3 = nn.Conv2d(32, 128, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(128)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != 128:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, 128, 1, stride, bias=False), nn.BatchNorm2d(128)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.aa(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class SpatialSplitAttention(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 64, "layer2": 128}
        self.feature_reductions = {"layer1": 1, "layer2": 2}
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            BottleneckProjection(),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(64, stride=2),
            Bottleneck(128),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(128, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x32x32
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 64x32x32
        layer2 = self.layer2(layer1)  # 128x16x16
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 128x1x1
        x = torch.flatten(x, 1)  # 128
        x = self.fc(x)  # 10
        return x
