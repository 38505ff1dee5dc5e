# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 8427268f7578564d).
"""The smallest network, a single block without a stem.

At an input of 3x32x32:

  stage   output   blocks   parameters  multiply-adds
  layer1  3x32x32  1 basic         174        165,888
  head    10                        40             30
  total                            214        165,918
"""

import torch
from torch import Tensor, nn

__all__ = ["OneBlock"]


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 3, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(3)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(3, 3, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(3)
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += x
        out = self.act2(out)
        return out


class OneBlock(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 3}
        self.feature_reductions = {"layer1": 1}
        self.layer1 = nn.Sequential(
            BasicBlock(),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(3, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        layer1 = self.layer1(x)  # 3x32x32
        return {"layer1": layer1}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer1"]
        x = self.avgpool(x)  # 3x1x1
        x = torch.flatten(x, 1)  # 3
        x = self.fc(x)  # 10
        return x
