# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 888622c9e32d6c12).
"""Widths that are called like what the code needs the names for.

At an input of 3x32x32:

  stage   output    blocks     parameters  multiply-adds
  stem    16x16x16                    464        110,592
  layer1  16x16x16  2 tangled      19,992      4,917,248
  layer2  32x8x8    2 tangled      37,336      2,671,616
  head    10                          330            320
  total                            58,122      7,699,776
"""

import torch
from torch import Tensor, nn

__all__ = ["WidthsByStrangeNames"]


class TangledBlock(nn.Module):
    """The block type `tangled` of the spec."""

    def __init__(
        self,
        cin: int,
        cout: int,
        out_channels: int,
        conv3_out_channels: int,
        conv4_out_channels: int,
        int: int,
        stride: int,
        conv7_out_channels: int,
        conv8_out_channels: int,
        conv6_stride: int = 1,
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, 5, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(5)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(5, out_channels, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.act2 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(out_channels, conv3_out_channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(conv3_out_channels)
        self.act3 = nn.ReLU(inplace=True)
        self.conv4 = nn.Conv2d(conv3_out_channels, conv4_out_channels, 1, bias=False)
        self.bn4 = nn.BatchNorm2d(conv4_out_channels)
        self.act4 = nn.ReLU(inplace=True)
        self.conv5 = nn.Conv2d(conv4_out_channels, int, 1, bias=False)
        self.bn5 = nn.BatchNorm2d(int)
        self.act5 = nn.ReLU(inplace=True)
        self.conv6 = nn.Conv2d(
            int, stride, 3, stride=conv6_stride, padding=1, bias=False
        )
        self.bn6 = nn.BatchNorm2d(stride)
        self.act6 = nn.ReLU(inplace=True)
        self.conv7 = nn.Conv2d(stride, conv7_out_channels, 1, bias=False)
        self.bn7 = nn.BatchNorm2d(conv7_out_channels)
        self.act7 = nn.ReLU(inplace=True)
        self.conv8 = nn.Conv2d(conv7_out_channels, conv8_out_channels, 1, bias=False)
        self.bn8 = nn.BatchNorm2d(conv8_out_channels)
        self.act8 = nn.ReLU(inplace=True)
        self.conv9 = nn.Conv2d(conv8_out_channels, cout, 1, bias=False)
        self.bn9 = nn.BatchNorm2d(cout)
        self.act9 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if conv6_stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, cout, 1, stride=conv6_stride, bias=False),
                nn.BatchNorm2d(cout),
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.act2(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out = self.act3(out)
        out = self.conv4(out)
        out = self.bn4(out)
        out = self.act4(out)
        out = self.conv5(out)
        out = self.bn5(out)
        out = self.act5(out)
        out = self.conv6(out)
        out = self.bn6(out)
        out = self.act6(out)
        out = self.conv7(out)
        out = self.bn7(out)
        out = self.act7(out)
        out = self.conv8(out)
        out = self.bn8(out)
        out = self.act8(out)
        out = self.conv9(out)
        out = self.bn9(out)
        out += self.downsample(x)
        out = self.act9(out)
        return out


class WidthsByStrangeNames(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": 2, "layer2": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(
                TangledBlock(
                    16,
                    16,
                    out_channels=22,
                    conv3_out_channels=23,
                    conv4_out_channels=24,
                    int=25,
                    stride=26,
                    conv7_out_channels=27,
                    conv8_out_channels=28,
                )
                for _ in range(2)
            ),
        )
        self.layer2 = nn.Sequential(
            TangledBlock(
                16,
                32,
                out_channels=22,
                conv3_out_channels=23,
                conv4_out_channels=24,
                int=25,
                stride=26,
                conv7_out_channels=27,
                conv8_out_channels=28,
                conv6_stride=2,
            ),
            TangledBlock(
                32,
                32,
                out_channels=38,
                conv3_out_channels=39,
                conv4_out_channels=40,
                int=41,
                stride=42,
                conv7_out_channels=43,
                conv8_out_channels=44,
            ),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(32, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x16x16
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 16x16x16
        layer2 = self.layer2(layer1)  # 32x8x8
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 32x1x1
        x = torch.flatten(x, 1)  # 32
        x = self.fc(x)  # 10
        return x
