"""Room on the disk for one of torch's archives, seen to before torch writes it.

torch's writer of archives, in C++, does not outlive a disk that is full: its destructor raises while an error is under
way, and that ends the process.
"""

from __future__ import annotations

import errno
import os
import shutil

from torch import nn

BASE_OVERHEAD = 1 << 20
"""Bytes for what stands beside the weights of any network."""

MODULE_OVERHEAD = 1 << 14
"""Bytes for what an archive says of a module: its code or its part of the graph, names, and padding."""


def check_disk_space(network: nn.Module, path: str) -> None:
    """See that there is room for a network's archive at a path, where there is an empty file or none.

    Raises:
        OSError: there is none, or the file cannot be opened.
    """
    weights = sum(tensor.nbytes for tensor in network.state_dict().values())
    size = weights + BASE_OVERHEAD + MODULE_OVERHEAD * sum(1 for _ in network.modules())
    with open(path, "wb") as file:
        if not hasattr(os, "posix_fallocate"):  # macOS, Windows
            if shutil.disk_usage(os.path.dirname(os.path.abspath(path))).free < size:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
            return
        try:
            os.posix_fallocate(file.fileno(), 0, size)
        finally:
            file.truncate(0)
