"""A check for enough disk space before torch writes an archive.

torch's archive writer, in C++, does not survive a full disk: its destructor raises while another exception is active,
which ends the process.
"""

from __future__ import annotations

import errno
import os
import shutil

from torch import nn

BASE_OVERHEAD = 1 << 20
"""Bytes of an archive beside the weights, for any network."""

MODULE_OVERHEAD = 1 << 14
"""Bytes of an archive for each module: its code or its part of the graph, names and padding."""


def check_disk_space(network: nn.Module, path: str) -> None:
    """Check that a network's archive fits on the disk, at a path where there is an empty file or none.

    Args:
        network: the network to write.
        path: the file to write.

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
