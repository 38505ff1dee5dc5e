# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 5a0644b9cdd1f1c0).
"""Every scale that a branch may have, before it is dropped.

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x16x16                  464        110,592
  layer1  16x16x16  2 basic       9,376      2,359,296
  layer2  32x8x8    2 basic      33,152      2,097,152
  layer3  64x8x8    2 basic     131,714      8,388,608
  layer4  64x8x8    2 basic     147,970      9,437,184
  layer5  64x8x8    2 basic     147,968      9,437,184
  head    10                        650            640
  total                         471,294     31,830,656
"""

import torch
from torch import Tensor, nn

__all__ = ["BranchScale"]


class BranchGain(nn.Module):
    """Weigh a branch by one factor (arXiv:2002.10444, arXiv:2003.04887)."""

    def __init__(self, init: float = 0.0) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.full((1,), init))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gain


class DropPath(nn.Module):
    """While training, zero the branch of a sample with probability `rate`."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = 1.0 - self.rate
        mask = x.new_empty((x.shape[0], 1, 1, 1)).bernoulli_(kept)
        return x * mask.div_(kept)


class LayerScale(nn.Module):
    """Weigh each channel of a branch by a factor of its own (arXiv:2103.17239)."""

    def __init__(self, channels: int, init: float = 1e-5) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.full((channels,), init))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gamma.reshape((1, -1, 1, 1))


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, drop_path: float) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.branch_scale = LayerScale(16)
        self.drop_path = DropPath(drop_path)
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.branch_scale(out)
        out = self.drop_path(out)
        out += x
        out = self.act2(out)
        return out


class Layer2BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, drop_path: float, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, 32, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(32)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(32, 32, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(32)
        self.branch_scale = LayerScale(32, init=0.1)
        self.drop_path = DropPath(drop_path)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != 32:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, 32, 1, stride, bias=False), nn.BatchNorm2d(32)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.branch_scale(out)
        out = self.drop_path(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class Layer3BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, drop_path: float) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, 64, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(64)
        self.branch_scale = BranchGain()
        self.drop_path = DropPath(drop_path)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if cin != 64:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, 64, 1, bias=False), nn.BatchNorm2d(64)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.branch_scale(out)
        out = self.drop_path(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class Layer4BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, drop_path: float) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(64)
        self.branch_scale = BranchGain(init=0.2)
        self.drop_path = DropPath(drop_path)
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.branch_scale(out)
        out = self.drop_path(out)
        out += x
        out = self.act2(out)
        return out


class Layer5BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, drop_path: float) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(64)
        self.drop_path = DropPath(drop_path)
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.drop_path(out)
        out += x
        out = self.act2(out)
        return out


class BranchScale(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

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
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.layer1 = nn.Sequential(
            *(BasicBlock(drop_path=0.2 * i / 9) for i in range(2)),
        )
        self.layer2 = nn.Sequential(
            Layer2BasicBlock(16, drop_path=0.2 * 2 / 9, stride=2),
            Layer2BasicBlock(32, drop_path=0.2 * 3 / 9),
        )
        self.layer3 = nn.Sequential(
            Layer3BasicBlock(32, drop_path=0.2 * 4 / 9),
            Layer3BasicBlock(64, drop_path=0.2 * 5 / 9),
        )
        self.layer4 = nn.Sequential(
            *(Layer4BasicBlock(drop_path=0.2 * i / 9) for i in range(6, 8)),
        )
        self.layer5 = nn.Sequential(
            *(Layer5BasicBlock(drop_path=0.2 * i / 9) for i in range(8, 10)),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(64, 10)

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
        layer3 = self.layer3(layer2)  # 64x8x8
        layer4 = self.layer4(layer3)  # 64x8x8
        layer5 = self.layer5(layer4)  # 64x8x8
        return {
            "layer1": layer1,
            "layer2": layer2,
            "layer3": layer3,
            "layer4": layer4,
            "layer5": layer5,
        }

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer5"]
        x = self.avgpool(x)  # 64x1x1
        x = torch.flatten(x, 1)  # 64
        x = self.fc(x)  # 10
        return x
