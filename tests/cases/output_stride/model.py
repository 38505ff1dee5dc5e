# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 2d3f889be4f16ed6).
"""Strides that turn into dilation past an output stride of 4.

At an input of 3x32x32:

  stage   output    blocks        parameters  multiply-adds
  stem    16x16x16                       464        110,592
  layer1  32x16x16  2 bottleneck       2,816        655,360
  layer2  64x8x8    2 bottleneck      10,752        753,664
  layer3  128x8x8   2 bottleneck      41,984      2,621,440
  layer4  256x8x8   2 bottleneck     165,888     10,485,760
  head    10                           2,570          2,560
  total                              224,474     14,629,376
"""

import torch
from torch import Tensor, nn

__all__ = ["OutputStride"]


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(
        self, cin: int, cmid: int, cout: int, stride: int = 1, dilation: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cmid)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(
            cmid, cmid, 3, stride, padding=dilation, dilation=dilation, bias=False
        )
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


class OutputStride(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "layer1": 32,
            "layer2": 64,
            "layer3": 128,
            "layer4": 256,
        }
        self.feature_reductions = {"layer1": 2, "layer2": 4, "layer3": 4, "layer4": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            Bottleneck(16, 8, 32),
            Bottleneck(32, 8, 32),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(32, 16, 64, stride=2),
            Bottleneck(64, 16, 64),
        )
        self.layer3 = nn.Sequential(
            Bottleneck(64, 32, 128),
            Bottleneck(128, 32, 128, dilation=2),
        )
        self.layer4 = nn.Sequential(
            Bottleneck(128, 64, 256, dilation=2),
            Bottleneck(256, 64, 256, dilation=4),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(256, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x16x16
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 32x16x16
        layer2 = self.layer2(layer1)  # 64x8x8
        layer3 = self.layer3(layer2)  # 128x8x8
        layer4 = self.layer4(layer3)  # 256x8x8
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.avgpool(x)  # 256x1x1
        x = torch.flatten(x, 1)  # 256
        x = self.fc(x)  # 10
        return x
