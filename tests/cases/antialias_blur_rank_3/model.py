# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 866eab7fbc0f2063).
"""AntialiasBlurRank3

At an input of 1x8x16x16:

  stage   output     blocks   parameters  multiply-adds
  stem    8x8x16x16                  232        442,368
  layer1  8x8x16x16  1 basic       3,488      7,077,888
  layer2  16x8x8x8   2 basic      24,480     12,562,432
  layer3  16x4x4x4   2 basic      28,064      1,813,504
  head    10                         170            160
  total                           56,434     21,896,352
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["AntialiasBlurRank3"]


class BlurPool(nn.Module):
    """A binomial blur with a stride, each channel by itself (arXiv:1904.11486)."""

    filter: Tensor

    def __init__(self, channels: int, stride: tuple[int, int, int]) -> None:
        super().__init__()
        self.stride = stride
        taps = torch.tensor([1.0, 2.0, 1.0]) / 4.0
        taps = taps[:, None, None] * taps[:, None] * taps
        filter = taps.repeat(channels, 1, 1, 1, 1)
        self.register_buffer("filter", filter, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(x, [1, 1, 1, 1, 1, 1], mode="reflect")
        return F.conv3d(x, self.filter, stride=self.stride, groups=x.shape[1])


class BlurPool2(nn.Module):
    """A binomial blur with a stride, each channel by itself (arXiv:1904.11486)."""

    filter: Tensor

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        taps = torch.tensor([1.0, 2.0, 1.0]) / 4.0
        taps = taps[:, None, None] * taps[:, None] * taps
        filter = taps.repeat(channels, 1, 1, 1, 1)
        self.register_buffer("filter", filter, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(x, [1, 1, 1, 1, 1, 1], mode="reflect")
        return F.conv3d(x, self.filter, stride=self.stride, groups=x.shape[1])


def projection(cin: int, stride: tuple[int, int, int]) -> nn.Sequential:
    """A 1x1x1 convolution, where the two sides of an addition differ in shape."""
    return nn.Sequential(
        nn.Conv3d(cin, 16, 1, stride, bias=False),
        nn.BatchNorm3d(16),
    )


class BasicBlock(nn.Module):
    """Two 3x3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(
        self,
        cin: int,
        cout: int,
        aa: nn.Module,
        shortcut: nn.Module,
        stride: tuple[int, int, int] = (1, 1, 1),
    ) -> None:
        super().__init__()
        self.aa = aa
        self.conv1 = nn.Conv3d(cin, cout, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm3d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv3d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm3d(cout)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample = shortcut

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.aa(x)
        out = self.conv1(out)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class AntialiasBlurRank3(nn.Module):
    """(N, 1, D, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 8, "layer2": 16, "layer3": 16}
        self.feature_reductions = {
            "layer1": (1, 1, 1),
            "layer2": (1, 2, 2),
            "layer3": (2, 4, 4),
        }
        self.conv1 = nn.Conv3d(1, 8, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm3d(8)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            BasicBlock(8, 8, aa=nn.Identity(), shortcut=nn.Identity()),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(
                8,
                16,
                stride=(1, 2, 2),
                aa=BlurPool(8, stride=(1, 2, 2)),
                shortcut=projection(8, stride=(1, 2, 2)),
            ),
            BasicBlock(16, 16, aa=nn.Identity(), shortcut=nn.Identity()),
        )
        self.layer3 = nn.Sequential(
            BasicBlock(
                16,
                16,
                stride=(2, 2, 2),
                aa=BlurPool2(16, stride=2),
                shortcut=projection(16, stride=(2, 2, 2)),
            ),
            BasicBlock(16, 16, aa=nn.Identity(), shortcut=nn.Identity()),
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
        x = self.act1(x)
        layer1 = self.layer1(x)  # 8x8x16x16
        layer2 = self.layer2(layer1)  # 16x8x8x8
        layer3 = self.layer3(layer2)  # 16x4x4x4
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer3"]
        x = self.avgpool(x)  # 16x1x1x1
        x = torch.flatten(x, 1)  # 16
        x = self.fc(x)  # 10
        return x
