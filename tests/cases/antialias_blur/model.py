# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest c39292a4f15861b9).
"""AntialiasBlur

At an input of 3x64x64:

  stage   output    blocks        parameters  multiply-adds
  stem    16x16x16                     2,384      9,883,648
  layer1  64x16x16  2 bottleneck       9,472      2,293,760
  layer2  128x8x8   2 bottleneck      41,984      4,802,560
  head    10                           1,290          1,280
  total                               55,130     16,981,248
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["AntialiasBlur"]


class BlurPool(nn.Module):
    """A binomial blur with a stride, each channel by itself (arXiv:1904.11486)."""

    filter: Tensor

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        taps = torch.tensor([1.0, 2.0, 1.0]) / 4.0
        taps = taps[:, None] * taps
        filter = taps.repeat(channels, 1, 1, 1)
        self.register_buffer("filter", filter, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(x, [1, 1, 1, 1], mode="reflect")
        return F.conv2d(x, self.filter, stride=self.stride, groups=x.shape[1])


class BlurPool2(nn.Module):
    """A binomial blur with a stride, each channel by itself (arXiv:1904.11486)."""

    filter: Tensor

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        taps = torch.tensor([1.0, 4.0, 6.0, 4.0, 1.0]) / 16.0
        taps = taps[:, None] * taps
        filter = taps.repeat(channels, 1, 1, 1)
        self.register_buffer("filter", filter, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(x, [2, 2, 2, 2], mode="constant")
        return F.conv2d(x, self.filter, stride=self.stride, groups=x.shape[1])


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, cmid: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cmid)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cmid, cmid, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cmid)
        self.act2 = nn.ReLU(inplace=True)
        self.aa = BlurPool(cmid, stride) if stride > 1 else nn.Identity()
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
        out = self.aa(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class AntialiasBlur(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 64, "layer2": 128}
        self.feature_reductions = {"layer1": 4, "layer2": 8}
        self.conv1 = nn.Conv2d(3, 16, 7, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.aa = BlurPool(16, stride=2)
        self.maxpool = nn.MaxPool2d(3, stride=1, padding=1)
        self.aa_2 = BlurPool2(16, stride=2)
        self.layer1 = nn.Sequential(
            Bottleneck(16, 16, 64),
            Bottleneck(64, 16, 64),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(64, 32, 128, stride=2),
            Bottleneck(128, 32, 128),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(128, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x64x64
        x = self.bn1(x)
        x = self.act1(x)
        x = self.aa(x)  # 16x32x32
        x = self.maxpool(x)
        x = self.aa_2(x)  # 16x16x16
        layer1 = self.layer1(x)  # 64x16x16
        layer2 = self.layer2(layer1)  # 128x8x8
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 128x1x1
        x = torch.flatten(x, 1)  # 128
        x = self.fc(x)  # 10
        return x
