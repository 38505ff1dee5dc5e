# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 0e25815aca62137b).
"""DropBlock3d

https://arxiv.org/abs/1512.03385

At an input of 3x32x64x64:

  stage   output      blocks   parameters  multiply-adds
  stem    64x8x16x16               65,984  1,078,984,704
  layer1  64x8x16x16  2 basic     442,880    905,969,664
  layer2  128x4x8x8   2 basic   1,557,760    398,458,880
  layer3  256x2x4x4   2 basic   6,228,480    199,229,440
  layer4  512x1x2x2   2 basic  24,908,800     99,614,720
  head    1000                    513,000        512,000
  total                        33,716,904  2,682,769,408
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["DropBlock3d"]


class DropBlock(nn.Module):
    """While training, zero pieces of the map in all channels (arXiv:1810.12890)."""

    def __init__(self, rate: float, size: int, scale: float = 1.0) -> None:
        super().__init__()
        self.rate = rate * scale
        self.size = size

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        sizes = [min(self.size, extent) for extent in x.shape[2:]]
        centres = self.rate
        for extent, size in zip(x.shape[2:], sizes):
            centres *= extent / size / (extent - size + 1)
        mask = torch.empty_like(x[:, :1]).bernoulli_(min(centres, 1.0))
        dropped = F.max_pool3d(mask, sizes, 1, [size // 2 for size in sizes])
        for axis, size in enumerate(sizes):
            dropped = dropped.narrow(axis + 2, 1 - size % 2, x.shape[axis + 2])
        kept = 1.0 - dropped
        left = kept.sum(dtype=torch.float32).clamp(min=1.0)
        return x * kept * (kept.numel() / left)


class BasicBlock(nn.Module):
    """Two 3x3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm3d(cout)
        self.drop_block = DropBlock(0.1, size=4)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv3d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm3d(cout)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.Conv3d(cin, cout, 1, stride, bias=False), nn.BatchNorm3d(cout)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.drop_block(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class DropBlock3d(nn.Module):
    """(N, 3, D, H, W) to (N, 1000)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "layer1": 64,
            "layer2": 128,
            "layer3": 256,
            "layer4": 512,
        }
        self.feature_reductions = {"layer1": 4, "layer2": 8, "layer3": 16, "layer4": 32}
        self.conv1 = nn.Conv3d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm3d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool3d(3, stride=2, padding=1)
        self.layer1 = nn.Sequential(
            *(BasicBlock(64, 64) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(64, 128, stride=2),
            BasicBlock(128, 128),
        )
        self.layer3 = nn.Sequential(
            BasicBlock(128, 256, stride=2),
            BasicBlock(256, 256),
        )
        self.layer4 = nn.Sequential(
            BasicBlock(256, 512, stride=2),
            BasicBlock(512, 512),
        )
        self.avgpool = nn.AdaptiveAvgPool3d(1)
        self.fc = nn.Linear(512, 1000)

        for m in self.modules():
            if isinstance(m, nn.Conv3d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 64x16x32x32
        x = self.bn1(x)
        x = self.act1(x)
        x = self.maxpool(x)  # 64x8x16x16
        layer1 = self.layer1(x)  # 64x8x16x16
        layer2 = self.layer2(layer1)  # 128x4x8x8
        layer3 = self.layer3(layer2)  # 256x2x4x4
        layer4 = self.layer4(layer3)  # 512x1x2x2
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.avgpool(x)  # 512x1x1x1
        x = torch.flatten(x, 1)  # 512
        x = self.fc(x)  # 1000
        return x
