# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest ba02a112e9b1024e).
"""NormEvonormS0Rank1

At an input of 3x64:

  stage   output  blocks          parameters  multiply-adds
  stem    16x64                          144          9,216
  layer1  16x64   2 preact_basic       3,264        196,608
  layer2  32x32   2 preact_basic      11,600        360,448
  head    10                             426            320
  total                               15,434        566,592
"""

import torch
from torch import Tensor, nn

__all__ = ["NormEvonormS0Rank1"]


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
        shape = (1, -1, 1)
        groups = torch.unflatten(x, 1, (self.groups, -1)).float()
        variance = groups.var((2, 3), unbiased=False, keepdim=True)
        scale = (variance + self.eps).rsqrt().type_as(x)
        gated = x * (x * self.v.reshape(shape)).sigmoid()
        x = (torch.unflatten(gated, 1, (self.groups, -1)) * scale).flatten(1, 2)
        return x * self.weight.reshape(shape) + self.bias.reshape(shape)


class PreActBasicBlock(nn.Module):
    """Two 3-wide convolutions, each after its norm and activation (arXiv:1603.05027,
    figure 4e).
    """

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.bn1 = EvoNorm(cin, groups=4, eps=0.001)
        self.conv1 = nn.Conv1d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn2 = EvoNorm(cout, groups=4, eps=0.001)
        self.conv2 = nn.Conv1d(cout, cout, 3, padding=1, bias=False)
        self.downsample = None
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(nn.Conv1d(cin, cout, 1, stride, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.bn1(x)
        shortcut = x if self.downsample is None else self.downsample(out)
        out = self.conv1(out)
        out = self.bn2(out)
        out = self.conv2(out)
        out += shortcut
        return out


class NormEvonormS0Rank1(nn.Module):
    """(N, 3, L) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": 1, "layer2": 2}
        self.conv1 = nn.Conv1d(3, 16, 3, padding=1, bias=False)
        self.layer1 = nn.Sequential(
            *(PreActBasicBlock(16, 16) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            PreActBasicBlock(16, 32, stride=2),
            PreActBasicBlock(32, 32),
        )
        self.bn2 = EvoNorm(32, groups=4, eps=0.001)
        self.avgpool = nn.AdaptiveAvgPool1d(1)
        self.fc = nn.Linear(32, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv1d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x64
        layer1 = self.layer1(x)  # 16x64
        layer2 = self.layer2(layer1)  # 32x32
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.bn2(x)
        x = self.avgpool(x)  # 32x1
        x = torch.flatten(x, 1)  # 32
        x = self.fc(x)  # 10
        return x
