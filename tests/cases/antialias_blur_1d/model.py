# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 1a913b0f47a82569).
"""AntialiasBlur1d

https://arxiv.org/abs/1512.03385

At an input of 3x512:

  stage   output  blocks   parameters  multiply-adds
  stem    64x128                1,472        344,064
  layer1  64x128  2 basic      49,664      6,291,456
  layer2  128x64  2 basic     181,504     13,131,776
  layer3  256x32  2 basic     723,456     26,238,976
  layer4  512x16  2 basic   2,888,704     52,453,376
  head    1000                513,000        512,000
  total                     4,357,800     98,971,648
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["AntialiasBlur1d"]


class BlurPool(nn.Module):
    """A binomial blur with a stride, each channel by itself (arXiv:1904.11486)."""

    filter: Tensor

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        taps = torch.tensor([1.0, 2.0, 1.0]) / 4.0
        filter = taps.repeat(channels, 1, 1)
        self.register_buffer("filter", filter, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(x, [1, 1], mode="reflect")
        return F.conv1d(x, self.filter, stride=self.stride, groups=x.shape[1])


class BasicBlock(nn.Module):
    """Two 3-wide convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(cin, cout, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm1d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.aa = BlurPool(cout, stride) if stride > 1 else nn.Identity()
        self.conv2 = nn.Conv1d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm1d(cout)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.Conv1d(cin, cout, 1, stride, bias=False), nn.BatchNorm1d(cout)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.aa(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class AntialiasBlur1d(nn.Module):
    """(N, 3, L) to (N, 1000)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "layer1": 64,
            "layer2": 128,
            "layer3": 256,
            "layer4": 512,
        }
        self.feature_reductions = {"layer1": 4, "layer2": 8, "layer3": 16, "layer4": 32}
        self.conv1 = nn.Conv1d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm1d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool1d(3, stride=2, padding=1)
        self.layer1 = nn.Sequential(
            *(BasicBlock(64, 64) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(64, 128, stride=2),
            BasicBlock(128, 128),
        )
        self.layer3 = nn.Sequential(
            BasicBlock(128, 256, stride=2),
            BasicBlock(256, 256),
        )
        self.layer4 = nn.Sequential(
            BasicBlock(256, 512, stride=2),
            BasicBlock(512, 512),
        )
        self.avgpool = nn.AdaptiveAvgPool1d(1)
        self.fc = nn.Linear(512, 1000)

        for m in self.modules():
            if isinstance(m, nn.Conv1d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 64x256
        x = self.bn1(x)
        x = self.act1(x)
        x = self.maxpool(x)  # 64x128
        layer1 = self.layer1(x)  # 64x128
        layer2 = self.layer2(layer1)  # 128x64
        layer3 = self.layer3(layer2)  # 256x32
        layer4 = self.layer4(layer3)  # 512x16
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.avgpool(x)  # 512x1
        x = torch.flatten(x, 1)  # 512
        x = self.fc(x)  # 1000
        return x
