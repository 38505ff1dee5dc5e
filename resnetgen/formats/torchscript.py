"""TorchScript: a network compiled from its source, run by torch or by libtorch without Python.

https://docs.pytorch.org/docs/stable/jit.html. Nothing is traced, so every size is free. torch speaks of it as something
that will not be developed further, and has it; `pt2` is what it offers instead.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from resnetgen.formats.format import Format, Run
from resnetgen.formats.silence import silent


def write(network: nn.Module, example: Tensor, path: str) -> None:
    """Write a network, which need not be run for it."""
    with silent():
        torch.jit.save(torch.jit.script(network), path)


def opened(path: str) -> Run:
    """The file as torch loads it, on the CPU."""
    with silent():
        found: Run = torch.jit.load(path, map_location="cpu")
    return found


FORMAT = Format("torchscript", ".ts", (), "torch", write, opened)
