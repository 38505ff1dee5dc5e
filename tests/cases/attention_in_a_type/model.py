# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 0579d824a1d4e6fb).
"""A block type with a place of its own for the attention, and one that has it
always.

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x16x16                  464        110,592
  layer1  16x16x16  2 early       9,350      2,359,392
  layer2  32x8x8    2 early      33,088      2,097,152
  layer3  32x8x8    1 fixed       9,285        589,984
  head    10                        330            320
  total                          52,517      5,157,440
"""

import torch
from torch import Tensor, nn

__all__ = ["AttentionInAType"]


class EfficientChannelAttention(nn.Module):
    """Weigh each channel by the means of those near it (arXiv:1910.03151)."""

    def __init__(self, kernel_size: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, kernel_size, padding="same", bias=False)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean((2, 3)).unsqueeze(1)
        scale: Tensor = self.gate(self.conv(means))
        return x * scale.reshape(x.shape[0], -1, 1, 1)


class EarlyBlock(nn.Module):
    """The block type `early` of the spec."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.se = EfficientChannelAttention(kernel_size=3)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.se(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += x
        out = self.act2(out)
        return out


class Layer2EarlyBlock(nn.Module):
    """The block type `early` of the spec."""

    def __init__(self, cin: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, 32, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(32, 32, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != 32:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, 32, 1, stride, bias=False), nn.BatchNorm2d(32)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class FixedBlock(nn.Module):
    """The block type `fixed` of the spec."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(32, 32, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.act1 = nn.ReLU(inplace=True)
        self.se = EfficientChannelAttention(kernel_size=5)
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.se(out)
        out += x
        out = self.act2(out)
        return out


class AttentionInAType(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32, "layer3": 32}
        self.feature_reductions = {"layer1": 2, "layer2": 4, "layer3": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(EarlyBlock() for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            Layer2EarlyBlock(16, stride=2),
            Layer2EarlyBlock(32),
        )
        self.layer3 = nn.Sequential(
            FixedBlock(),
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
        layer3 = self.layer3(layer2)  # 32x8x8
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer3"]
        x = self.avgpool(x)  # 32x1x1
        x = torch.flatten(x, 1)  # 32
        x = self.fc(x)  # 10
        return x
