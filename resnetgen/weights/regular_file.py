"""Refuse to open what is no file: opening a pipe would wait for a writer."""

from __future__ import annotations

import os
import stat

from resnetgen.errors import WeightsError


def require_regular(path: str) -> None:
    """Check that there is a regular file.

    Raises:
        WeightsError: it is a folder, a pipe or a device.
        OSError: there is none.
    """
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise WeightsError("this is a folder or a device, not a file")
