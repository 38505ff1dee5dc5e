# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest a1a6e0b7cb005123).
"""Projections in pre-activation blocks share the norm and the activation that the
branch begins with.

At an input of 3x32x32:

  stage   output    blocks               parameters  multiply-adds
  stem    16x16x16                              464        110,592
  layer1  64x16x16  2 preact_bottleneck       9,248      2,293,760
  layer2  64x8x8    2 preact_bottleneck      13,184      1,015,808
  head    10                                    778            640
  total                                      23,674      3,420,800
"""

import torch
from torch import Tensor, nn

__all__ = ["ShortcutPreAct"]


class PreActBottleneck(nn.Module):
    """A 3x3 convolution between two 1x1, each after its norm and activation
    (arXiv:1603.05027, figure 4e).
    """

    def __init__(self, cin: int, stride: int = 1) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(cin)
        self.act1 = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(cin, 16, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.act2 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(16, 16, 3, stride, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(16)
        self.act3 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(16, 64, 1, bias=False)
        self.downsample = None
        if stride != 1 or cin != 64:
            self.downsample = nn.Sequential(nn.Conv2d(cin, 64, 1, stride, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.bn1(x)
        out = self.act1(out)
        shortcut = x if self.downsample is None else self.downsample(out)
        out = self.conv1(out)
        out = self.bn2(out)
        out = self.act2(out)
        out = self.conv2(out)
        out = self.bn3(out)
        out = self.act3(out)
        out = self.conv3(out)
        out += shortcut
        return out


class ShortcutPreAct(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 64, "layer2": 64}
        self.feature_reductions = {"layer1": 2, "layer2": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            PreActBottleneck(16),
            PreActBottleneck(64),
        )
        self.layer2 = nn.Sequential(
            PreActBottleneck(64, stride=2),
            PreActBottleneck(64),
        )
        self.bn2 = nn.BatchNorm2d(64)
        self.act2 = nn.ReLU(inplace=True)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x16x16
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 64x16x16
        layer2 = self.layer2(layer1)  # 64x8x8
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.bn2(x)
        x = self.act2(x)
        x = self.avgpool(x)  # 64x1x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
