# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 93069869d2af0210).
"""Every activation there is.

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x16x16                  465        110,592
  layer1  16x16x16  2 basic       9,344      2,359,296
  head    10                        170            160
  total                           9,979      2,470,048
"""

import torch
from torch import Tensor, nn

__all__ = ["Activations"]


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


class Activations(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16}
        self.feature_reductions = {"layer1": 2}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act2 = nn.ReLU(inplace=True)
        self.act3 = nn.ReLU6()
        self.act4 = nn.LeakyReLU()
        self.act5 = nn.PReLU()
        self.act6 = nn.RReLU()
        self.act7 = nn.ELU()
        self.act8 = nn.SELU()
        self.act9 = nn.CELU()
        self.act10 = nn.GELU()
        self.act11 = nn.SiLU()
        self.act12 = nn.Mish()
        self.act13 = nn.Hardswish()
        self.act14 = nn.Hardsigmoid()
        self.act15 = nn.Hardtanh()
        self.act16 = nn.Softplus()
        self.act17 = nn.Softsign()
        self.act18 = nn.Sigmoid()
        self.act19 = nn.LogSigmoid()
        self.act20 = nn.Tanh()
        self.act21 = nn.Threshold(threshold=-2.0, value=0.5)
        self.act22 = nn.Hardshrink(lambd=0.01)
        self.act23 = nn.Softshrink(lambd=0.01)
        self.act24 = nn.Tanhshrink()
        self.layer1 = nn.Sequential(
            *(BasicBlock() for _ in range(2)),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(16, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x16x16
        x = self.bn1(x)
        x = self.act2(x)
        x = self.act3(x)
        x = self.act4(x)
        x = self.act5(x)
        x = self.act6(x)
        x = self.act7(x)
        x = self.act8(x)
        x = self.act9(x)
        x = self.act10(x)
        x = self.act11(x)
        x = self.act12(x)
        x = self.act13(x)
        x = self.act14(x)
        x = self.act15(x)
        x = self.act16(x)
        x = self.act17(x)
        x = self.act18(x)
        x = self.act19(x)
        x = self.act20(x)
        x = self.act21(x)
        x = self.act22(x)
        x = self.act23(x)
        x = self.act24(x)
        layer1 = self.layer1(x)  # 16x16x16
        return {"layer1": layer1}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer1"]
        x = self.avgpool(x)  # 16x1x1
        x = torch.flatten(x, 1)  # 16
        x = self.fc(x)  # 10
        return x
