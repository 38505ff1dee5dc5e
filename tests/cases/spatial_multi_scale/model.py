# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest f4873fcd7825b28d).
"""SpatialMultiScale

At an input of 3x32x32:

  stage   output     blocks        parameters  multiply-adds
  stem    16x32x32                        464        442,368
  layer1  64x32x32   2 bottleneck       5,712      5,341,184
  layer2  128x16x16  2 bottleneck      25,248      7,782,400
  head    10                            1,290          1,280
  total                                32,714     13,567,232
"""

import torch
from torch import Tensor, nn

__all__ = ["SpatialMultiScale"]


class BottleneckProjection(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, cmid: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cmid)
        self.act1 = nn.ReLU(inplace=True)
        self.convs = nn.ModuleList(
            nn.Conv2d(
                cout // 16,
                cout // 16,
                3,
                stride,
                padding=1,
                groups=cout // 64,
                bias=False,
            )
            for _ in range(3)
        )
        self.bns = nn.ModuleList(nn.BatchNorm2d(cout // 16) for _ in range(3))
        self.act = nn.ReLU(inplace=True)
        self.pool = nn.AvgPool2d(3, stride, padding=1)
        self.conv3 = nn.Conv2d(cmid, cout, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(cout)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample = nn.Sequential(
            nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout)
        )

    def multi_scale(self, x: Tensor) -> Tensor:
        """Convolve each group of channels, and pool the last (arXiv:1904.01169)."""
        scales = x.chunk(4, dim=1)
        outs: list[Tensor] = []
        for i, (conv, bn) in enumerate(zip(self.convs, self.bns)):
            out = conv(scales[i])
            out = bn(out)
            out = self.act(out)
            outs.append(out)
        outs.append(self.pool(scales[-1]))
        return torch.cat(outs, dim=1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.multi_scale(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, channels: int, cmid: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, cmid, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cmid)
        self.act1 = nn.ReLU(inplace=True)
        self.convs = nn.ModuleList(
            nn.Conv2d(
                channels // 16,
                channels // 16,
                3,
                padding=1,
                groups=channels // 64,
                bias=False,
            )
            for _ in range(3)
        )
        self.bns = nn.ModuleList(nn.BatchNorm2d(channels // 16) for _ in range(3))
        self.act = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(cmid, channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(channels)
        self.act3 = nn.ReLU(inplace=True)

    def multi_scale(self, x: Tensor) -> Tensor:
        """Convolve one group of channels after another (arXiv:1904.01169)."""
        scales = x.chunk(4, dim=1)
        out = scales[0]
        outs: list[Tensor] = []
        for i, (conv, bn) in enumerate(zip(self.convs, self.bns)):
            out = conv(out if i == 0 else out + scales[i])
            out = bn(out)
            out = self.act(out)
            outs.append(out)
        outs.append(scales[-1])
        return torch.cat(outs, dim=1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.multi_scale(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out += x
        out = self.act3(out)
        return out


class SpatialMultiScale(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 64, "layer2": 128}
        self.feature_reductions = {"layer1": 1, "layer2": 2}
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            BottleneckProjection(16, 16, 64),
            Bottleneck(64, 16),
        )
        self.layer2 = nn.Sequential(
            BottleneckProjection(64, 32, 128, stride=2),
            Bottleneck(128, 32),
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
