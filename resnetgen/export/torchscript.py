"""TorchScript: a network compiled from its source, run by torch or by libtorch without Python.

https://docs.pytorch.org/docs/stable/jit.html. Nothing is traced, so every size is free. torch develops it no further;
what it offers instead is `pt2`.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from resnetgen.export.disk_space import check_disk_space
from resnetgen.export.errors import translate_errors
from resnetgen.export.format import NOTHING, Format, Run, metadata_file
from resnetgen.export.suppress_warnings import suppress_output

NAME = "torchscript"


def write(network: nn.Module, example: Tensor, path: str, origin: Mapping[str, str] = NOTHING) -> None:
    """Write a network as TorchScript; `example` is not used.

    Args:
        network: the network, in eval mode on the CPU.
        example: not used: a script needs no example.
        path: the file to write.
        origin: metadata, which the archive has as JSON.
    """
    with translate_errors(NAME), suppress_output():
        found = torch.jit.script(network)
        check_disk_space(network, path)
        torch.jit.save(found, path, _extra_files=metadata_file(origin))


def open_file(path: str) -> Run:
    """Open a file with torch, on the CPU.

    Args:
        path: the file.

    Returns:
        A function from a batch (N, C, ...) to the output.
    """
    with suppress_output():
        found: Run = torch.jit.load(path, map_location="cpu")  # type: ignore[no-untyped-call]  # it carries no types
    return found


FORMAT = Format(NAME, ".ts", (), "torch", write, open_file)
