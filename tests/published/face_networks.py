"""Public face recognition networks (IResNet), in plain torch, as insightface has them for images of 112x112."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tests.published.cifar_code import conv


class FaceBlock(nn.Module):
    """Norm, convolution, norm, PReLU, convolution, norm; the projection reads what comes in."""

    def __init__(self, cin: int, cout: int, stride: int) -> None:
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(cin), conv(cin, cout, 3)
        self.bn2, self.prelu = nn.BatchNorm2d(cout), nn.PReLU(cout)
        self.conv2, self.bn3 = conv(cout, cout, 3, stride), nn.BatchNorm2d(cout)
        self.downsample = None
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(conv(cin, cout, 1, stride), nn.BatchNorm2d(cout))

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv1(self.bn1(x))
        out = self.conv2(self.prelu(self.bn2(out)))
        result: Tensor = self.bn3(out) + (x if self.downsample is None else self.downsample(x))
        return result


class FaceNetwork(nn.Module):
    """Four stages of blocks, each of which halves the map, and an embedding of the last one."""

    def __init__(self, blocks: tuple[int, ...]) -> None:
        super().__init__()
        self.conv1, self.bn1, self.prelu = conv(3, 64, 3), nn.BatchNorm2d(64), nn.PReLU(64)
        cin = 64
        for number, (count, cout) in enumerate(zip(blocks, (64, 128, 256, 512), strict=True), 1):
            stage = [FaceBlock(cin, cout, 2), *(FaceBlock(cout, cout, 1) for _ in range(count - 1))]
            self.add_module(f"layer{number}", nn.Sequential(*stage))
            cin = cout

        self.bn2, self.dropout = nn.BatchNorm2d(512), nn.Dropout(0.0)
        self.fc, self.features = nn.Linear(512 * 7 * 7, 512), nn.BatchNorm1d(512)

    def forward(self, x: Tensor) -> Tensor:
        x = self.prelu(self.bn1(self.conv1(x)))
        for number in (1, 2, 3, 4):
            x = self.get_submodule(f"layer{number}")(x)
        x = self.dropout(torch.flatten(self.bn2(x), 1))
        found: Tensor = self.features(self.fc(x))
        return found
