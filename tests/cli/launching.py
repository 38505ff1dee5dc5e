"""Programs in processes of their own, which all end with the test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LONGEST = 300
"""Seconds: processes that wait for one another forever are stopped."""

TWO = ("-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone")
"""What starts a program in two processes that know one another, as `torchrun` does."""


def run(folder: Path, path: Path, *arguments: str) -> str:
    """Run Python in a folder with `path` on its import path, return its output, and end all its processes."""
    environment = {**os.environ, "PYTHONPATH": str(path), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            said, complaints = process.communicate(timeout=LONGEST)
        except BaseException:
            process.terminate()  # a launcher takes its processes along, unless it is killed
            raise
    assert 0 == process.returncode, complaints
    return said
