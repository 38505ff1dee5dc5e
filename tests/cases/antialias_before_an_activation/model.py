# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 8a9906ac93c95cd7).
"""AntialiasBeforeAnActivation

https://arxiv.org/abs/1512.03385

At an input of 3x224x224:

  stage   output     blocks   parameters  multiply-adds
  stem    64x56x56                 9,536    118,013,952
  layer1  64x56x56   2 basic     147,968    462,422,016
  layer2  128x28x28  2 basic     525,568    411,041,792
  layer3  256x14x14  2 basic   2,099,712    411,041,792
  layer4  512x7x7    2 basic   8,393,728    411,041,792
  head    1000                   513,000        512,000
  total                       11,689,512  1,814,073,344
"""

import torch
from torch import Tensor, nn

__all__ = ["AntialiasBeforeAnActivation"]


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.aa = nn.AvgPool2d(3, stride, padding=1) if stride > 1 else nn.Identity()
        self.act1 = nn.ReLU()
        self.conv1 = nn.Conv2d(cin, cout, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.aa(x)
        out = self.act1(out)
        out = self.conv1(out)
        out = self.bn1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        return out


class AntialiasBeforeAnActivation(nn.Module):
    """(N, 3, H, W) to (N, 1000)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "layer1": 64,
            "layer2": 128,
            "layer3": 256,
            "layer4": 512,
        }
        self.feature_reductions = {"layer1": 4, "layer2": 8, "layer3": 16, "layer4": 32}
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
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
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512, 1000)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 64x112x112
        x = self.bn1(x)
        x = self.act1(x)
        x = self.maxpool(x)  # 64x56x56
        layer1 = self.layer1(x)  # 64x56x56
        layer2 = self.layer2(layer1)  # 128x28x28
        layer3 = self.layer3(layer2)  # 256x14x14
        layer4 = self.layer4(layer3)  # 512x7x7
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.avgpool(x)  # 512x1x1
        x = torch.flatten(x, 1)  # 512
        x = self.fc(x)  # 1000
        return x
