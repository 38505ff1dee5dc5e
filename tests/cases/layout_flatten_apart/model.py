# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest dfc45bb6a6a36d26).
"""LayoutFlattenApart

https://arxiv.org/abs/1512.03385

At an input of 3x224x224:

  stage   output     blocks   parameters  multiply-adds
  stem    64x56x56                 9,536    118,013,952
  layer1  64x56x56   2 basic     147,968    462,422,016
  layer2  128x28x28  2 basic     525,568    411,041,792
  layer3  256x14x14  2 basic   2,099,712    411,041,792
  layer4  512x7x7    2 basic   8,393,728    411,041,792
  head    1000                   513,000        512,000
  total                       11,689,512  1,814,073,344
"""

import torch
from torch import Tensor, nn

__all__ = ["LayoutFlattenApart"]


class AvgPlusMaxPool(nn.Module):
    """The sum of the global average and the global maximum."""

    def forward(self, x: Tensor) -> Tensor:
        axes = (2, 3)
        return x.mean(axes, keepdim=True) + x.amax(axes, keepdim=True)


class Stem(nn.Module):
    """Conv 7x7/2, batch norm, relu, max pool 3x3/2."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.norm1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        x = self.norm1(x)
        x = self.act1(x)
        x = self.pool(x)
        return x


class Head(nn.Module):
    """Global avg + max pool, dropout 0.3."""

    def __init__(self) -> None:
        super().__init__()
        self.global_pool = AvgPlusMaxPool()
        self.dropout = nn.Dropout(0.3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.global_pool(x)
        x = self.dropout(x)
        return x


class Projection(nn.Module):
    """Conv 1x1/2, batch norm."""

    def __init__(self, cin: int, cout: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, 1, stride=2, bias=False)
        self.norm = nn.BatchNorm2d(cout)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.norm(x)
        return x


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = Projection(cin, cout)
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(cout)
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.norm1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.norm2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class Stage(nn.Module):
    """Blocks in a row."""

    def __init__(self, *blocks: nn.Module) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(x)
        return x


class LayoutFlattenApart(nn.Module):
    """(N, 3, H, W) to (N, 1000)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "layer1": 64,
            "layer2": 128,
            "layer3": 256,
            "layer4": 512,
        }
        self.feature_reductions = {"layer1": 4, "layer2": 8, "layer3": 16, "layer4": 32}
        self.stem = Stem()
        self.stages = nn.Sequential(
            Stage(
                *(BasicBlock(64, 64) for _ in range(2)),
            ),
            Stage(
                BasicBlock(64, 128, stride=2),
                BasicBlock(128, 128),
            ),
            Stage(
                BasicBlock(128, 256, stride=2),
                BasicBlock(256, 256),
            ),
            Stage(
                BasicBlock(256, 512, stride=2),
                BasicBlock(512, 512),
            ),
        )
        self.head = Head()
        self.classifier = nn.Conv2d(512, 1000, 1)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.stem(x)  # 64x56x56
        layer1 = self.stages[0](x)  # 64x56x56
        layer2 = self.stages[1](layer1)  # 128x28x28
        layer3 = self.stages[2](layer2)  # 256x14x14
        layer4 = self.stages[3](layer3)  # 512x7x7
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.head(x)  # 512x1x1
        x = self.classifier(x)  # 1000x1x1
        x = torch.flatten(x, 1)  # 1000
        return x
