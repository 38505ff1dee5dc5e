# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest cb2873ec2fca45f2).
"""DropBlockNetwork

At an input of 3x32x32:

  stage   output    blocks        parameters  multiply-adds
  stem    16x32x32                       464        442,368
  layer1  32x32x32  2 bottleneck       2,816      2,621,440
  layer2  64x16x16  2 bottleneck      10,752      3,014,656
  layer3  64x16x16  2 bottleneck       9,088      2,228,224
  head    10                             650            640
  total                               23,770      8,307,328
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["DropBlockNetwork"]


class DropBlock(nn.Module):
    """While training, zero pieces of the map in all channels (arXiv:1810.12890)."""

    def __init__(self, rate: float, size: int, scale: float = 1.0) -> None:
        super().__init__()
        self.rate = rate * scale
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        sizes = [min(self.size, extent) for extent in x.shape[2:]]
        centres = self.rate
        for extent, size in zip(x.shape[2:], sizes):
            centres *= extent / size / (extent - size + 1)
        mask = torch.empty_like(x[:, :1]).bernoulli_(min(centres, 1.0))
        dropped = F.max_pool2d(mask, sizes, 1, [size // 2 for size in sizes])
        for axis, size in enumerate(sizes):
            dropped = dropped.narrow(axis + 2, 1 - size % 2, x.shape[axis + 2])
        kept = 1.0 - dropped
        left = kept.sum(dtype=torch.float32).clamp(min=1.0)
        return x * kept * (kept.numel() / left)


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, 8, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(8)
        self.act2 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(8, 32, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(32)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if cin != 32:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, 32, 1, bias=False), nn.BatchNorm2d(32)
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


class Layer2Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, 16, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(16, 16, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.drop_block = DropBlock(0.1, size=5, scale=0.25)
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
        out = self.drop_block(out)
        out = self.act2(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class Layer3Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(64, 16, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.drop_block = DropBlock(0.1, size=7)
        self.act2 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(16, 64, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(64)
        self.act3 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.drop_block(out)
        out = self.act2(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out += x
        out = self.act3(out)
        return out


class DropBlockNetwork(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 32, "layer2": 64, "layer3": 64}
        self.feature_reductions = {"layer1": 1, "layer2": 2, "layer3": 2}
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            Bottleneck(16),
            Bottleneck(32),
        )
        self.layer2 = nn.Sequential(
            Layer2Bottleneck(32, stride=2),
            Layer2Bottleneck(64),
        )
        self.layer3 = nn.Sequential(
            *(Layer3Bottleneck() for _ in range(2)),
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
        layer1 = self.layer1(x)  # 32x32x32
        layer2 = self.layer2(layer1)  # 64x16x16
        layer3 = self.layer3(layer2)  # 64x16x16
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer3"]
        x = self.avgpool(x)  # 64x1x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
