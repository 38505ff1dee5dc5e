# DO NOT EDIT: `resnetgen build` made this from the spec
# resnetgen's specs/examples/mobilenet_v2.yaml (digest 8b4a68e1ace505de).
"""MobileNetV2, of inverted residuals.

https://arxiv.org/abs/1801.04381

At an input of 3x224x224:

  stage   output      blocks       parameters  multiply-adds
  stem    32x112x112                      928     10,838,016
  stage1  16x112x112  1 separable         896     10,035,200
  stage2  24x56x56    2 inverted       13,968     54,942,720
  stage3  32x28x28    3 inverted       39,696     37,443,840
  stage4  64x14x14    4 inverted      183,872     38,497,536
  stage5  96x14x14    3 inverted      303,168     58,103,808
  stage6  160x7x7     3 inverted      795,264     46,560,192
  stage7  320x7x7     1 inverted      473,920     23,002,560
  head    1000                      1,693,160     21,350,400
  total                             3,504,872    300,774,272
"""

import torch
from torch import Tensor, nn

__all__ = ["MobileNetV2"]


class PlainSeparableBlock(nn.Module):
    """The block type `separable` of the spec."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3, padding=1, groups=32, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.act1 = nn.ReLU6(inplace=True)
        self.conv2 = nn.Conv2d(32, 16, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        return out


class InvertedBlock(nn.Module):
    """The block type `inverted` of the spec."""

    def __init__(self, cin: int, cmid: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cmid)
        self.act1 = nn.ReLU6(inplace=True)
        self.conv2 = nn.Conv2d(
            cmid, cmid, 3, stride, padding=1, groups=cmid, bias=False
        )
        self.bn2 = nn.BatchNorm2d(cmid)
        self.act2 = nn.ReLU6(inplace=True)
        self.conv3 = nn.Conv2d(cmid, cout, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(cout)
        self.has_shortcut = stride == 1 and cin == cout

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.act2(out)
        out = self.conv3(out)
        out = self.bn3(out)
        if self.has_shortcut:
            out += x
        return out


class MobileNetV2(nn.Module):
    """(N, 3, H, W) to (N, 1000)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "stage1": 16,
            "stage2": 24,
            "stage3": 32,
            "stage4": 64,
            "stage5": 96,
            "stage6": 160,
            "stage7": 320,
        }
        self.feature_reductions = {
            "stage1": 2,
            "stage2": 4,
            "stage3": 8,
            "stage4": 16,
            "stage5": 16,
            "stage6": 32,
            "stage7": 32,
        }
        self.conv1 = nn.Conv2d(3, 32, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.act1 = nn.ReLU6(inplace=True)
        self.stage1 = nn.Sequential(
            PlainSeparableBlock(),
        )
        self.stage2 = nn.Sequential(
            InvertedBlock(16, 96, 24, stride=2),
            InvertedBlock(24, 144, 24),
        )
        self.stage3 = nn.Sequential(
            InvertedBlock(24, 144, 32, stride=2),
            *(InvertedBlock(32, 192, 32) for _ in range(2)),
        )
        self.stage4 = nn.Sequential(
            InvertedBlock(32, 192, 64, stride=2),
            *(InvertedBlock(64, 384, 64) for _ in range(3)),
        )
        self.stage5 = nn.Sequential(
            InvertedBlock(64, 384, 96),
            *(InvertedBlock(96, 576, 96) for _ in range(2)),
        )
        self.stage6 = nn.Sequential(
            InvertedBlock(96, 576, 160, stride=2),
            *(InvertedBlock(160, 960, 160) for _ in range(2)),
        )
        self.stage7 = nn.Sequential(
            InvertedBlock(160, 960, 320),
        )
        self.conv2 = nn.Conv2d(320, 1280, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(1280)
        self.act2 = nn.ReLU6(inplace=True)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(1280, 1000)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 32x112x112
        x = self.bn1(x)
        x = self.act1(x)
        stage1 = self.stage1(x)  # 16x112x112
        stage2 = self.stage2(stage1)  # 24x56x56
        stage3 = self.stage3(stage2)  # 32x28x28
        stage4 = self.stage4(stage3)  # 64x14x14
        stage5 = self.stage5(stage4)  # 96x14x14
        stage6 = self.stage6(stage5)  # 160x7x7
        stage7 = self.stage7(stage6)  # 320x7x7
        return {
            "stage1": stage1,
            "stage2": stage2,
            "stage3": stage3,
            "stage4": stage4,
            "stage5": stage5,
            "stage6": stage6,
            "stage7": stage7,
        }

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["stage7"]
        x = self.conv2(x)  # 1280x7x7
        x = self.bn2(x)
        x = self.act2(x)
        x = self.avgpool(x)  # 1280x1x1
        x = torch.flatten(x, 1)  # 1280
        x = self.dropout(x)
        x = self.fc(x)  # 1000
        return x
