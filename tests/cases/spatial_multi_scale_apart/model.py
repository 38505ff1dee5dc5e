# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 2fa4c17cfe3521cb).
"""SpatialMultiScaleApart

At an input of 3x8x12x12:

  stage   output      blocks   parameters  multiply-adds
  stem    16x8x12x12                3,072      3,483,648
  layer1  16x8x12x12  2 twice       6,128      6,967,296
  head    10                          170            160
  total                             9,370     10,451,104
"""

import torch
from torch import Tensor, nn

__all__ = ["SpatialMultiScaleApart"]


class MultiScale(nn.Module):
    """Convolve each group of channels, and pool the last (arXiv:1904.01169)."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv3d(8, 8, 3, padding=1, bias=False)])
        self.bns = nn.ModuleList([nn.BatchNorm3d(8)])
        self.act = nn.ReLU(inplace=True)
        self.pool = nn.AvgPool3d(3, stride=1, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        scales = x.chunk(2, dim=1)
        outs: list[Tensor] = []
        for i, (conv, bn) in enumerate(zip(self.convs, self.bns)):
            out = conv(scales[i])
            out = bn(out)
            out = self.act(out)
            outs.append(out)
        outs.append(self.pool(scales[-1]))
        return torch.cat(outs, dim=1)


class MultiScale2(nn.Module):
    """Convolve one group of channels after another (arXiv:1904.01169)."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv3d(8, 8, 3, padding=1, bias=False)])
        self.bns = nn.ModuleList([nn.BatchNorm3d(8)])
        self.act = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        scales = x.chunk(2, dim=1)
        out = scales[0]
        outs: list[Tensor] = []
        for i, (conv, bn) in enumerate(zip(self.convs, self.bns)):
            out = conv(out if i == 0 else out + scales[i])
            out = bn(out)
            out = self.act(out)
            outs.append(out)
        outs.append(scales[-1])
        return torch.cat(outs, dim=1)


class TwiceBlock(nn.Module):
    """Two multi-scale convolutions, the first of which stands in the block itself."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv3d(4, 4, 3, padding=1, bias=False) for _ in range(3)
        )
        self.bns = nn.ModuleList(nn.BatchNorm3d(4) for _ in range(3))
        self.act = nn.ReLU(inplace=True)
        self.conv2 = MultiScale2()
        self.act2 = nn.ReLU(inplace=True)

    def multi_scale(self, x: Tensor) -> Tensor:
        """Convolve one group of channels after another (arXiv:1904.01169)."""
        scales = x.chunk(4, dim=1)
        out = scales[0]
        outs: list[Tensor] = []
        for i, (conv, bn) in enumerate(zip(self.convs, self.bns)):
            out = conv(out if i == 0 else out + scales[i])
            out = bn(out)
            out = self.act(out)
            outs.append(out)
        outs.append(scales[-1])
        return torch.cat(outs, dim=1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.multi_scale(x)
        out = self.conv2(out)
        out += x
        out = self.act2(out)
        return out


class SpatialMultiScaleApart(nn.Module):
    """(N, 3, D, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16}
        self.feature_reductions = {"layer1": 1}
        self.conv1 = nn.Conv3d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm3d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = MultiScale()
        self.layer1 = nn.Sequential(
            *(TwiceBlock() for _ in range(2)),
        )
        self.avgpool = nn.AdaptiveAvgPool3d(1)
        self.fc = nn.Linear(16, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv3d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x8x12x12
        x = self.bn1(x)
        x = self.act1(x)
        x = self.conv2(x)
        layer1 = self.layer1(x)  # 16x8x12x12
        return {"layer1": layer1}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer1"]
        x = self.avgpool(x)  # 16x1x1x1
        x = torch.flatten(x, 1)  # 16
        x = self.fc(x)  # 10
        return x
