# DO NOT EDIT: `resnetgen build` made this from the spec
# resnetgen's specs/rs/resnetrs50.yaml (digest ac4152dd049a3c07).
"""ResNet-RS-50, a ResNet-50-D with squeeze-and-excitation, and a strided convolution
for the first pool.

https://arxiv.org/abs/2103.07579

At an input of 3x160x160:

  stage   output      blocks        parameters  multiply-adds
  stem    64x40x40                      65,760    241,459,200
  layer1  256x40x40   3 bottleneck     315,072    340,885,504
  layer2  512x20x20   4 bottleneck   1,746,432    524,812,288
  layer3  1024x10x10  6 bottleneck  10,251,776    750,256,128
  layer4  2048x5x5    3 bottleneck  21,263,872    419,168,256
  head    1000                       2,049,000      2,048,000
  total                             35,691,912  2,278,629,376
"""

import torch
from torch import Tensor, nn

__all__ = ["ResNetRS50"]


class SqueezeExcite(nn.Module):
    """Weigh each channel by what the means of all say (arXiv:1709.01507)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, channels // 4, 1)
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(channels // 4, channels, 1)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean((2, 3), keepdim=True)
        scale: Tensor = self.gate(self.fc2(self.act(self.fc1(mean))))
        return x * scale


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, cmid: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cmid)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cmid, cmid, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cmid)
        self.act2 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(cmid, cout, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(cout)
        self.se = SqueezeExcite(cout)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.AvgPool2d(2, stride, ceil_mode=True, count_include_pad=False)
                if stride > 1
                else nn.Identity(),
                nn.Conv2d(cin, cout, 1, bias=False),
                nn.BatchNorm2d(cout),
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
        out = self.se(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class ResNetRS50(nn.Module):
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
        self.conv1 = nn.Sequential(
            nn.Conv2d(3, 32, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(inplace=True),
            nn.Conv2d(32, 32, 3, padding=1, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(inplace=True),
            nn.Conv2d(32, 64, 3, padding=1, bias=False),
        )
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.Sequential(
            nn.Conv2d(64, 64, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(inplace=True),
        )
        self.layer1 = nn.Sequential(
            Bottleneck(64, 64, 256),
            *(Bottleneck(256, 64, 256) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(256, 128, 512, stride=2),
            *(Bottleneck(512, 128, 512) for _ in range(3)),
        )
        self.layer3 = nn.Sequential(
            Bottleneck(512, 256, 1024, stride=2),
            *(Bottleneck(1024, 256, 1024) for _ in range(5)),
        )
        self.layer4 = nn.Sequential(
            Bottleneck(1024, 512, 2048, stride=2),
            *(Bottleneck(2048, 512, 2048) for _ in range(2)),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, 1000)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 64x80x80
        x = self.bn1(x)
        x = self.act1(x)
        x = self.maxpool(x)  # 64x40x40
        layer1 = self.layer1(x)  # 256x40x40
        layer2 = self.layer2(layer1)  # 512x20x20
        layer3 = self.layer3(layer2)  # 1024x10x10
        layer4 = self.layer4(layer3)  # 2048x5x5
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.avgpool(x)  # 2048x1x1
        x = torch.flatten(x, 1)  # 2048
        x = self.fc(x)  # 1000
        return x
