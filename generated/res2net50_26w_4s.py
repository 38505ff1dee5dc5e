# DO NOT EDIT: `resnetgen build` made this from the spec
# resnetgen's specs/res2net/res2net50_26w_4s.yaml (digest 7f4c460f2659f595).
"""Res2Net-50, 4 scales of 26 channels in the first stage.

https://arxiv.org/abs/1904.01169

At an input of 3x224x224:

  stage   output      blocks        parameters  multiply-adds
  stem    64x56x56                       9,536    118,013,952
  layer1  256x56x56   3 bottleneck     214,056    661,432,576
  layer2  512x28x28   4 bottleneck   1,229,856  1,083,149,312
  layer3  1024x14x14  6 bottleneck   7,198,368  1,531,597,312
  layer4  2048x7x7    3 bottleneck  14,998,304    858,925,312
  head    1000                       2,049,000      2,048,000
  total                             25,699,120  4,255,166,464
"""

import torch
from torch import Tensor, nn

__all__ = ["Res2Net50_26w_4s"]


class BottleneckProjection(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, cmid: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cmid)
        self.act1 = nn.ReLU(inplace=True)
        self.convs = nn.ModuleList(
            nn.Conv2d(cmid // 4, cmid // 4, 3, stride, padding=1, bias=False)
            for _ in range(3)
        )
        self.bns = nn.ModuleList(nn.BatchNorm2d(cmid // 4) for _ in range(3))
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
            nn.Conv2d(cmid // 4, cmid // 4, 3, padding=1, bias=False) for _ in range(3)
        )
        self.bns = nn.ModuleList(nn.BatchNorm2d(cmid // 4) for _ in range(3))
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


class Res2Net50_26w_4s(nn.Module):
    """(N, 3, H, W) to (N, 1000)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "layer1": 256,
            "layer2": 512,
            "layer3": 1024,
            "layer4": 2048,
        }
        self.feature_reductions = {"layer1": 4, "layer2": 8, "layer3": 16, "layer4": 32}
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = nn.Sequential(
            BottleneckProjection(64, 104, 256),
            *(Bottleneck(256, 104) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            BottleneckProjection(256, 208, 512, stride=2),
            *(Bottleneck(512, 208) for _ in range(3)),
        )
        self.layer3 = nn.Sequential(
            BottleneckProjection(512, 416, 1024, stride=2),
            *(Bottleneck(1024, 416) for _ in range(5)),
        )
        self.layer4 = nn.Sequential(
            BottleneckProjection(1024, 832, 2048, stride=2),
            *(Bottleneck(2048, 832) for _ in range(2)),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, 1000)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 64x112x112
        x = self.bn1(x)
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
