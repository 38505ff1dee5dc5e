"""Whether every window fits its map, and the two sides of every addition agree."""

from __future__ import annotations

from resnetgen.diagnostics.model import Fault
from resnetgen.shapes import Trace


def shapes(trace: Trace) -> list[Fault]:
    """A map smaller than the window over it cannot be computed, and PyTorch adds unequal maps by repeating one of them.

    The trace has found these on its way: a fault there is one that PyTorch raises, or silently broadcasts over.
    """
    return list(trace.faults)
