# DO NOT EDIT: `resnetgen build` made this from the spec
# resnetgen's specs/bit/resnetv2_50x1_bit.yaml (digest d70ffbfe3984dd29).
"""BiT-R50x1, a pre-activation ResNet-50 with group norms and standardized weights.

https://arxiv.org/abs/1912.11370

At an input of 3x224x224:

  stage   output      blocks               parameters  multiply-adds
  stem    64x56x56                              9,408    118,013,952
  layer1  256x56x56   3 preact_bottleneck     214,912    667,942,912
  layer2  512x28x28   4 preact_bottleneck   1,218,048  1,027,604,480
  layer3  1024x14x14  6 preact_bottleneck   7,095,296  1,464,336,384
  layer4  2048x7x7    3 preact_bottleneck  14,958,592    809,238,528
  head    1000                              2,053,096      2,048,000
  total                                    25,549,352  4,089,184,256
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["ResNetV2_50x1Bit"]


class WeightStandardizedConv(nn.Conv2d):
    """A convolution with weights of mean 0 and variance 1 for each output channel."""

    def forward(self, x: Tensor) -> Tensor:
        weight = F.batch_norm(
            self.weight.reshape(1, self.out_channels, -1),
            None,
            None,
            training=True,
            momentum=0.0,
            eps=1e-8,
        ).reshape_as(self.weight)
        out: Tensor = self._conv_forward(x, weight, self.bias)
        return out


class Stem(nn.Module):
    """Conv 7x7/2, pad 1x1, max pool 3x3/2."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = WeightStandardizedConv(3, 64, 7, stride=2, padding=3, bias=False)
        self.pad = nn.ZeroPad2d(1)
        self.pool = nn.MaxPool2d(3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.pad(x)
        x = self.pool(x)
        return x


class Head(nn.Module):
    """Global avg pool, conv 1x1."""

    def __init__(self) -> None:
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Conv2d(2048, 1000, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.avgpool(x)
        x = self.fc(x)
        x = torch.flatten(x, 1)
        return x


class Projection(nn.Module):
    """Weight-standardized conv."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = WeightStandardizedConv(cin, cout, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return x


class PreActBottleneck(nn.Module):
    """A 3x3 convolution between two 1x1, each after its norm and activation
    (arXiv:1603.05027, figure 4e).
    """

    def __init__(self, cin: int, cmid: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.downsample = None
        if stride != 1 or cin != cout:
            self.downsample = Projection(cin, cout, stride)
        self.norm1 = nn.GroupNorm(32, cin)
        self.act1 = nn.ReLU(inplace=True)
        self.conv1 = WeightStandardizedConv(cin, cmid, 1, bias=False)
        self.norm2 = nn.GroupNorm(32, cmid)
        self.act2 = nn.ReLU(inplace=True)
        self.conv2 = WeightStandardizedConv(
            cmid, cmid, 3, stride, padding=1, bias=False
        )
        self.norm3 = nn.GroupNorm(32, cmid)
        self.act3 = nn.ReLU(inplace=True)
        self.conv3 = WeightStandardizedConv(cmid, cout, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.norm1(x)
        out = self.act1(out)
        shortcut = x if self.downsample is None else self.downsample(out)
        out = self.conv1(out)
        out = self.norm2(out)
        out = self.act2(out)
        out = self.conv2(out)
        out = self.norm3(out)
        out = self.act3(out)
        out = self.conv3(out)
        out += shortcut
        return out


class Stage(nn.Module):
    """Blocks in a row."""

    def __init__(self, *blocks: nn.Module) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(x)
        return x


class ResNetV2_50x1Bit(nn.Module):
    """(N, 3, H, W) to (N, 1000)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "layer1": 256,
            "layer2": 512,
            "layer3": 1024,
            "layer4": 2048,
        }
        self.feature_reductions = {"layer1": 4, "layer2": 8, "layer3": 16, "layer4": 32}
        self.stem = Stem()
        self.stages = nn.Sequential(
            Stage(
                PreActBottleneck(64, 64, 256),
                *(PreActBottleneck(256, 64, 256) for _ in range(2)),
            ),
            Stage(
                PreActBottleneck(256, 128, 512, stride=2),
                *(PreActBottleneck(512, 128, 512) for _ in range(3)),
            ),
            Stage(
                PreActBottleneck(512, 256, 1024, stride=2),
                *(PreActBottleneck(1024, 256, 1024) for _ in range(5)),
            ),
            Stage(
                PreActBottleneck(1024, 512, 2048, stride=2),
                *(PreActBottleneck(2048, 512, 2048) for _ in range(2)),
            ),
        )
        self.norm = nn.GroupNorm(32, 2048)
        self.act = nn.ReLU(inplace=True)
        self.head = Head()

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.stem(x)  # 64x56x56
        layer1 = self.stages[0](x)  # 256x56x56
        layer2 = self.stages[1](layer1)  # 512x28x28
        layer3 = self.stages[2](layer2)  # 1024x14x14
        layer4 = self.stages[3](layer3)  # 2048x7x7
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.norm(x)
        x = self.act(x)
        x = self.head(x)  # 1000
        return x
