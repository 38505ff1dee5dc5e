# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 3b663ef8f91003d3).
"""Efficient channel attention, over more channels where there are more of them.

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x16x16                  464        110,592
  layer1  16x16x16  2 basic       9,350      2,359,392
  layer2  256x8x8   2 basic   1,813,002    115,870,208
  layer3  64x8x8    2 basic     275,086     17,564,544
  head    10                        650            640
  total                       2,098,552    135,905,376
"""

import torch
from torch import Tensor, nn

__all__ = ["AttentionECA"]


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


class EfficientChannelAttention2(nn.Module):
    """Weigh each channel by the means of those near it (arXiv:1910.03151)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, 7, padding="same", bias=False)
        self.gate = nn.Hardsigmoid()

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean((2, 3)).unsqueeze(1)
        scale: Tensor = self.gate(self.conv(means))
        return x * scale.reshape(x.shape[0], -1, 1, 1)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(
        self, cin: int, cout: int, se_kernel_size: int, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.se = EfficientChannelAttention(kernel_size=se_kernel_size)
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


class Layer3BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, 64, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(64)
        self.se = EfficientChannelAttention2()
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if cin != 64:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, 64, 1, bias=False), nn.BatchNorm2d(64)
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


class AttentionECA(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 256, "layer3": 64}
        self.feature_reductions = {"layer1": 2, "layer2": 4, "layer3": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(BasicBlock(16, 16, se_kernel_size=3) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(16, 256, se_kernel_size=5, stride=2),
            BasicBlock(256, 256, se_kernel_size=5),
        )
        self.layer3 = nn.Sequential(
            Layer3BasicBlock(256),
            Layer3BasicBlock(64),
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
        layer2 = self.layer2(layer1)  # 256x8x8
        layer3 = self.layer3(layer2)  # 64x8x8
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer3"]
        x = self.avgpool(x)  # 64x1x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
