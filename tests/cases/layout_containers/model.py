# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 8f41446cebf93dd2).
"""LayoutContainers

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

from torch import Tensor, nn

__all__ = ["LayoutContainers"]


class Entry(nn.Module):
    """Conv 7x7/2, batch norm, relu, max pool 3x3/2."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.norm = nn.BatchNorm2d(64)
        self.act = nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.norm(x)
        x = self.act(x)
        x = self.pool(x)
        return x


class ConvNormAct(nn.Module):
    """Conv, batch norm, relu."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, 3, stride, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(cout)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.norm(x)
        x = self.act(x)
        return x


class ConvNorm(nn.Module):
    """Conv 3x3, batch norm."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.norm(x)
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
        self.unit1 = ConvNormAct(cin, cout, stride)
        self.unit2 = ConvNorm(cout)
        self.act = nn.ReLU(inplace=True)
        self.skip: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.skip = Projection(cin, cout)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.unit1(x)
        out = self.unit2(out)
        out += self.skip(x)
        out = self.act(out)
        return out


class LayoutContainers(nn.Module):
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
        self.entry = Entry()
        self.body = nn.Sequential(
            nn.Sequential(
                *(BasicBlock(64, 64) for _ in range(2)),
            ),
            nn.Sequential(
                BasicBlock(64, 128, stride=2),
                BasicBlock(128, 128),
            ),
            nn.Sequential(
                BasicBlock(128, 256, stride=2),
                BasicBlock(256, 256),
            ),
            nn.Sequential(
                BasicBlock(256, 512, stride=2),
                BasicBlock(512, 512),
            ),
        )
        self.top = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(512, 1000),
        )

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.entry(x)  # 64x56x56
        layer1 = self.body[0](x)  # 64x56x56
        layer2 = self.body[1](layer1)  # 128x28x28
        layer3 = self.body[2](layer2)  # 256x14x14
        layer4 = self.body[3](layer3)  # 512x7x7
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.top(x)  # 1000
        return x
