# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 716249a91c4dbac4).
"""Another kernel, stride and padding along each axis.

At an input of 1x16x64:

  stage   output    blocks  parameters  multiply-adds
  stem    16x16x16                 368        172,032
  layer1  16x16x16  2 wide       5,248      1,310,720
  layer2  32x8x16   2 wide      18,752      2,359,296
  head    10                       330            320
  total                         24,698      3,842,368
"""

import torch
from torch import Tensor, nn

__all__ = ["Anisotropic"]


class WideBlock(nn.Module):
    """The block type `wide` of the spec."""

    def __init__(self, cin: int, cout: int, stride: tuple[int, int] = (1, 1)) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, (1, 5), stride, padding=(0, 2), bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cout, cout, (5, 1), padding=(2, 0), bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != (1, 1) or cin != cout:
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


class Anisotropic(nn.Module):
    """(N, 1, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": (1, 4), "layer2": (2, 4)}
        self.conv1 = nn.Conv2d(1, 16, (3, 7), stride=(1, 2), padding=(1, 3), bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d((1, 3), stride=(1, 2), padding=(0, 1))
        self.layer1 = nn.Sequential(
            *(WideBlock(16, 16) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            WideBlock(16, 32, stride=(2, 1)),
            WideBlock(32, 32),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(32, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x16x32
        x = self.bn1(x)
        x = self.act1(x)
        x = self.maxpool(x)  # 16x16x16
        layer1 = self.layer1(x)  # 16x16x16
        layer2 = self.layer2(layer1)  # 32x8x16
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 32x1x1
        x = torch.flatten(x, 1)  # 32
        x = self.fc(x)  # 10
        return x
