# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 0d5520b87c15950a).
"""AttentionBesideItsOwn

https://arxiv.org/abs/1512.03385

At an input of 3x224x224:

  stage   output     blocks  parameters  multiply-adds
  stem    64x56x56                9,536    118,013,952
  layer1  64x56x56   2 b         76,182    231,213,440
  layer2  128x28x28  2 b        234,522    179,836,160
  layer3  256x14x14  2 b        935,978    179,849,728
  layer4  512x7x7    2 b      3,739,722    179,901,440
  head    1000                  513,000        512,000
  total                       5,508,940    889,326,720
"""

import torch
from torch import Tensor, nn

__all__ = ["AttentionBesideItsOwn"]


class EfficientChannelAttention(nn.Module):
    """Weigh each channel by the means of those near it (arXiv:1910.03151)."""

    def __init__(self, kernel_size: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, kernel_size, padding="same", bias=False)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean((2, 3)).unsqueeze(1)
        scale: Tensor = self.gate(self.conv(means))
        return x * scale.reshape(x.shape[0], -1, 1, 1)


class SqueezeExcite(nn.Module):
    """Weigh each channel by what the means of all say (arXiv:1709.01507)."""

    def __init__(self, channels: int, reduced: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, reduced, 1)
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(reduced, channels, 1)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean((2, 3), keepdim=True)
        scale: Tensor = self.gate(self.fc2(self.act(self.fc1(mean))))
        return x * scale


class BBlock(nn.Module):
    """The block type `b` of the spec."""

    def __init__(
        self, cin: int, cout: int, se_kernel_size: int, reduced: int, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.se = EfficientChannelAttention(kernel_size=se_kernel_size)
        self.se_2 = SqueezeExcite(cout, reduced)
        self.act1 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.se(out)
        out = self.se_2(out)
        out += self.downsample(x)
        out = self.act1(out)
        return out


class AttentionBesideItsOwn(nn.Module):
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
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = nn.Sequential(
            *(BBlock(64, 64, se_kernel_size=3, reduced=8) for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            BBlock(64, 128, se_kernel_size=5, reduced=8, stride=2),
            BBlock(128, 128, se_kernel_size=5, reduced=8),
        )
        self.layer3 = nn.Sequential(
            BBlock(128, 256, se_kernel_size=5, reduced=16, stride=2),
            BBlock(256, 256, se_kernel_size=5, reduced=16),
        )
        self.layer4 = nn.Sequential(
            BBlock(256, 512, se_kernel_size=5, reduced=32, stride=2),
            BBlock(512, 512, se_kernel_size=5, reduced=32),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512, 1000)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 64x112x112
        x = self.bn1(x)
        x = self.act1(x)
        x = self.maxpool(x)  # 64x56x56
        layer1 = self.layer1(x)  # 64x56x56
        layer2 = self.layer2(layer1)  # 128x28x28
        layer3 = self.layer3(layer2)  # 256x14x14
        layer4 = self.layer4(layer3)  # 512x7x7
        return {"layer1": layer1, "layer2": layer2, "layer3": layer3, "layer4": layer4}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer4"]
        x = self.avgpool(x)  # 512x1x1
        x = torch.flatten(x, 1)  # 512
        x = self.fc(x)  # 1000
        return x
