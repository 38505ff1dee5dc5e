"""Graph capture by torch.compile."""

from __future__ import annotations

from resnetgen.verify.compiled import check_compiled
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict


def check(fixture: ModelFixture) -> Verdict:
    """torch.compile captures the network as one graph without a break; the graph's output is equal within rounding.

    The backend is `aot_eager`, which generates no code.
    """
    return check_compiled(fixture, "aot_eager")
