# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest de1d1dd7f6c767ce).
"""Squeeze-and-excitation in pre-activation blocks, at the end of the branch and
before it.

At an input of 3x32x32:

  stage   output    blocks          parameters  multiply-adds
  stem    16x16x16                         464        110,592
  layer1  16x16x16  2 preact_basic       9,904      2,359,808
  layer2  32x8x8    2 preact_basic      33,824      2,097,920
  head    10                               330            320
  total                                 44,522      4,568,640
"""

import torch
from torch import Tensor, nn

__all__ = ["AttentionPreAct"]


class SqueezeExcite(nn.Module):
    """Weigh each channel by what the means of all say (arXiv:1709.01507)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, 8, 1)
        self.act = nn.ReLU(inplace=True)
        self.fc2 = nn.Conv2d(8, channels, 1)
        self.gate = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean((2, 3), keepdim=True)
        scale: Tensor = self.gate(self.fc2(self.act(self.fc1(mean))))
        return x * scale


class PreActBasicBlock(nn.Module):
    """Two 3x3 convolutions, each after its norm and activation (arXiv:1603.05027,
    figure 4e).
    """

    def __init__(self) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.act2 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.se = SqueezeExcite(16)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.bn1(x)
        out = self.act1(out)
        out = self.conv1(out)
        out = self.bn2(out)
        out = self.act2(out)
        out = self.conv2(out)
        out = self.se(out)
        out += x
        return out


class Layer2PreActBasicBlock(nn.Module):
    """Two 3x3 convolutions, each after its norm and activation (arXiv:1603.05027,
    figure 4e).
    """

    def __init__(self, cin: int, stride: int = 1) -> None:
        super().__init__()
        self.se = SqueezeExcite(cin)
        self.bn1 = nn.BatchNorm2d(cin)
        self.act1 = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(cin, 32, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)
        self.act2 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(32, 32, 3, padding=1, bias=False)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != 32:
            self.downsample = nn.Sequential(nn.Conv2d(cin, 32, 1, stride, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.se(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv1(out)
        out = self.bn2(out)
        out = self.act2(out)
        out = self.conv2(out)
        out += self.downsample(x)
        return out


class AttentionPreAct(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": 2, "layer2": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(PreActBasicBlock() for _ in range(2)),
        )
        self.layer2 = nn.Sequential(
            Layer2PreActBasicBlock(16, stride=2),
            Layer2PreActBasicBlock(32),
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
