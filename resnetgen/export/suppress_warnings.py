"""Keeping what exporters say to themselves away from whoever asked for the file."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout


@contextmanager
def suppress_output() -> Iterator[None]:
    """Let nothing out: warnings, log records and what is printed.

    It is of how torch works inside: its own deprecations, packages that it would like to have, its progress. What goes
    wrong is raised, and what comes out is compared, so nothing is lost that would have to be known.
    """
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
