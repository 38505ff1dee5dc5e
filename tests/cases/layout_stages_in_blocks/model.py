# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 844992f762770acd).
"""LayoutStagesInBlocks

https://arxiv.org/abs/1512.03385

At an input of 3x224x224:

  stage   output     blocks   parameters  multiply-adds
  stem    64x56x56                 9,536    118,013,952
  layer1  64x56x56   2 basic     147,968    462,422,016
  layer2  128x28x28  2 basic     525,568    411,041,792
  layer3  256x14x14  2 basic   2,099,712    411,041,792
  layer4  512x7x7    2 basic   8,393,728    411,041,792
  total                       11,176,512  1,813,561,344
"""

from torch import Tensor, nn

__all__ = ["LayoutStagesInBlocks"]


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout)
            )
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class Stage(nn.Module):
    """Blocks in a row."""

    def __init__(self, *blocks: nn.Module) -> None:
        super().__init__()
        self.units = nn.Sequential(*blocks)

    def forward(self, x: Tensor) -> Tensor:
        x = self.units(x)
        return x


class LayoutStagesInBlocks(nn.Module):
    """(N, 3, H, W) to the maps of layer2, layer4."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer2": 128, "layer4": 512}
        self.feature_reductions = {"layer2": 8, "layer4": 32}
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.trunk = nn.Sequential(
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

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        x = self.conv1(x)  # 64x112x112
        x = self.bn1(x)
        x = self.act1(x)
        x = self.maxpool(x)  # 64x56x56
        x = self.trunk[0](x)  # 64x56x56
        layer2 = self.trunk[1](x)  # 128x28x28
        x = self.trunk[2](layer2)  # 256x14x14
        layer4 = self.trunk[3](x)  # 512x7x7
        return {"layer2": layer2, "layer4": layer4}
