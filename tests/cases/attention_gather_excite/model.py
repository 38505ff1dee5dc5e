# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest d639c926d7e5aa55).
"""Contexts of the whole map and of regions, gathered by means and by weights.

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x16x16                  464        110,592
  layer1  16x16x16  2 basic       9,442      2,359,360
  layer2  32x8x8    2 basic      33,088      2,097,152
  layer3  64x8x8    2 basic     135,968      8,454,144
  layer4  64x8x8    2 basic     153,352      9,462,400
  head    10                        650            640
  total                         332,964     22,484,288
"""

import torch
from torch import Tensor, nn

__all__ = ["AttentionGatherExcite"]


class Perceptron(nn.Module):
    """Two layers over the channels of each pixel, with fewer in between."""

    def __init__(self, channels: int, reduced: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, reduced, 1)
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(reduced, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.fc1(x)
        x = self.act(x)
        x = self.fc2(x)
        return x


class GatherExcite(nn.Module):
    """Weigh each channel by what is gathered around each pixel (arXiv:1810.12348)."""

    def __init__(self) -> None:
        super().__init__()
        self.gather = nn.AvgPool2d(7, stride=4, padding=3, count_include_pad=False)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        scale: Tensor = self.gate(self.gather(x))
        return x * nn.functional.interpolate(scale, x.shape[2:])


class Gather(nn.Module):
    """Halve the map, channel by channel, again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(64, 64, 3, stride=2, padding=1, groups=64, bias=False)
        self.norm1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(64, 64, 3, stride=2, padding=1, groups=64, bias=False)
        self.norm2 = nn.BatchNorm2d(64)
        self.act2 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(64, 64, 3, stride=2, padding=1, groups=64, bias=False)
        self.norm3 = nn.BatchNorm2d(64)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        x = self.norm1(x)
        x = self.act1(x)
        x = self.conv2(x)
        x = self.norm2(x)
        x = self.act2(x)
        x = self.conv3(x)
        x = self.norm3(x)
        return x


class GatherExcite2(nn.Module):
    """Weigh each channel by what is gathered around each pixel (arXiv:1810.12348)."""

    def __init__(self) -> None:
        super().__init__()
        self.gather = nn.AdaptiveAvgPool2d(1)
        self.mlp = Perceptron(16, reduced=1)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        scale: Tensor = self.gate(self.mlp(self.gather(x)))
        return x * scale


class GatherExcite3(nn.Module):
    """Weigh each channel by what is gathered around each pixel (arXiv:1810.12348)."""

    def __init__(self) -> None:
        super().__init__()
        self.gather = nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False)
        self.mlp = Perceptron(64, reduced=16)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        scale: Tensor = self.gate(self.mlp(self.gather(x)))
        return x * nn.functional.interpolate(scale, x.shape[2:])


class GatherExcite4(nn.Module):
    """Weigh each channel by what is gathered around each pixel (arXiv:1810.12348)."""

    def __init__(self) -> None:
        super().__init__()
        self.gather = Gather()
        self.mlp = Perceptron(64, reduced=4)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        scale: Tensor = self.gate(self.mlp(self.gather(x)))
        return x * nn.functional.interpolate(scale, x.shape[2:])


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.se = GatherExcite2()
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.se(out)
        out += x
        out = self.act2(out)
        return out


class Layer2BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, 32, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(32, 32, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)
        self.se = GatherExcite()
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
        self.se = GatherExcite3()
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


class Layer4BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(64)
        self.se = GatherExcite4()
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.se(out)
        out += x
        out = self.act2(out)
        return out


class AttentionGatherExcite(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32, "layer3": 64, "layer4": 64}
        self.feature_reductions = {"layer1": 2, "layer2": 4, "layer3": 4, "layer4": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(BasicBlock() for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            Layer2BasicBlock(16, stride=2),
            Layer2BasicBlock(32),
        )
        self.layer3 = nn.Sequential(
            Layer3BasicBlock(32),
            Layer3BasicBlock(64),
        )
        self.layer4 = nn.Sequential(
            *(Layer4BasicBlock() for _ in range(2)),
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
        layer3 = self.layer3(layer2)  # 64x8x8
        layer4 = self.layer4(layer3)  # 64x8x8
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.avgpool(x)  # 64x1x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
