# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 11b9d0200fe569cc).
"""Weights for the channels and then the pixels.

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x16x16                  464        110,592
  layer1  16x16x16  2 basic       9,608      2,409,600
  layer2  32x8x8    2 basic      33,640      2,100,480
  head    10                        330            320
  total                          44,042      4,620,992
"""

import torch
from torch import Tensor, nn

__all__ = ["AttentionCbam"]


class ChannelAttention(nn.Module):
    """Weigh each channel by what the means and the maxima of all say."""

    def __init__(self, channels: int, reduced: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, reduced, 1, bias=False)
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(reduced, channels, 1, bias=False)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean((2, 3), keepdim=True)
        maxima = x.amax((2, 3), keepdim=True)
        of_means: Tensor = self.fc2(self.act(self.fc1(means)))
        of_maxima: Tensor = self.fc2(self.act(self.fc1(maxima)))
        scale: Tensor = self.gate(of_means + of_maxima)
        return x * scale


class ConvNormAct(nn.Module):
    """Conv, batch norm."""

    def __init__(self, kernel_size: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 1, kernel_size, padding=kernel_size // 2, bias=False)
        self.bn = nn.BatchNorm2d(1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.bn(x)
        return x


class SpatialAttention(nn.Module):
    """Weigh each pixel by the means and maxima over the channels around it."""

    def __init__(self, kernel_size: int) -> None:
        super().__init__()
        self.conv = ConvNormAct(kernel_size)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean(1, keepdim=True)
        maxima = x.amax(1, keepdim=True)
        scale: Tensor = self.gate(self.conv(torch.cat((means, maxima), dim=1)))
        return x * scale


class CBAM(nn.Module):
    """Weigh the channels, then the pixels (arXiv:1807.06521)."""

    def __init__(self, channels: int, reduced: int, kernel_size: int) -> None:
        super().__init__()
        self.channel = ChannelAttention(channels, reduced)
        self.spatial = SpatialAttention(kernel_size)

    def forward(self, x: Tensor) -> Tensor:
        x = self.channel(x)
        x = self.spatial(x)
        return x


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(
        self, cin: int, cout: int, reduced: int, se_kernel_size: int, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.se = CBAM(cout, reduced, kernel_size=se_kernel_size)
        self.act2 = nn.ReLU(inplace=True)
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
        out = self.se(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class AttentionCbam(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": 2, "layer2": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(BasicBlock(16, 16, reduced=1, se_kernel_size=7) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(16, 32, reduced=4, se_kernel_size=3, stride=2),
            BasicBlock(32, 32, reduced=4, se_kernel_size=3),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(32, 10)

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
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 32x1x1
        x = torch.flatten(x, 1)  # 32
        x = self.fc(x)  # 10
        return x
