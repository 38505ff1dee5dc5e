# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 5ced7d0cbc636156).
"""NormEvonormS0

At an input of 3x32x32:

  stage   output    blocks        parameters  multiply-adds
  stem    16x32x32                       480        442,368
  layer1  16x32x32  2 bottleneck       1,824      1,703,936
  layer2  32x16x16  2 bottleneck       7,296      1,966,080
  head    10                             330            320
  total                                9,930      4,112,704
"""

import torch
from torch import Tensor, nn

__all__ = ["NormEvonormS0"]


class Affine(nn.Module):
    """A scale and a shift for each channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        shape = (1, -1, 1, 1)
        return x * self.weight.reshape(shape) + self.bias.reshape(shape)


class EvoNorm(nn.Module):
    """EvoNorm-S0, a normalization that is an activation too (arXiv:2004.02967)."""

    def __init__(self, channels: int, groups: int = 32, eps: float = 1e-5) -> None:
        super().__init__()
        self.groups = groups
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.v = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        shape = (1, -1, 1, 1)
        groups = torch.unflatten(x, 1, (self.groups, -1)).float()
        variance = groups.var((2, 3, 4), unbiased=False, keepdim=True)
        scale = (variance + self.eps).rsqrt().type_as(x)
        gated = x * (x * self.v.reshape(shape)).sigmoid()
        x = (torch.unflatten(gated, 1, (self.groups, -1)) * scale).flatten(1, 2)
        return x * self.weight.reshape(shape) + self.bias.reshape(shape)


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, cmid: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1, bias=False)
        self.bn1 = EvoNorm(cmid, groups=8)
        self.conv2 = nn.Conv2d(cmid, cmid, 3, stride, padding=1, bias=False)
        self.bn2 = EvoNorm(cmid, groups=8)
        self.conv3 = nn.Conv2d(cmid, cout, 1, bias=False)
        self.bn3 = Affine(cout)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, cout, 1, stride, bias=False), Affine(cout)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class NormEvonormS0(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": 1, "layer2": 2}
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = EvoNorm(16, groups=8)
        self.layer1 = nn.Sequential(
            *(Bottleneck(16, 8, 16) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(16, 16, 32, stride=2),
            Bottleneck(32, 16, 32),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(32, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x32x32
        x = self.bn1(x)
        layer1 = self.layer1(x)  # 16x32x32
        layer2 = self.layer2(layer1)  # 32x16x16
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 32x1x1
        x = torch.flatten(x, 1)  # 32
        x = self.fc(x)  # 10
        return x
