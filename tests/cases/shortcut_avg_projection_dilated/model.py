# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest ef572823913c75f9).
"""Where dilation stands in for the stride, the mean of ResNet-D moves by one pixel
and keeps the map's size.

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x16x16                  464        110,592
  layer1  16x16x16  1 basic       4,672      1,179,648
  layer2  32x16x16  2 basic      33,088      8,388,608
  layer3  64x16x16  2 basic     131,712     33,554,432
  head    10                        650            640
  total                         170,586     43,233,920
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["ShortcutAvgProjectionDilated"]


class SameAvgPool(nn.Module):
    """The mean around each pixel, with zeros past the edges: the map keeps its size."""

    def __init__(self, kernel_size: tuple[int, int]) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        # Before and after each axis, the last axis first.
        self.padding = [
            pad for k in reversed(kernel_size) for pad in ((k - 1) // 2, k // 2)
        ]

    def forward(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(F.pad(x, self.padding), self.kernel_size, 1)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(
        self, cin: int, cout: int, dilation: int = 1, conv2_dilation: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            cin, cout, 3, padding=dilation, dilation=dilation, bias=False
        )
        self.bn1 = nn.BatchNorm2d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(
            cout, cout, 3, padding=conv2_dilation, dilation=conv2_dilation, bias=False
        )
        self.bn2 = nn.BatchNorm2d(cout)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if cin != cout:
            self.downsample = nn.Sequential(
                SameAvgPool((2, 2)),
                nn.Conv2d(cin, cout, 1, bias=False),
                nn.BatchNorm2d(cout),
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


class ShortcutAvgProjectionDilated(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32, "layer3": 64}
        self.feature_reductions = {"layer1": 2, "layer2": 2, "layer3": 2}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            BasicBlock(16, 16),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(16, 32, conv2_dilation=2),
            BasicBlock(32, 32, dilation=2, conv2_dilation=2),
        )
        self.layer3 = nn.Sequential(
            BasicBlock(32, 64, dilation=2, conv2_dilation=4),
            BasicBlock(64, 64, dilation=4, conv2_dilation=4),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x16x16
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 16x16x16
        layer2 = self.layer2(layer1)  # 32x16x16
        layer3 = self.layer3(layer2)  # 64x16x16
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer3"]
        x = self.avgpool(x)  # 64x1x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
