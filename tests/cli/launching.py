"""Programs in processes of their own, which all end with the test."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

LONGEST = 600
"""Seconds: processes that wait for one another forever are stopped. A busy machine takes a minute."""

GRACE = 30
"""Seconds that a launcher has to end its processes, before all are killed."""

TWO = ("-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone")
"""The command that starts a program in two processes of one group, as `torchrun` does."""


def run(folder: Path, path: Path, *arguments: str) -> str:
    """Run Python in a folder with `path` on its import path, return its output, and end all its processes."""
    environment = {**os.environ, "PYTHONPATH": str(path), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,  # so that all that it starts can be ended with it
    )
    try:
        output, complaints = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        output, complaints = _end(process)
        raise AssertionError(f"no end after {LONGEST} s\n{output}\n{complaints}") from None
    except BaseException:
        _end(process)
        raise
    assert 0 == process.returncode, complaints
    return output


def _end(process: subprocess.Popen[str]) -> tuple[str, str]:
    """End a launcher and all its processes; return the rest of their output."""
    process.terminate()  # a launcher takes its processes along
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.communicate(timeout=GRACE)
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return process.communicate()
