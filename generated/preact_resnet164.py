# DO NOT EDIT: `resnetgen build` made this from the spec
# resnetgen's specs/preact/preact_resnet164.yaml (digest 6dcc42f78e8bb0ce).
"""Pre-activation ResNet-164 for CIFAR-10, of bottlenecks.

https://arxiv.org/abs/1603.05027

At an input of 3x32x32:

  stage   output     blocks                parameters  multiply-adds
  stem    16x32x32                                432        442,368
  layer1  64x32x32   18 preact_bottleneck      81,952     80,478,208
  layer2  128x16x16  18 preact_bottleneck     326,272     81,788,928
  layer3  256x8x8    18 preact_bottleneck   1,291,520     81,788,928
  head    10                                    3,082          2,560
  total                                     1,703,258    244,500,992
"""

import torch
from torch import Tensor, nn

__all__ = ["PreActResNet164"]


def projection(cin: int, cout: int, stride: int = 1) -> nn.Sequential:
    """A 1x1 convolution, where the two sides of an addition differ in shape."""
    return nn.Sequential(
        nn.Conv2d(cin, cout, 1, stride, bias=False),
    )


class PreActBottleneckProjection(nn.Module):
    """A 3x3 convolution between two 1x1, each after its norm and activation
    (arXiv:1603.05027, figure 4e).
    """

    def __init__(
        self, cin: int, cmid: int, cout: int, shortcut: nn.Module, stride: int = 1
    ) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(cin)
        self.act1 = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(cin, cmid, 1, stride, bias=False)
        self.bn2 = nn.BatchNorm2d(cmid)
        self.act2 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cmid, cmid, 3, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(cmid)
        self.act3 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(cmid, cout, 1, bias=False)
        self.downsample = shortcut

    def forward(self, x: Tensor) -> Tensor:
        preact: Tensor = self.bn1(x)
        preact = self.act1(preact)
        out: Tensor = self.conv1(preact)
        out = self.bn2(out)
        out = self.act2(out)
        out = self.conv2(out)
        out = self.bn3(out)
        out = self.act3(out)
        out = self.conv3(out)
        out += self.downsample(preact)
        return out


class PreActBottleneck(nn.Module):
    """A 3x3 convolution between two 1x1, each after its norm and activation
    (arXiv:1603.05027, figure 4e).
    """

    def __init__(self, channels: int, cmid: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(channels)
        self.act1 = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(channels, cmid, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(cmid)
        self.act2 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cmid, cmid, 3, padding=1, bias=False)
        self.bn3 = nn.BatchNorm2d(cmid)
        self.act3 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(cmid, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.bn1(x)
        out = self.act1(out)
        out = self.conv1(out)
        out = self.bn2(out)
        out = self.act2(out)
        out = self.conv2(out)
        out = self.bn3(out)
        out = self.act3(out)
        out = self.conv3(out)
        out += x
        return out


class PreActResNet164(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 64, "layer2": 128, "layer3": 256}
        self.feature_reductions = {"layer1": 1, "layer2": 2, "layer3": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.layer1 = nn.Sequential(
            PreActBottleneckProjection(16, 16, 64, shortcut=projection(16, 64)),
            *(PreActBottleneck(64, 16) for _ in range(17)),
        )
        self.layer2 = nn.Sequential(
            PreActBottleneckProjection(
                64, 32, 128, stride=2, shortcut=projection(64, 128, 2)
            ),
            *(PreActBottleneck(128, 32) for _ in range(17)),
        )
        self.layer3 = nn.Sequential(
            PreActBottleneckProjection(
                128, 64, 256, stride=2, shortcut=projection(128, 256, 2)
            ),
            *(PreActBottleneck(256, 64) for _ in range(17)),
        )
        self.bn2 = nn.BatchNorm2d(256)
        self.act2 = nn.ReLU(inplace=True)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(256, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x32x32
        layer1 = self.layer1(x)  # 64x32x32
        layer2 = self.layer2(layer1)  # 128x16x16
        layer3 = self.layer3(layer2)  # 256x8x8
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer3"]
        x = self.bn2(x)
        x = self.act2(x)
        x = self.avgpool(x)  # 256x1x1
        x = torch.flatten(x, 1)  # 256
        x = self.fc(x)  # 10
        return x
