# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest ae341b26ff6afcff).
"""ResNet-20 with group norm and fewer blocks.

https://arxiv.org/abs/1512.03385

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x32x32                  464        442,368
  layer1  16x32x32  1 basic       4,672      4,718,592
  layer2  32x16x16  1 basic      13,952      3,538,944
  layer3  64x8x8    1 basic      55,552      3,538,944
  head    10                        650            640
  total                          75,290     12,239,488
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["ExtendsTheCollection"]


class PadChannels(nn.Module):
    """Every `stride`-th pixel, and zeros for the channels that the block adds."""

    def __init__(self, extra_channels: int, stride: int) -> None:
        super().__init__()
        self.extra_channels = extra_channels
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return F.pad(x, (0, 0, 0, 0, 0, self.extra_channels))


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = nn.GroupNorm(4, cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.GroupNorm(4, cout)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = PadChannels(cin, stride)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class ExtendsTheCollection(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32, "layer3": 64}
        self.feature_reductions = {"layer1": 1, "layer2": 2, "layer3": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.GroupNorm(4, 16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            BasicBlock(16, 16),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(16, 32, stride=2),
        )
        self.layer3 = nn.Sequential(
            BasicBlock(32, 64, stride=2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x32x32
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 16x32x32
        layer2 = self.layer2(layer1)  # 32x16x16
        layer3 = self.layer3(layer2)  # 64x8x8
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer3"]
        x = self.avgpool(x)  # 64x1x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
