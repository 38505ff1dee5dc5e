# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest d2667390fd755c1f).
"""One axis, with the shortcuts and the pool that are classes of their own.

At an input of 2x128:

  stage   output  blocks   parameters  multiply-adds
  stem    16x64                   128          6,144
  layer1  16x64   2 basic       3,200        196,608
  layer2  32x32   2 basic      11,008        344,064
  head    10                      650            640
  total                        14,986        547,456
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["Rank1Pad"]


class AvgConcatMaxPool(nn.Module):
    """The global average and the global maximum beside each other."""

    def forward(self, x: Tensor) -> Tensor:
        axes = 2
        average = x.mean(axes, keepdim=True)
        maximum = x.amax(axes, keepdim=True)
        return torch.cat((average, maximum), dim=1)


class DropPath(nn.Module):
    """While training, zero the branch of a sample with probability `rate`."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = 1.0 - self.rate
        mask = x.new_empty((x.shape[0], 1, 1)).bernoulli_(kept)
        return x * mask.div_(kept)


class PadChannels(nn.Module):
    """Every `stride`-th pixel, and zeros for the channels that the block adds."""

    def __init__(self, extra_channels: int, stride: int) -> None:
        super().__init__()
        self.extra_channels = extra_channels
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride]
        return F.pad(x, (0, 0, 0, self.extra_channels))


class BasicBlock(nn.Module):
    """Two 3-wide convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, cout: int, drop_path: float, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm1d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv1d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm1d(cout)
        self.drop_path = DropPath(drop_path)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = PadChannels(cin, stride)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.drop_path(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class Rank1Pad(nn.Module):
    """(N, 2, L) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": 2, "layer2": 4}
        self.conv1 = nn.Conv1d(2, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm1d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(BasicBlock(16, 16, drop_path=0.1 * i / 3) for i in range(2)),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(16, 32, drop_path=0.1 * 2 / 3, stride=2),
            BasicBlock(32, 32, drop_path=0.1 * 3 / 3),
        )
        self.global_pool = AvgConcatMaxPool()
        self.fc = nn.Linear(64, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv1d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x64
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 16x64
        layer2 = self.layer2(layer1)  # 32x32
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.global_pool(x)  # 64x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
