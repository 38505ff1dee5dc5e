# DO NOT EDIT: `resnetgen build` made this from the spec
# resnetgen's specs/wide/wide_resnet28_10.yaml (digest 84cf71ad1677beae).
"""Wide ResNet-28-10 for CIFAR-10.

https://arxiv.org/abs/1605.07146

At an input of 3x32x32:

  stage   output     blocks          parameters  multiply-adds
  stem    16x32x32                          432        442,368
  layer1  160x32x32  4 preact_basic   1,640,672  1,677,721,600
  layer2  320x16x16  4 preact_basic   6,968,000  1,782,579,200
  layer3  640x8x8    4 preact_basic  27,862,400  1,782,579,200
  head    10                              7,690          6,400
  total                              36,479,194  5,243,328,768
"""

import torch
from torch import Tensor, nn

__all__ = ["WideResNet28_10"]


class PreActBasicBlock(nn.Module):
    """Two 3x3 convolutions, each after its norm and activation (arXiv:1603.05027,
    figure 4e).
    """

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(cin)
        self.act1 = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.act2 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
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
        out += shortcut
        return out


class WideResNet28_10(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 160, "layer2": 320, "layer3": 640}
        self.feature_reductions = {"layer1": 1, "layer2": 2, "layer3": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.layer1 = nn.Sequential(
            PreActBasicBlock(16, 160),
            *(PreActBasicBlock(160, 160) for _ in range(3)),
        )
        self.layer2 = nn.Sequential(
            PreActBasicBlock(160, 320, stride=2),
            *(PreActBasicBlock(320, 320) for _ in range(3)),
        )
        self.layer3 = nn.Sequential(
            PreActBasicBlock(320, 640, stride=2),
            *(PreActBasicBlock(640, 640) for _ in range(3)),
        )
        self.bn2 = nn.BatchNorm2d(640)
        self.act2 = nn.ReLU(inplace=True)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(640, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x32x32
        layer1 = self.layer1(x)  # 160x32x32
        layer2 = self.layer2(layer1)  # 320x16x16
        layer3 = self.layer3(layer2)  # 640x8x8
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer3"]
        x = self.bn2(x)
        x = self.act2(x)
        x = self.avgpool(x)  # 640x1x1
        x = torch.flatten(x, 1)  # 640
        x = self.fc(x)  # 10
        return x
