# DO NOT EDIT: `resnetgen build` made this from the spec
# resnetgen's specs/sk/skresnet50.yaml (digest cac133bed482fab6).
"""SK-ResNet-50, whose kernels of two sizes each see half of the channels.

https://arxiv.org/abs/1903.06586

At an input of 3x224x224:

  stage   output      blocks        parameters  multiply-adds
  stem    64x56x56                       9,536    118,013,952
  layer1  256x56x56   3 bottleneck     220,848    667,947,520
  layer2  512x28x28   4 bottleneck   1,232,960  1,027,616,768
  layer3  1024x14x14  6 bottleneck   7,175,360  1,464,410,112
  layer4  2048x7x7    3 bottleneck  15,115,456    809,385,984
  head    1000                       2,049,000      2,048,000
  total                             25,803,160  4,089,422,336
"""

import torch
from torch import Tensor, nn

__all__ = ["SKResNet50"]


class ConvNormAct(nn.Module):
    """Conv, batch norm, relu."""

    def __init__(
        self, cin: int, cout: int, kernel_size: int, dilation: int = 1, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(
            cin,
            cout,
            kernel_size,
            stride,
            padding=dilation * (kernel_size // 2),
            dilation=dilation,
            bias=False,
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

    def __init__(self, channels: int, reduced: int) -> None:
        super().__init__()
        self.fc_reduce = nn.Conv2d(channels, reduced, 1, bias=False)
        self.bn = nn.BatchNorm2d(reduced)
        self.act = nn.ReLU(inplace=True)
        self.fc_select = nn.Conv2d(reduced, 2 * channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        mean = x.sum(1).mean((2, 3), keepdim=True)
        weights: Tensor = self.fc_select(self.act(self.bn(self.fc_reduce(mean))))
        return torch.unflatten(weights, 1, (2, -1)).softmax(1)


class ConvNorm(nn.Module):
    """Conv 1x1, batch norm."""

    def __init__(self, cin: int, cout: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, 1, bias=False)
        self.bn = nn.BatchNorm2d(cout)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.bn(x)
        return x


class SelectiveKernel(nn.Module):
    """Convolutions of several extents, weighed by their sum (arXiv:1903.06586)."""

    def __init__(self, channels: int, reduced: int, stride: int = 1) -> None:
        super().__init__()
        self.paths = nn.ModuleList(
            [
                ConvNormAct(channels // 2, channels, kernel_size=3, stride=stride),
                ConvNormAct(
                    channels // 2, channels, kernel_size=3, dilation=2, stride=stride
                ),
            ]
        )
        self.attn = SelectiveAttention(channels, reduced)

    def forward(self, x: Tensor) -> Tensor:
        splits = x.chunk(2, dim=1)
        outs = [path(splits[i]) for i, path in enumerate(self.paths)]
        x = torch.stack(outs, dim=1)
        weights: Tensor = self.attn(x)
        return (x * weights).sum(1)


class Bottleneck(nn.Module):
    """A 3x3 convolution between two 1x1 (arXiv:1512.03385, figure 5, right)."""

    def __init__(
        self, cin: int, cmid: int, cout: int, reduced: int, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = ConvNormAct(cin, cmid, kernel_size=1)
        self.conv2 = SelectiveKernel(cmid, reduced, stride)
        self.conv3 = ConvNorm(cmid, cout)
        self.act = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.conv2(out)
        out = self.conv3(out)
        out += self.downsample(x)
        out = self.act(out)
        return out


class SKResNet50(nn.Module):
    """(N, 3, H, W) to (N, 1000)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "layer1": 256,
            "layer2": 512,
            "layer3": 1024,
            "layer4": 2048,
        }
        self.feature_reductions = {"layer1": 4, "layer2": 8, "layer3": 16, "layer4": 32}
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = nn.Sequential(
            Bottleneck(64, 64, 256, reduced=8),
            *(Bottleneck(256, 64, 256, reduced=8) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            Bottleneck(256, 128, 512, reduced=8, stride=2),
            *(Bottleneck(512, 128, 512, reduced=8) for _ in range(3)),
        )
        self.layer3 = nn.Sequential(
            Bottleneck(512, 256, 1024, reduced=16, stride=2),
            *(Bottleneck(1024, 256, 1024, reduced=16) for _ in range(5)),
        )
        self.layer4 = nn.Sequential(
            Bottleneck(1024, 512, 2048, reduced=32, stride=2),
            *(Bottleneck(2048, 512, 2048, reduced=32) for _ in range(2)),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, 1000)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 64x112x112
        x = self.bn1(x)
        x = self.act1(x)
        x = self.maxpool(x)  # 64x56x56
        layer1 = self.layer1(x)  # 256x56x56
        layer2 = self.layer2(layer1)  # 512x28x28
        layer3 = self.layer3(layer2)  # 1024x14x14
        layer4 = self.layer4(layer3)  # 2048x7x7
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.avgpool(x)  # 2048x1x1
        x = torch.flatten(x, 1)  # 2048
        x = self.fc(x)  # 1000
        return x
