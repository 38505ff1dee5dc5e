# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 88066620ca74a22c).
"""SpatialSelectiveKernelOfAll

At an input of 3x24:

  stage   output  blocks   parameters  multiply-adds
  stem    16x24                   160          3,456
  layer1  16x24   2 basic      10,384        222,208
  layer2  32x12   2 basic      34,112        360,448
  head    10                      330            320
  total                        44,986        586,432
"""

import torch
from torch import Tensor, nn

__all__ = ["SpatialSelectiveKernelOfAll"]


class ConvNormAct(nn.Module):
    """Conv, relu."""

    def __init__(
        self, cin: int, cout: int, kernel_size: int, dilation: int = 1, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv = nn.Conv1d(
            cin,
            cout,
            kernel_size,
            stride,
            padding=dilation * (kernel_size // 2),
            dilation=dilation,
        )
        self.act = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.act(x)
        return x


class SelectiveAttention(nn.Module):
    """Weigh the paths, channel by channel, by what they sum to."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc_reduce = nn.Conv1d(channels, channels // 2, 1)
        self.act = nn.ReLU(inplace=True)
        self.fc_select = nn.Conv1d(channels // 2, 3 * channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        mean = x.sum(1).mean(2, keepdim=True)
        weights: Tensor = self.fc_select(self.act(self.fc_reduce(mean)))
        return torch.unflatten(weights, 1, (3, -1)).softmax(1)


class Conv(nn.Module):
    """Conv."""

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv1d(
            channels, channels, 3, padding=dilation, dilation=dilation
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return x


class SelectiveKernel(nn.Module):
    """Convolutions of several extents, weighed by their sum (arXiv:1903.06586)."""

    def __init__(self, cin: int, cout: int, dilation: int = 1, stride: int = 1) -> None:
        super().__init__()
        self.paths = nn.ModuleList(
            [
                ConvNormAct(cin, cout, kernel_size=3, dilation=dilation, stride=stride),
                ConvNormAct(cin, cout, kernel_size=5, dilation=dilation, stride=stride),
                ConvNormAct(cin, cout, kernel_size=7, dilation=dilation, stride=stride),
            ]
        )
        self.attn = SelectiveAttention(cout)

    def forward(self, x: Tensor) -> Tensor:
        outs = [path(x) for path in self.paths]
        x = torch.stack(outs, dim=1)
        weights: Tensor = self.attn(x)
        return (x * weights).sum(1)


class BasicBlock(nn.Module):
    """Two 3-wide convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(
        self,
        cin: int,
        cout: int,
        dilation: int = 1,
        stride: int = 1,
        conv2_dilation: int = 1,
    ) -> None:
        super().__init__()
        self.conv1 = SelectiveKernel(cin, cout, dilation, stride)
        self.conv2 = Conv(cout, dilation=conv2_dilation)
        self.act = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(nn.Conv1d(cin, cout, 1, stride))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.conv2(out)
        out += self.downsample(x)
        out = self.act(out)
        return out


class SpatialSelectiveKernelOfAll(nn.Module):
    """(N, 3, L) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": 1, "layer2": 2}
        self.conv1 = nn.Conv1d(3, 16, 3, padding=1)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(BasicBlock(16, 16) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(16, 32, stride=2, conv2_dilation=2),
            BasicBlock(32, 32, dilation=2, conv2_dilation=2),
        )
        self.avgpool = nn.AdaptiveAvgPool1d(1)
        self.fc = nn.Linear(32, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv1d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x24
        x = self.act1(x)
        layer1 = self.layer1(x)  # 16x24
        layer2 = self.layer2(layer1)  # 32x12
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 32x1
        x = torch.flatten(x, 1)  # 32
        x = self.fc(x)  # 10
        return x
