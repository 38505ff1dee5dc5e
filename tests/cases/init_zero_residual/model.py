# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 630531ddade89730).
"""Blocks that begin as the identity, the last norm of each branch being zero.

At an input of 3x32x32:

  stage   output    blocks        parameters  multiply-adds
  stem    16x16x16                       464        110,592
  layer1  16x16x16  2 basic            9,344      2,359,296
  layer2  64x8x8    2 bottleneck       9,472        622,592
  head    10                             650            640
  total                               19,930      3,093,120
"""

import torch
from torch import Tensor, nn

__all__ = ["InitZeroResidual"]


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += x
        out = self.act2(out)
        return out


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, 16, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(16, 16, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.act2 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(16, 64, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(64)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != 64:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, 64, 1, stride, bias=False), nn.BatchNorm2d(64)
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


class InitZeroResidual(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 64}
        self.feature_reductions = {"layer1": 2, "layer2": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(BasicBlock() for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(16, stride=2),
            Bottleneck(64),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            if isinstance(m, BasicBlock):
                nn.init.zeros_(m.bn2.weight)
            if isinstance(m, Bottleneck):
                nn.init.zeros_(m.bn3.weight)

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x16x16
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 16x16x16
        layer2 = self.layer2(layer1)  # 64x8x8
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 64x1x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
