"""Time limits that hold beside other work: they count the processor's time, not the clock's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Let a block take so many seconds of the processor; a clock would also count what other processes do meanwhile."""
    start = time.process_time()
    yield
    taken = time.process_time() - start
    assert taken < seconds, f"{taken:.1f} s"
