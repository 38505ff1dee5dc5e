# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest c5c6b4d2ee9c4839).
"""Squeeze-and-excitation on shortcuts of every kind.

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x16x16                  464        110,592
  layer1  16x16x16  2 basic      10,480      2,490,880
  layer2  32x8x8    2 basic      33,616      2,065,408
  layer3  64x4x4    2 basic     133,904      2,099,200
  head    10                        650            640
  total                         179,114      6,766,720
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["AttentionShortcuts"]


class PadChannels(nn.Module):
    """Every `stride`-th pixel, and zeros for the channels that the block adds."""

    def __init__(self, extra_channels: int, stride: int) -> None:
        super().__init__()
        self.extra_channels = extra_channels
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride]
        return F.pad(x, (0, 0, 0, 0, 0, self.extra_channels))


def projection() -> nn.Sequential:
    """A 1x1 convolution, where the two sides of an addition differ in shape."""
    return nn.Sequential(
        nn.Conv2d(16, 16, 1, bias=False),
        nn.BatchNorm2d(16),
        SqueezeExcite(16),
    )


def shortcut() -> nn.Sequential:
    """What is done to the input of a block before it is added."""
    return nn.Sequential(
        PadChannels(16, stride=2),
        SqueezeExcite(32),
    )


def shortcut2(channels: int) -> nn.Sequential:
    """What is done to the input of a block before it is added."""
    return nn.Sequential(
        SqueezeExcite(channels),
    )


def avg_projection() -> nn.Sequential:
    """A mean, then a 1x1 convolution, where the sides of an addition differ."""
    return nn.Sequential(
        nn.AvgPool2d(2, stride=2, ceil_mode=True, count_include_pad=False),
        nn.Conv2d(32, 64, 1, bias=False),
        nn.BatchNorm2d(64),
        SqueezeExcite(64),
    )


class SqueezeExcite(nn.Module):
    """Weigh each channel by what the means of all say (arXiv:1709.01507)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, 8, 1)
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(8, channels, 1)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean((2, 3), keepdim=True)
        scale: Tensor = self.gate(self.fc2(self.act(self.fc1(mean))))
        return x * scale


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(
        self, cin: int, cout: int, shortcut: nn.Module, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample = shortcut

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class AttentionShortcuts(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32, "layer3": 64}
        self.feature_reductions = {"layer1": 2, "layer2": 4, "layer3": 8}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(BasicBlock(16, 16, shortcut=projection()) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(16, 32, stride=2, shortcut=shortcut()),
            BasicBlock(32, 32, shortcut=shortcut2(32)),
        )
        self.layer3 = nn.Sequential(
            BasicBlock(32, 64, stride=2, shortcut=avg_projection()),
            BasicBlock(64, 64, shortcut=shortcut2(64)),
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
        layer1 = self.layer1(x)  # 16x16x16
        layer2 = self.layer2(layer1)  # 32x8x8
        layer3 = self.layer3(layer2)  # 64x4x4
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer3"]
        x = self.avgpool(x)  # 64x1x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
