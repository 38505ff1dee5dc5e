# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest af53c7de47464e30).
"""Stages that are called like what the code needs the names for.

At an input of 3x32x32:

  stage  output    blocks   parameters  multiply-adds
  stem   16x16x16                  464        110,592
  x      16x16x16  1 basic       4,672      1,179,648
  x_     16x16x16  1 basic       4,672      1,179,648
  self   16x16x16  1 basic       4,672      1,179,648
  torch  16x16x16  1 basic       4,672      1,179,648
  total                         19,152      4,829,184
"""

from torch import Tensor, nn

__all__ = ["FeaturesByStrangeNames"]


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(16)
        self.act2 = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += x
        out = self.act2(out)
        return out


class FeaturesByStrangeNames(nn.Module):
    """(N, 3, H, W) to the maps of x, x_, self, torch."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"x": 16, "x_": 16, "self": 16, "torch": 16}
        self.feature_reductions = {"x": 2, "x_": 2, "self": 2, "torch": 2}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.x = nn.Sequential(
            BasicBlock(),
        )
        self.x_ = nn.Sequential(
            BasicBlock(),
        )
        self.self = nn.Sequential(
            BasicBlock(),
        )
        self.torch = nn.Sequential(
            BasicBlock(),
        )

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        x = self.conv1(x)  # 16x16x16
        x = self.bn1(x)
        x = self.act1(x)
        x__ = self.x(x)  # 16x16x16
        x_ = self.x_(x__)  # 16x16x16
        self_ = self.self(x_)  # 16x16x16
        torch_ = self.torch(self_)  # 16x16x16
        return {"x": x__, "x_": x_, "self": self_, "torch": torch_}
