"""Networks for CIFAR-10 as public code has them, in plain torch, with the names that their weights have."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


def conv(cin: int, cout: int, kernel: int, stride: int = 1, *, bias: bool = False) -> nn.Conv2d:
    return nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=bias)


class OptionABlock(nn.Module):
    """Two convolutions beside strided pixels, with as many channels of zeros before them as behind."""

    def __init__(self, cin: int, cout: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv(cin, cout, 3, stride), nn.BatchNorm2d(cout)
        self.conv2, self.bn2 = conv(cout, cout, 3), nn.BatchNorm2d(cout)
        self.quarter = cout // 4 if stride != 1 or cin != cout else 0

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        if self.quarter:
            x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.quarter, self.quarter), "constant", 0)
        return functional.relu(out + x)


class OptionAResNet(nn.Module):
    """ResNet of 6n + 2 layers."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv(3, 16, 3), nn.BatchNorm2d(16)
        cin = 16
        for number, cout in enumerate((16, 32, 64), 1):
            first = OptionABlock(cin, cout, 1 if number == 1 else 2)
            blocks = [first, *(OptionABlock(cout, cout, 1) for _ in range(n - 1))]
            self.add_module(f"layer{number}", nn.Sequential(*blocks))
            cin = cout
        self.linear = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.bn1(self.conv1(x)))
        for number in (1, 2, 3):
            x = self.get_submodule(f"layer{number}")(x)
        out: Tensor = self.linear(functional.avg_pool2d(x, x.shape[3]).flatten(1))
        return out


class PyramidBlock(nn.Module):
    """A norm at each end; the input is averaged where the block strides, and zeros are behind it."""

    def __init__(self, cin: int, cout: int, stride: int) -> None:
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(cin), conv(cin, cout, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(cout), conv(cout, cout, 3)
        self.bn3 = nn.BatchNorm2d(cout)
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv2(functional.relu(self.bn2(self.conv1(self.bn1(x)))))
        out = self.bn3(out)
        shortcut = x if self.stride == 1 else functional.avg_pool2d(x, 2, 2, ceil_mode=True)
        zeros = shortcut.new_zeros(len(x), out.shape[1] - x.shape[1], *out.shape[2:])
        result: Tensor = out + torch.cat([shortcut, zeros], 1)
        return result


class PyramidNet(nn.Module):
    """PyramidNet of 6n + 2 layers, whose channels grow by `alpha` in all."""

    def __init__(self, n: int, alpha: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv(3, 16, 3), nn.BatchNorm2d(16)
        width, add = 16.0, alpha / (3 * n)
        for number in (1, 2, 3):
            blocks = []
            for index in range(n):
                stride = 2 if number > 1 and index == 0 else 1
                blocks.append(PyramidBlock(round(width), round(width + add), stride))
                width += add
            self.add_module(f"layer{number}", nn.Sequential(*blocks))
        self.bn_final = nn.BatchNorm2d(round(width))
        self.fc = nn.Linear(round(width), 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.bn1(self.conv1(x))
        for number in (1, 2, 3):
            x = self.get_submodule(f"layer{number}")(x)
        x = functional.avg_pool2d(functional.relu(self.bn_final(x)), 8)
        out: Tensor = self.fc(x.flatten(1))
        return out


class WideBlock(nn.Module):
    """Pre-activation; the projection reads the normed map, as the authors' does, or with `of_input` what comes in."""

    def __init__(self, cin: int, cout: int, stride: int, *, dropout: float, of_input: bool) -> None:
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(cin), conv(cin, cout, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(cout), conv(cout, cout, 3)
        self.downsample = nn.Sequential(conv(cin, cout, 1, stride)) if stride != 1 or cin != cout else None
        self.dropout, self.of_input = dropout, of_input

    def forward(self, x: Tensor) -> Tensor:
        preact = functional.relu(self.bn1(x))
        out = functional.relu(self.bn2(self.conv1(preact)))
        out = self.conv2(functional.dropout(out, self.dropout, self.training))
        if self.downsample is not None:
            x = self.downsample(x if self.of_input else preact)
        result: Tensor = out + x
        return result


class WideResNet(nn.Module):
    """Wide ResNet of 6n + 4 layers."""

    def __init__(self, n: int, width: int, *, dropout: float = 0.0, of_input: bool = False) -> None:
        super().__init__()
        self.conv1 = conv(3, 16, 3)
        cin = 16
        for number, cout in enumerate((16 * width, 32 * width, 64 * width), 1):
            blocks = []
            for index in range(n):
                stride = 2 if number > 1 and index == 0 else 1
                blocks.append(WideBlock(cin, cout, stride, dropout=dropout, of_input=of_input))
                cin = cout
            self.add_module(f"layer{number}", nn.Sequential(*blocks))
        self.bn2 = nn.BatchNorm2d(cin)
        self.fc = nn.Linear(cin, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        for number in (1, 2, 3):
            x = self.get_submodule(f"layer{number}")(x)
        x = functional.adaptive_avg_pool2d(functional.relu(self.bn2(x)), 1)
        out: Tensor = self.fc(x.flatten(1))
        return out
