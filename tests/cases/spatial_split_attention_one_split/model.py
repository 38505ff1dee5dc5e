# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest f78de0df6ff9d167).
"""SpatialSplitAttentionOneSplit

At an input of 3x24:

  stage   output  blocks   parameters  multiply-adds
  stem    16x24                   176          3,456
  layer1  16x24   2 basic       5,472         75,776
  layer2  32x12   1 basic       7,488         63,488
  total                        13,136        142,720
"""

from torch import Tensor, nn

__all__ = ["SpatialSplitAttentionOneSplit"]


class SplitAttention(nn.Module):
    """A convolution, each channel weighed by what the means of all say
    (arXiv:2004.08955).
    """

    def __init__(self, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv1d(16, cout, 3, stride, padding=1, bias=False)
        self.bn0 = nn.BatchNorm1d(cout)
        self.act0 = nn.ReLU(inplace=True)
        self.fc1 = nn.Conv1d(cout, 32, 1)
        self.bn1 = nn.BatchNorm1d(32)
        self.act1 = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv1d(32, cout, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.bn0(x)
        x = self.act0(x)
        mean = x.mean(2, keepdim=True)
        weights: Tensor = self.fc2(self.act1(self.bn1(self.fc1(mean))))
        return x * weights.sigmoid()


class BasicBlock(nn.Module):
    """Two 3-wide convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = SplitAttention(cout, stride)
        self.conv2 = nn.Conv1d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm1d(cout)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or 16 != cout:
            self.downsample = nn.Sequential(
                nn.Conv1d(16, cout, 1, stride, bias=False), nn.BatchNorm1d(cout)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class SpatialSplitAttentionOneSplit(nn.Module):
    """(N, 3, L) to the maps of layer1, layer2."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": 1, "layer2": 2}
        self.conv1 = nn.Conv1d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm1d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(BasicBlock(16) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            BasicBlock(32, stride=2),
        )

        for m in self.modules():
            if isinstance(m, nn.Conv1d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        x = self.conv1(x)  # 16x24
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 16x24
        layer2 = self.layer2(layer1)  # 32x12
        return {"layer1": layer1, "layer2": layer2}
