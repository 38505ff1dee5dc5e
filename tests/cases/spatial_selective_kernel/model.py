# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 7b26c6cbe2464a49).
"""SpatialSelectiveKernel

At an input of 3x32x32:

  stage   output     blocks        parameters  multiply-adds
  stem    16x32x32                        464        442,368
  layer1  64x32x32   2 bottleneck      10,336      9,175,808
  layer2  128x16x16  2 bottleneck      43,680     12,060,160
  head    10                            1,290          1,280
  total                                55,770     21,679,616
"""

import torch
from torch import Tensor, nn

__all__ = ["SpatialSelectiveKernel"]


class ConvNormAct(nn.Module):
    """Conv, batch norm, relu."""

    def __init__(self, cin: int, cout: int, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            cin, cout, 3, stride, padding=dilation, dilation=dilation, bias=False
        )
        self.bn = nn.BatchNorm2d(cout)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.bn(x)
        x = self.act(x)
        return x


class SelectiveAttention(nn.Module):
    """Weigh the paths, channel by channel, by what they sum to."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc_reduce = nn.Conv2d(channels, 8, 1, bias=False)
        self.bn = nn.BatchNorm2d(8)
        self.act = nn.ReLU(inplace=True)
        self.fc_select = nn.Conv2d(8, 2 * channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        mean = x.sum(1).mean((2, 3), keepdim=True)
        weights: Tensor = self.fc_select(self.act(self.bn(self.fc_reduce(mean))))
        return torch.unflatten(weights, 1, (2, -1)).softmax(1)


class SelectiveKernel(nn.Module):
    """Convolutions of several extents, weighed by their sum (arXiv:1903.06586)."""

    def __init__(self, channels: int, stride: int = 1) -> None:
        super().__init__()
        self.paths = nn.ModuleList(
            [
                ConvNormAct(channels // 2, channels, stride),
                ConvNormAct(channels // 2, channels, stride, dilation=2),
            ]
        )
        self.attn = SelectiveAttention(channels)

    def forward(self, x: Tensor) -> Tensor:
        splits = x.chunk(2, dim=1)
        outs = [path(splits[i]) for i, path in enumerate(self.paths)]
        x = torch.stack(outs, dim=1)
        weights: Tensor = self.attn(x)
        return (x * weights).sum(1)


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(self, cin: int, cmid: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cmid)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = SelectiveKernel(cmid, stride)
        self.conv3 = nn.Conv2d(cmid, cout, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(cout)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class SpatialSelectiveKernel(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 64, "layer2": 128}
        self.feature_reductions = {"layer1": 1, "layer2": 2}
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            Bottleneck(16, 16, 64),
            Bottleneck(64, 16, 64),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(64, 32, 128, stride=2),
            Bottleneck(128, 32, 128),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(128, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x32x32
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 64x32x32
        layer2 = self.layer2(layer1)  # 128x16x16
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 128x1x1
        x = torch.flatten(x, 1)  # 128
        x = self.fc(x)  # 10
        return x
