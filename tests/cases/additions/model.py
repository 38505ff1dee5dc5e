# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 5b7970dae8f9b20e).
"""Additions

At an input of 3x32x32:

  stage   output    blocks          parameters  multiply-adds
  stem    16x16x16                         464        110,592
  layer1  16x16x16  2 dropped              640        131,072
  layer2  32x8x8    2 dropped_conv      14,464        917,504
  layer3  32x4x4    2 pooled            19,648        753,664
  layer4  32x4x4    2 dropped_norm       2,304         32,768
  layer5  32x4x4    2 activated         18,560        294,912
  head    10                               330            320
  total                                 56,410      2,240,832
"""

import torch
from torch import Tensor, nn

__all__ = ["Additions"]


class DropPath(nn.Module):
    """While training, zero the branch of a sample with probability `rate`."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = 1.0 - self.rate
        mask = x.new_empty((x.shape[0], 1, 1, 1)).bernoulli_(kept)
        return x * mask.div_(kept)


class DroppedBlockProjection(nn.Module):
    """The block type `dropped` of the spec."""

    def __init__(self, drop_path: float) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.dropout2 = nn.Dropout(0.1)
        self.drop_path = DropPath(drop_path)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample = nn.Sequential(
            nn.Conv2d(16, 16, 1, bias=False), nn.BatchNorm2d(16)
        )

    def forward(self, x: Tensor) -> Tensor:
        preact: Tensor = self.bn1(x)
        preact = self.act1(preact)
        out: Tensor = self.dropout2(preact)
        out = self.drop_path(out)
        out = self.act2(out + self.downsample(preact))
        return out


class DroppedConvBlock(nn.Module):
    """The block type `dropped_conv` of the spec."""

    def __init__(self, cin: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, 32, 3, stride, padding=1)
        self.dropout2 = nn.Dropout(0.1)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != 32:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, 32, 1, stride, bias=False), nn.BatchNorm2d(32)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.dropout2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class PooledBlock(nn.Module):
    """The block type `pooled` of the spec."""

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.maxpool = nn.MaxPool2d(3, stride, padding=1)
        self.downsample: nn.Module = nn.Identity()
        if stride > 1:
            self.downsample = nn.Sequential(
                nn.Conv2d(32, 32, 1, stride, bias=False), nn.BatchNorm2d(32)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.maxpool(out)
        out += self.downsample(x)
        return out


class DroppedNormBlockProjection(nn.Module):
    """The block type `dropped_norm` of the spec."""

    def __init__(self) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(32)
        self.dropout2 = nn.Dropout(0.1)
        self.act2 = nn.SiLU(inplace=True)
        self.downsample = nn.Sequential(
            nn.Conv2d(32, 32, 1, bias=False), nn.BatchNorm2d(32)
        )

    def forward(self, x: Tensor) -> Tensor:
        preact: Tensor = self.bn1(x)
        out: Tensor = self.dropout2(preact)
        out = self.act2(out + self.downsample(preact))
        return out


class ActivatedBlock(nn.Module):
    """The block type `activated` of the spec."""

    def __init__(self, drop_path: float) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.act1 = nn.ReLU(inplace=True)
        self.drop_path = DropPath(drop_path)
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.drop_path(out)
        out = self.act2(out + x)
        return out


class Additions(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "layer1": 16,
            "layer2": 32,
            "layer3": 32,
            "layer4": 32,
            "layer5": 32,
        }
        self.feature_reductions = {
            "layer1": 2,
            "layer2": 4,
            "layer3": 8,
            "layer4": 8,
            "layer5": 8,
        }
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(DroppedBlockProjection(drop_path=0.1 * i / 9) for i in range(2)),
        )
        self.layer2 = nn.Sequential(
            DroppedConvBlock(16, stride=2),
            DroppedConvBlock(32),
        )
        self.layer3 = nn.Sequential(
            PooledBlock(stride=2),
            PooledBlock(stride=1),
        )
        self.layer4 = nn.Sequential(
            *(DroppedNormBlockProjection() for _ in range(2)),
        )
        self.layer5 = nn.Sequential(
            *(ActivatedBlock(drop_path=0.2 * i / 9) for i in range(8, 10)),
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
        layer3 = self.layer3(layer2)  # 32x4x4
        layer4 = self.layer4(layer3)  # 32x4x4
        layer5 = self.layer5(layer4)  # 32x4x4
        return {
            "layer1": layer1,
            "layer2": layer2,
            "layer3": layer3,
            "layer4": layer4,
            "layer5": layer5,
        }

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer5"]
        x = self.avgpool(x)  # 32x1x1
        x = torch.flatten(x, 1)  # 32
        x = self.fc(x)  # 10
        return x
