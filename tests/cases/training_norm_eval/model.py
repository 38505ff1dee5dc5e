# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest f937ae345e424854).
"""Every batch norm of the network in eval mode.

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x16x16                  464        110,592
  layer1  16x16x16  2 basic       9,344      2,359,296
  layer2  32x8x8    2 basic      33,088      2,097,152
  head    10                        330            320
  total                          43,226      4,567,360
"""

import torch
from torch import Tensor, nn

__all__ = ["TrainingNormEval"]


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.act2 = nn.ReLU(inplace=True)
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
        out += self.downsample(x)
        out = self.act2(out)
        return out


class TrainingNormEval(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": 2, "layer2": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(BasicBlock(16, 16) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(16, 32, stride=2),
            BasicBlock(32, 32),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(32, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

        self.train()

    def train(self, mode: bool = True) -> "TrainingNormEval":
        """The mode of all modules, but that the batch norms stay in eval mode."""
        super().train(mode)
        for m in self.modules():
            if isinstance(m, nn.modules.batchnorm._BatchNorm):
                m.eval()
        return self

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x16x16
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 16x16x16
        layer2 = self.layer2(layer1)  # 32x8x8
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 32x1x1
        x = torch.flatten(x, 1)  # 32
        x = self.fc(x)  # 10
        return x
