"""Settings of all tests, and shared fixtures."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes depends on what else the machine does.
settings.register_profile("any load", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any load")

if "PYTEST_XDIST_WORKER" in os.environ:
    # There is a worker for each core; threads of torch beside them would only get in one another's way.
    os.environ["OMP_NUM_THREADS"] = "1"

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So it is in what a shell starts in the background, and the processes of the tests would take it over.
    signal.signal(signal.SIGINT, signal.default_int_handler)

for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):  # whoever runs the tests may want colours; what is tested are words
    os.environ.pop(name, None)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty working directory. A module whose tests want files there has a `folder` of its own that adds them."""
    with contextlib.chdir(tmp_path):
        yield tmp_path
