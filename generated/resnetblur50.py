# DO NOT EDIT: `resnetgen build` made this from the spec
# resnetgen's specs/antialiased/resnetblur50.yaml (digest d2ec35caea59f42f).
"""Anti-aliased ResNet-50, whose blocks shrink the map by a blur.

https://arxiv.org/abs/1904.11486

At an input of 3x224x224:

  stage   output      blocks        parameters  multiply-adds
  stem    64x56x56                       9,536    119,820,288
  layer1  256x56x56   3 bottleneck     215,808    667,942,912
  layer2  512x28x28   4 bottleneck   1,219,584  1,375,324,160
  layer3  1024x14x14  6 bottleneck   7,098,368  1,811,604,480
  layer4  2048x7x7    3 bottleneck  14,964,736  1,156,280,832
  head    1000                       2,049,000      2,048,000
  total                             25,557,032  5,133,020,672
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["ResNetBlur50"]


class BlurPool(nn.Module):
    """A binomial blur with a stride, each channel by itself (arXiv:1904.11486)."""

    filter: Tensor

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        taps = torch.tensor([1.0, 2.0, 1.0]) / 4.0
        taps = taps[:, None] * taps
        filter = taps.repeat(channels, 1, 1, 1)
        self.register_buffer("filter", filter, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(x, [1, 1, 1, 1], mode="reflect")
        return F.conv2d(x, self.filter, stride=self.stride, groups=x.shape[1])


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, cmid: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cmid)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cmid, cmid, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cmid)
        self.act2 = nn.ReLU(inplace=True)
        self.aa = BlurPool(cmid, stride) if stride > 1 else nn.Identity()
        self.conv3 = nn.Conv2d(cmid, cout, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(cout)
        self.act3 = nn.ReLU(inplace=True)
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
        out = self.act2(out)
        out = self.aa(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class ResNetBlur50(nn.Module):
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
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=1, padding=1)
        self.aa = BlurPool(64, stride=2)
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
        x = self.conv1(x)  # 64x112x112
        x = self.bn1(x)
        x = self.act1(x)
        x = self.maxpool(x)
        x = self.aa(x)  # 64x56x56
        layer1 = self.layer1(x)  # 256x56x56
        layer2 = self.layer2(layer1)  # 512x28x28
        layer3 = self.layer3(layer2)  # 1024x14x14
        layer4 = self.layer4(layer3)  # 2048x7x7
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.avgpool(x)  # 2048x1x1
        x = torch.flatten(x, 1)  # 2048
        x = self.fc(x)  # 1000
        return x
