# DO NOT EDIT: `resnetgen build` made this from the spec
# resnetgen's specs/examples/resnet18_1d.yaml (digest 1d3b2556d6084ddf).
"""ResNet-18 over time, for twelve-lead electrocardiograms with several findings
each.

https://arxiv.org/abs/1512.03385

At an input of 12x5000:

  stage   output   blocks   parameters  multiply-adds
  stem    64x1250                5,504     13,440,000
  layer1  64x1250  2 basic      49,664     61,440,000
  layer2  128x625  2 basic     181,504    112,640,000
  layer3  256x313  2 basic     723,456    225,640,448
  layer4  512x157  2 basic   2,888,704    452,722,688
  head    71                    36,423         36,352
  total                      3,885,255    865,919,488
"""

import torch
from torch import Tensor, nn

__all__ = ["ResNet18_1d"]


class BasicBlock(nn.Module):
    """Two 3-wide convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm1d(cout)
        self.act1 = nn.ReLU(inplace=True)
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
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class ResNet18_1d(nn.Module):
    """(N, 12, L) to (N, 71)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "layer1": 64,
            "layer2": 128,
            "layer3": 256,
            "layer4": 512,
        }
        self.feature_reductions = {"layer1": 4, "layer2": 8, "layer3": 16, "layer4": 32}
        self.conv1 = nn.Conv1d(12, 64, 7, stride=2, padding=3, bias=False)
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
        self.fc = nn.Linear(512, 71)
        self.activation = nn.Sigmoid()

        for m in self.modules():
            if isinstance(m, nn.Conv1d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 64x2500
        x = self.bn1(x)
        x = self.act1(x)
        x = self.maxpool(x)  # 64x1250
        layer1 = self.layer1(x)  # 64x1250
        layer2 = self.layer2(layer1)  # 128x625
        layer3 = self.layer3(layer2)  # 256x313
        layer4 = self.layer4(layer3)  # 512x157
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.avgpool(x)  # 512x1
        x = torch.flatten(x, 1)  # 512
        x = self.fc(x)  # 71
        x = self.activation(x)
        return x
