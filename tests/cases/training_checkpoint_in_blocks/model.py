# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest 9dde130e79f1c9a5).
"""Stages that hold their blocks in an attribute: one of them checkpointed, the other
not.

At an input of 3x32x32:

  stage   output    blocks   parameters  multiply-adds
  stem    16x16x16                  464        110,592
  layer1  16x16x16  2 basic       9,344      2,359,296
  layer2  32x8x8    2 basic      33,088      2,097,152
  head    10                        330            320
  total                          43,226      4,567,360
"""

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

__all__ = ["TrainingCheckpointInBlocks"]


class BasicBlock(nn.Module):
    """Two 3x3 convolutions (arXiv:1512.03385, figure 5, left)."""

    def __init__(self, cin: int, cout: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(cout)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout)
        self.act2 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out += self.downsample(x)
        out = self.act2(out)
        return out


class KeptStatistics:
    """While it is open, the batch norms of a block count in copies of their statistics.

    So a second run on the same batch leaves these as the first did.
    """

    def __init__(self, block: nn.Module) -> None:
        self.block = block
        self.kept: list[tuple[nn.Module, str, Tensor]] = []

    def __enter__(self) -> None:
        self.kept = [
            (m, name, buffer)
            for m in self.block.modules()
            if isinstance(m, nn.modules.batchnorm._BatchNorm)
            for name, buffer in m.named_buffers()
        ]
        copies = [(m, name, buffer.clone()) for m, name, buffer in self.kept]
        for m, name, buffer in copies:
            setattr(m, name, buffer)

    def __exit__(self, *_: object) -> None:
        for m, name, buffer in self.kept:
            setattr(m, name, buffer)
        self.kept = []


class Checkpointed(nn.Sequential):
    """Blocks in a row. In training each keeps what enters it alone, and runs again in
    the backward pass.
    """

    def forward(self, x: Tensor) -> Tensor:
        needed = self.training and torch.is_grad_enabled()
        for block in self:
            if not torch._jit_internal.is_scripting() and needed:
                x = self.checkpointed(block, x)
            else:
                x = block(x)
        return x

    def checkpointed(self, block: nn.Module, x: Tensor) -> Tensor:
        """What leaves a block, as `block(x)` gives it."""
        if torch.compiler.is_compiling():  # the second run has no effects there
            out: Tensor = checkpoint(block, x, use_reentrant=False)
            return out
        out = checkpoint(
            block,
            x,
            use_reentrant=False,
            context_fn=lambda: (torch.enable_grad(), KeptStatistics(block)),
        )
        return out


class Stage(nn.Module):
    """Blocks in a row."""

    def __init__(self, *blocks: nn.Module) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(x)
        return x


class CheckpointedStage(nn.Module):
    """Blocks in a row, each run again in the backward pass."""

    def __init__(self, *blocks: nn.Module) -> None:
        super().__init__()
        self.blocks = Checkpointed(*blocks)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(x)
        return x


class TrainingCheckpointInBlocks(nn.Module):
    """(N, 3, H, W) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {"layer1": 16, "layer2": 32}
        self.feature_reductions = {"layer1": 2, "layer2": 4}
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.stages = nn.Sequential(
            Stage(
                *(BasicBlock(16, 16) for _ in range(2)),
            ),
            CheckpointedStage(
                BasicBlock(16, 32, stride=2),
                BasicBlock(32, 32),
            ),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(32, 10)

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

        self.stages[0].requires_grad_(False)

    def forward_features(self, x: Tensor) -> dict[str, Tensor]:
        """The map of each stage."""
        x = self.conv1(x)  # 16x16x16
        x = self.bn1(x)
        x = self.act1(x)
        layer1 = self.stages[0](x)  # 16x16x16
        layer2 = self.stages[1](layer1)  # 32x8x8
        return {"layer1": layer1, "layer2": layer2}

    def forward(self, x: Tensor) -> Tensor:
        x = self.forward_features(x)["layer2"]
        x = self.avgpool(x)  # 32x1x1
        x = torch.flatten(x, 1)  # 32
        x = self.fc(x)  # 10
        return x
