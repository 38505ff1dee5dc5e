# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 67a6acdf1caa5f26).
"""Three axes, with the shortcuts that are classes of their own.

At an input of 1x8x16x16:

  stage   output    blocks   parameters  multiply-adds
  stem    16x4x8x8                  464        110,592
  layer1  16x4x8x8  2 basic      27,776      7,077,888
  layer2  32x4x4x4  2 basic      97,024      6,193,152
  layer3  48x2x2x2  1 basic     103,872        829,440
  head    10                        490            480
  total                         229,626     14,211,552
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["Rank3Pad"]


class AvgPlusMaxPool(nn.Module):
    """The sum of the global average and the global maximum."""

    def forward(self, x: Tensor) -> Tensor:
        axes = (2, 3, 4)
        return x.mean(axes, keepdim=True) + x.amax(axes, keepdim=True)


class DropPath(nn.Module):
    """While training, zero the branch of a sample with probability `rate`."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = 1.0 - self.rate
        mask = x.new_empty((x.shape[0], 1, 1, 1, 1)).bernoulli_(kept)
        return x * mask.div_(kept)


class PadChannels(nn.Module):
    """Every `stride`-th pixel, and zeros for the channels that the block adds."""

    def __init__(self, extra_channels: int, stride: int) -> None:
        super().__init__()
        self.extra_channels = extra_channels
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride, :: self.stride, :: self.stride]
        return F.pad(x, (0, 0, 0, 0, 0, 0, 0, self.extra_channels))


class PadChannelsByAxis(nn.Module):
    """Every `stride`-th pixel, and zeros for the channels that the block adds."""

    def __init__(self, extra_channels: int, stride: tuple[int, int, int]) -> None:
        super().__init__()
        self.extra_channels = extra_channels
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, :, :: self.stride[0], :: self.stride[1], :: self.stride[2]]
        return F.pad(x, (0, 0, 0, 0, 0, 0, 0, self.extra_channels))


class BasicBlock(nn.Module):
    """Two 3x3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(
        self,
        cin: int,
        cout: int,
        drop_path: float,
        shortcut: nn.Module,
        stride: tuple[int, int, int] = (1, 1, 1),
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm3d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv3d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm3d(cout)
        self.drop_path = DropPath(drop_path)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample = shortcut

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


class Rank3Pad(nn.Module):
    """(N, 1, D, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32, "layer3": 48}
        self.feature_reductions = {
            "layer1": (2, 2, 2),
            "layer2": (2, 4, 4),
            "layer3": (4, 8, 8),
        }
        self.conv1 = nn.Conv3d(1, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm3d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(
                BasicBlock(16, 16, drop_path=0.1 * i / 4, shortcut=nn.Identity())
                for i in range(2)
            ),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(
                16,
                32,
                drop_path=0.1 * 2 / 4,
                stride=(1, 2, 2),
                shortcut=PadChannelsByAxis(16, stride=(1, 2, 2)),
            ),
            BasicBlock(32, 32, drop_path=0.1 * 3 / 4, shortcut=nn.Identity()),
        )
        self.layer3 = nn.Sequential(
            BasicBlock(
                32,
                48,
                drop_path=0.1 * 4 / 4,
                stride=(2, 2, 2),
                shortcut=PadChannels(16, stride=2),
            ),
        )
        self.global_pool = AvgPlusMaxPool()
        self.fc = nn.Linear(48, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv3d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x4x8x8
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 16x4x8x8
        layer2 = self.layer2(layer1)  # 32x4x4x4
        layer3 = self.layer3(layer2)  # 48x2x2x2
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer3"]
        x = self.global_pool(x)  # 48x1x1x1
        x = torch.flatten(x, 1)  # 48
        x = self.fc(x)  # 10
        return x
