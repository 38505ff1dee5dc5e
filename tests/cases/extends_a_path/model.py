# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 9043755f631a1be6).
"""A spec that extends a file that extends another, takes a key and a stage away, and
adds a stage.

At an input of 3x32x32:

  stage   output    blocks        parameters  multiply-adds
  stem    16x16x16                       464        110,592
  layer2  128x8x8   2 bottleneck      34,304      2,228,224
  layer3  64x8x8    1 bottleneck      13,888        868,352
  head    10                             650            640
  total                               49,306      3,207,808
"""

import torch
from torch import Tensor, nn

__all__ = ["ExtendsAPath"]


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, cmid: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cmid)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cmid, cmid, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cmid)
        self.act2 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(cmid, cout, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(cout)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout)
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


class ExtendsAPath(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer2": 128, "layer3": 64}
        self.feature_reductions = {"layer2": 4, "layer3": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer2 = nn.Sequential(
            Bottleneck(16, 32, 128, stride=2),
            Bottleneck(128, 32, 128),
        )
        self.layer3 = nn.Sequential(
            Bottleneck(128, 16, 64),
        )
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
        layer2 = self.layer2(x)  # 128x8x8
        layer3 = self.layer3(layer2)  # 64x8x8
        return {"layer2": layer2, "layer3": layer3}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer3"]
        x = self.avgpool(x)  # 64x1x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
