# DO NOT EDIT: `resnetgen build` made this from the spec
# resnetgen's specs/eca/ecaresnet26t.yaml (digest 8257f08c80cbf1b4).
"""ECA-ResNet-26-T.

https://arxiv.org/abs/1910.03151

At an input of 3x256x256:

  stage   output      blocks        parameters  multiply-adds
  stem    64x64x64                      26,232    425,852,928
  layer1  256x64x64   2 bottleneck     145,418    587,205,120
  layer2  512x32x32   2 bottleneck     659,466    771,757,056
  layer3  1024x16x16  2 bottleneck   2,629,642    771,762,176
  layer4  2048x8x8    2 bottleneck  10,502,158    771,780,608
  head    1000                       2,049,000      2,048,000
  total                             16,011,916  3,330,405,888
"""

import torch
from torch import Tensor, nn

__all__ = ["ECAResNet26t"]


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


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(
        self, cin: int, cmid: int, cout: int, se_kernel_size: int, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cmid)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cmid, cmid, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cmid)
        self.act2 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(cmid, cout, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(cout)
        self.se = EfficientChannelAttention(kernel_size=se_kernel_size)
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


class ECAResNet26t(nn.Module):
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
            nn.Conv2d(3, 24, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(inplace=True),
            nn.Conv2d(24, 32, 3, padding=1, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(inplace=True),
            nn.Conv2d(32, 64, 3, padding=1, bias=False),
        )
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = nn.Sequential(
            Bottleneck(64, 64, 256, se_kernel_size=5),
            Bottleneck(256, 64, 256, se_kernel_size=5),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(256, 128, 512, se_kernel_size=5, stride=2),
            Bottleneck(512, 128, 512, se_kernel_size=5),
        )
        self.layer3 = nn.Sequential(
            Bottleneck(512, 256, 1024, se_kernel_size=5, stride=2),
            Bottleneck(1024, 256, 1024, se_kernel_size=5),
        )
        self.layer4 = nn.Sequential(
            Bottleneck(1024, 512, 2048, se_kernel_size=7, stride=2),
            Bottleneck(2048, 512, 2048, se_kernel_size=7),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, 1000)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 64x128x128
        x = self.bn1(x)
        x = self.act1(x)
        x = self.maxpool(x)  # 64x64x64
        layer1 = self.layer1(x)  # 256x64x64
        layer2 = self.layer2(layer1)  # 512x32x32
        layer3 = self.layer3(layer2)  # 1024x16x16
        layer4 = self.layer4(layer3)  # 2048x8x8
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.avgpool(x)  # 2048x1x1
        x = torch.flatten(x, 1)  # 2048
        x = self.fc(x)  # 1000
        return x
