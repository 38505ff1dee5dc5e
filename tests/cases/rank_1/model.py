# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest af086037d4361d08).
"""One axis.

At an input of 2x256:

  stage   output  blocks   parameters  multiply-adds
  stem    16x32                   288         18,432
  layer1  16x32   2 basic       3,072         98,304
  layer2  32x16   2 basic      11,264        180,224
  head    10                      330            320
  total                        14,954        297,280
"""

import torch
from torch import Tensor, nn

__all__ = ["Rank1"]


class AvgPlusMaxPool(nn.Module):
    """The sum of the global average and the global maximum."""

    def forward(self, x: Tensor) -> Tensor:
        axes = 2
        return x.mean(axes, keepdim=True) + x.amax(axes, keepdim=True)


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
        return x * scale.reshape((1, -1, 1)) + shift.reshape((1, -1, 1))


class BasicBlock(nn.Module):
    """Two 3-wide convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = FrozenBatchNorm(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv1d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = FrozenBatchNorm(cout)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.AvgPool1d(2, stride, ceil_mode=True, count_include_pad=False),
                nn.Conv1d(cin, cout, 1, bias=False),
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


class Rank1(nn.Module):
    """(N, 2, L) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": 8, "layer2": 16}
        self.conv1 = nn.Conv1d(2, 16, 9, stride=4, padding=4, bias=False)
        self.bn1 = FrozenBatchNorm(16)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool1d(3, stride=2, padding=1)
        self.layer1 = nn.Sequential(
            *(BasicBlock(16, 16) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(16, 32, stride=2),
            BasicBlock(32, 32),
        )
        self.global_pool = AvgPlusMaxPool()
        self.fc = nn.Linear(32, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv1d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x64
        x = self.bn1(x)
        x = self.act1(x)
        x = self.maxpool(x)  # 16x32
        layer1 = self.layer1(x)  # 16x32
        layer2 = self.layer2(layer1)  # 32x16
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.global_pool(x)  # 32x1
        x = torch.flatten(x, 1)  # 32
        x = self.fc(x)  # 10
        return x
