# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 4ad072e3b0268b4e).
"""Every attention over one axis.

At an input of 3x128:

  stage   output  blocks   parameters  multiply-adds
  stem    16x64                   176          9,216
  layer1  16x64   2 basic       3,760        197,120
  layer2  32x32   2 basic      11,590        360,640
  layer3  64x32   2 basic      46,752      1,444,736
  layer4  64x32   2 basic      52,146      1,583,104
  layer5  64x32   2 basic      50,826      1,589,248
  head    10                      650            640
  total                       165,900      5,184,704
"""

import torch
from torch import Tensor, nn

__all__ = ["AttentionRank1"]


class BranchGain(nn.Module):
    """Weigh a branch by one factor (arXiv:2002.10444, arXiv:2003.04887)."""

    def __init__(self, init: float = 0.0) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.full((1,), init))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gain


class LayerScale(nn.Module):
    """Weigh each channel of a branch by a factor of its own (arXiv:2103.17239)."""

    def __init__(self, channels: int, init: float = 1e-5) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.full((channels,), init))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gamma.reshape((1, -1, 1))


class SqueezeExcite(nn.Module):
    """Weigh each channel by what the means of all say (arXiv:1709.01507)."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Conv1d(16, 8, 1)
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv1d(8, 16, 1)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean(2, keepdim=True)
        scale: Tensor = self.gate(self.fc2(self.act(self.fc1(mean))))
        return x * scale


class EfficientChannelAttention(nn.Module):
    """Weigh each channel by the means of those near it (arXiv:1910.03151)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, 3, padding="same", bias=False)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean(2).unsqueeze(1)
        scale: Tensor = self.gate(self.conv(means))
        return x * scale.reshape(x.shape[0], -1, 1)


class ChannelAttention(nn.Module):
    """Weigh each channel by what the means and the maxima of all say."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Conv1d(64, 4, 1, bias=False)
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv1d(4, 64, 1, bias=False)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean(2, keepdim=True)
        maxima = x.amax(2, keepdim=True)
        of_means: Tensor = self.fc2(self.act(self.fc1(means)))
        of_maxima: Tensor = self.fc2(self.act(self.fc1(maxima)))
        scale: Tensor = self.gate(of_means + of_maxima)
        return x * scale


class ConvNormAct(nn.Module):
    """Conv 7, batch norm."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(2, 1, 7, padding=3, bias=False)
        self.bn = nn.BatchNorm1d(1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        x = self.bn(x)
        return x


class Perceptron(nn.Module):
    """Two layers over the channels of each pixel, with fewer in between."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Conv1d(64, 8, 1)
        self.norm = nn.GroupNorm(1, 8, eps=1e-6)
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv1d(8, 64, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.fc1(x)
        x = self.norm(x)
        x = self.act(x)
        x = self.fc2(x)
        return x


class Perceptron2(nn.Module):
    """Two layers over the channels of each pixel, with fewer in between."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Conv1d(64, 4, 1)
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv1d(4, 64, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.fc1(x)
        x = self.act(x)
        x = self.fc2(x)
        return x


class SpatialAttention(nn.Module):
    """Weigh each pixel by the means and maxima over the channels around it."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = ConvNormAct()
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean(1, keepdim=True)
        maxima = x.amax(1, keepdim=True)
        scale: Tensor = self.gate(self.conv(torch.cat((means, maxima), dim=1)))
        return x * scale


class GlobalContext(nn.Module):
    """Change each pixel by a weighted mean of all (arXiv:1904.11492)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv_attn = nn.Conv1d(64, 1, 1)
        self.mlp_scale = Perceptron()
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        attention: Tensor = self.conv_attn(x).softmax(2)
        context = x @ attention.transpose(1, 2)
        scale: Tensor = self.gate(self.mlp_scale(context))
        return x * scale


class GatherExcite(nn.Module):
    """Weigh each channel by what is gathered around each pixel (arXiv:1810.12348)."""

    def __init__(self) -> None:
        super().__init__()
        self.gather = nn.AvgPool1d(3, stride=2, padding=1, count_include_pad=False)
        self.mlp = Perceptron2()
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        scale: Tensor = self.gate(self.mlp(self.gather(x)))
        return x * nn.functional.interpolate(scale, x.shape[2:])


class CBAM(nn.Module):
    """Weigh the channels, then the pixels (arXiv:1807.06521)."""

    def __init__(self) -> None:
        super().__init__()
        self.channel = ChannelAttention()
        self.spatial = SpatialAttention()

    def forward(self, x: Tensor) -> Tensor:
        x = self.channel(x)
        x = self.spatial(x)
        return x


class BasicBlock(nn.Module):
    """Two 3-wide convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(16, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm1d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv1d(16, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm1d(16)
        self.se = SqueezeExcite()
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.se(out)
        out += x
        out = self.act2(out)
        return out


class Layer2BasicBlock(nn.Module):
    """Two 3-wide convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(cin, 32, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm1d(32)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv1d(32, 32, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm1d(32)
        self.se = EfficientChannelAttention()
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != 32:
            self.downsample = nn.Sequential(
                nn.Conv1d(cin, 32, 1, stride, bias=False), nn.BatchNorm1d(32)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.se(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class Layer3BasicBlock(nn.Module):
    """Two 3-wide convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(cin, 64, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm1d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv1d(64, 64, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm1d(64)
        self.se = CBAM()
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if cin != 64:
            self.downsample = nn.Sequential(
                nn.Conv1d(cin, 64, 1, bias=False), nn.BatchNorm1d(64)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.se(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class Layer4BasicBlock(nn.Module):
    """Two 3-wide convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(64, 64, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm1d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv1d(64, 64, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm1d(64)
        self.se = GlobalContext()
        self.branch_scale = LayerScale(64)
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.se(out)
        out = self.branch_scale(out)
        out += x
        out = self.act2(out)
        return out


class Layer5BasicBlock(nn.Module):
    """Two 3-wide convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(64, 64, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm1d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv1d(64, 64, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm1d(64)
        self.se = GatherExcite()
        self.branch_scale = BranchGain()
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.se(out)
        out = self.branch_scale(out)
        out += x
        out = self.act2(out)
        return out


class AttentionRank1(nn.Module):
    """(N, 3, L) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "layer1": 16,
            "layer2": 32,
            "layer3": 64,
            "layer4": 64,
            "layer5": 64,
        }
        self.feature_reductions = {
            "layer1": 2,
            "layer2": 4,
            "layer3": 4,
            "layer4": 4,
            "layer5": 4,
        }
        self.conv1 = nn.Conv1d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm1d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(BasicBlock() for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            Layer2BasicBlock(16, stride=2),
            Layer2BasicBlock(32),
        )
        self.layer3 = nn.Sequential(
            Layer3BasicBlock(32),
            Layer3BasicBlock(64),
        )
        self.layer4 = nn.Sequential(
            *(Layer4BasicBlock() for _ in range(2)),
        )
        self.layer5 = nn.Sequential(
            *(Layer5BasicBlock() for _ in range(2)),
        )
        self.avgpool = nn.AdaptiveAvgPool1d(1)
        self.fc = nn.Linear(64, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv1d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x64
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.layer1(x)  # 16x64
        layer2 = self.layer2(layer1)  # 32x32
        layer3 = self.layer3(layer2)  # 64x32
        layer4 = self.layer4(layer3)  # 64x32
        layer5 = self.layer5(layer4)  # 64x32
        return {
            "layer1": layer1,
            "layer2": layer2,
            "layer3": layer3,
            "layer4": layer4,
            "layer5": layer5,
        }

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer5"]
        x = self.avgpool(x)  # 64x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
