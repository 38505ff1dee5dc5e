"""Suppression of the output of torch's exporters."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout


@contextmanager
def suppress_output() -> Iterator[None]:
    """Suppress warnings, log records, and everything printed.

    They are about torch's internals: deprecations, optional packages, progress. Errors are raised and outputs are
    compared, so nothing that matters is lost.
    """
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
