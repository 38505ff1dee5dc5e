# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 5780373ffaee4aec).
"""Three axes.

At an input of 1x16x24x24:

  stage   output     blocks   parameters  multiply-adds
  stem    16x16x6x6                1,200      2,764,800
  layer1  16x16x6x6  2 basic      27,648     15,925,248
  layer2  32x8x3x3   2 basic      97,280      7,004,160
  head    10                         650            640
  total                          126,778     25,694,848
"""

import torch
from torch import Tensor, nn

__all__ = ["Rank3"]


class AvgConcatMaxPool(nn.Module):
    """The global average and the global maximum beside each other."""

    def forward(self, x: Tensor) -> Tensor:
        axes = (2, 3, 4)
        average = x.mean(axes, keepdim=True)
        maximum = x.amax(axes, keepdim=True)
        return torch.cat((average, maximum), dim=1)


class FrozenBatchNorm(nn.Module):
    """Batch norm whose weights and statistics are buffers, trained in no mode."""

    weight: Tensor
    bias: Tensor
    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.register_buffer("weight", torch.ones(channels))
        self.register_buffer("bias", torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        scale = self.weight * (self.running_var + self.eps).rsqrt()
        shift = self.bias - self.running_mean * scale
        return x * scale.reshape((1, -1, 1, 1, 1)) + shift.reshape((1, -1, 1, 1, 1))


class BasicBlock(nn.Module):
    """Two 3x3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = FrozenBatchNorm(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv3d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = FrozenBatchNorm(cout)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.AvgPool3d(2, stride, ceil_mode=True, count_include_pad=False),
                nn.Conv3d(cin, cout, 1, bias=False),
                FrozenBatchNorm(cout),
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


class Rank3(nn.Module):
    """(N, 1, D, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": (1, 4, 4), "layer2": (2, 8, 8)}
        self.conv1 = nn.Conv3d(
            1, 16, (3, 5, 5), stride=(1, 2, 2), padding=(1, 2, 2), bias=False
        )
        self.bn1 = FrozenBatchNorm(16)
        self.act1 = nn.ReLU(inplace=True)
        self.pool = nn.AvgPool3d((1, 2, 2), stride=(1, 2, 2))
        self.layer1 = nn.Sequential(
            *(BasicBlock(16, 16) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(16, 32, stride=2),
            BasicBlock(32, 32),
        )
        self.global_pool = AvgConcatMaxPool()
        self.fc = nn.Linear(64, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv3d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x16x12x12
        x = self.bn1(x)
        x = self.act1(x)
        x = self.pool(x)  # 16x16x6x6
        layer1 = self.layer1(x)  # 16x16x6x6
        layer2 = self.layer2(layer1)  # 32x8x3x3
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.global_pool(x)  # 64x1x1x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
