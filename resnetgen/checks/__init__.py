"""The checks: each a function from a network's trace to faults, each in a file with the name of what it finds."""

from __future__ import annotations

from collections.abc import Callable

from resnetgen.checks.shapes import shapes
from resnetgen.checks.stride import stride
from resnetgen.diagnostics.model import Fault
from resnetgen.shapes import Trace

CHECKS: tuple[Callable[[Trace], list[Fault]], ...] = (shapes, stride)


def check(trace: Trace) -> list[Fault]:
    """All that is wrong with a network at the input size of its trace."""
    return [fault for one in CHECKS for fault in one(trace)]
