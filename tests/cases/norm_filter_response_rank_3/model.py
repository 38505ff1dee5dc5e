# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest d178ff2fae936c6c).
"""NormFilterResponseRank3

At an input of 1x8x16x16:

  stage   output     blocks   parameters  multiply-adds
  stem    8x8x16x16                  240        442,368
  layer1  8x8x16x16  1 basic       3,488      7,077,888
  layer2  16x8x8x8   1 basic      10,592      5,373,952
  head    10                         170            160
  total                           14,490     12,894,368
"""

import torch
from torch import Tensor, nn

__all__ = ["NormFilterResponseRank3"]


class FilterResponseNorm(nn.Module):
    """Each channel over its root mean square (arXiv:1911.09737)."""

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        shape = (1, -1, 1, 1, 1)
        power = x.float().square().mean((2, 3, 4), keepdim=True)
        x = x * (power + self.eps).rsqrt().type_as(x)
        return x * self.weight.reshape(shape) + self.bias.reshape(shape)


class FilterResponseNormTLU(nn.Module):
    """Each channel over its root mean square, above a threshold (arXiv:1911.09737)."""

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.tau = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        shape = (1, -1, 1, 1, 1)
        power = x.float().square().mean((2, 3, 4), keepdim=True)
        x = x * (power + self.eps).rsqrt().type_as(x)
        x = x * self.weight.reshape(shape) + self.bias.reshape(shape)
        return torch.maximum(x, self.tau.reshape(shape))


class BasicBlock(nn.Module):
    """Two 3x3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cout: int, stride: tuple[int, int, int] = (1, 1, 1)) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(8, cout, 3, stride, padding=1, bias=False)
        self.act1 = nn.SiLU(inplace=True)
        self.bn1 = FilterResponseNorm(cout)
        self.conv2 = nn.Conv3d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = FilterResponseNorm(cout)
        self.act2 = nn.SiLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != (1, 1, 1) or 8 != cout:
            self.downsample = nn.Sequential(
                nn.Conv3d(8, cout, 1, stride, bias=False), FilterResponseNorm(cout)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.act1(out)
        out = self.bn1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class NormFilterResponseRank3(nn.Module):
    """(N, 1, D, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 8, "layer2": 16}
        self.feature_reductions = {"layer1": (1, 1, 1), "layer2": (1, 2, 2)}
        self.conv1 = nn.Conv3d(1, 8, 3, padding=1, bias=False)
        self.bn1 = FilterResponseNormTLU(8)
        self.layer1 = nn.Sequential(
            BasicBlock(8),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(16, stride=(1, 2, 2)),
        )
        self.avgpool = nn.AdaptiveAvgPool3d(1)
        self.fc = nn.Linear(16, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv3d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 8x8x16x16
        x = self.bn1(x)
        layer1 = self.layer1(x)  # 8x8x16x16
        layer2 = self.layer2(layer1)  # 16x8x8x8
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 16x1x1x1
        x = torch.flatten(x, 1)  # 16
        x = self.fc(x)  # 10
        return x
