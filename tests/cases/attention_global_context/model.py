# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest de5173d0b1d52d9a).
"""A context of the whole map that scales it, is added to it, or both.

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x16x16                  464        110,592
  layer1  16x16x16  2 basic       9,550      2,375,808
  layer2  32x8x8    2 basic      33,754      2,105,856
  layer3  64x8x8    2 basic     140,482      8,413,184
  head    10                        650            640
  total                         184,900     13,006,080
"""

import torch
from torch import Tensor, nn

__all__ = ["AttentionGlobalContext"]


class Perceptron(nn.Module):
    """Two layers over the channels of each pixel, with fewer in between."""

    def __init__(self, channels: int, reduced: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, reduced, 1)
        self.norm = nn.GroupNorm(1, reduced, eps=1e-6)
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(reduced, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.fc1(x)
        x = self.norm(x)
        x = self.act(x)
        x = self.fc2(x)
        return x


class GlobalContext(nn.Module):
    """Change each pixel by a weighted mean of all (arXiv:1904.11492)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv_attn = nn.Conv2d(16, 1, 1)
        self.mlp_scale = Perceptron(16, reduced=2)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        attention: Tensor = self.conv_attn(x).flatten(2).softmax(2)
        context = x.flatten(2) @ attention.transpose(1, 2)
        context = context.reshape(x.shape[0], -1, 1, 1)
        scale: Tensor = self.gate(self.mlp_scale(context))
        return x * scale


class GlobalContext2(nn.Module):
    """Change each pixel by a weighted mean of all (arXiv:1904.11492)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv_attn = nn.Conv2d(32, 1, 1)
        self.mlp_add = Perceptron(32, reduced=4)

    def forward(self, x: Tensor) -> Tensor:
        attention: Tensor = self.conv_attn(x).flatten(2).softmax(2)
        context = x.flatten(2) @ attention.transpose(1, 2)
        context = context.reshape(x.shape[0], -1, 1, 1)
        shift: Tensor = self.mlp_add(context)
        return x + shift


class GlobalContext3(nn.Module):
    """Change each pixel by a weighted mean of all (arXiv:1904.11492)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv_attn = nn.Conv2d(64, 1, 1)
        self.mlp_add = Perceptron(64, reduced=16)
        self.mlp_scale = Perceptron(64, reduced=16)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        attention: Tensor = self.conv_attn(x).flatten(2).softmax(2)
        context = x.flatten(2) @ attention.transpose(1, 2)
        context = context.reshape(x.shape[0], -1, 1, 1)
        scale: Tensor = self.gate(self.mlp_scale(context))
        shift: Tensor = self.mlp_add(context)
        return x * scale + shift


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.se = GlobalContext()
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
        self.se = GlobalContext2()
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
        self.se = GlobalContext3()
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


class AttentionGlobalContext(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32, "layer3": 64}
        self.feature_reductions = {"layer1": 2, "layer2": 4, "layer3": 4}
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
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer3"]
        x = self.avgpool(x)  # 64x1x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
