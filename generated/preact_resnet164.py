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


class PreActBottleneck(nn.Module):
    """A 3x3 convolution between two 1x1, each after its norm and activation
    (arXiv:1603.05027, figure 4e).
    """

    def __init__(self, cin: int, cmid: int, cout: int, stride: int = 1) -> None:
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
        self.downsample = None
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(nn.Conv2d(cin, cout, 1, stride, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.bn1(x)
        out = self.act1(out)
        shortcut = x if self.downsample is None else self.downsample(out)
        out = self.conv1(out)
        out = self.bn2(out)
        out = self.act2(out)
        out = self.conv2(out)
        out = self.bn3(out)
        out = self.act3(out)
        out = self.conv3(out)
        out += shortcut
        return out


class PreActResNet164(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 64, "layer2": 128, "layer3": 256}
        self.feature_reductions = {"layer1": 1, "layer2": 2, "layer3": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.layer1 = nn.Sequential(
            PreActBottleneck(16, 16, 64),
            *(PreActBottleneck(64, 16, 64) for _ in range(17)),
        )
        self.layer2 = nn.Sequential(
            PreActBottleneck(64, 32, 128, stride=2),
            *(PreActBottleneck(128, 32, 128) for _ in range(17)),
        )
        self.layer3 = nn.Sequential(
            PreActBottleneck(128, 64, 256, stride=2),
            *(PreActBottleneck(256, 64, 256) for _ in range(17)),
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
