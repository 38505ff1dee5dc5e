"""Whether torch.compile can read it."""

from __future__ import annotations

from resnetgen.verify.compiled import check_compiled
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict


def check(fixture: ModelFixture) -> Verdict:
    """torch.compile captures the network as one graph without a break, and the graph gives the same answer.

    No code is generated for it: the backend is `aot_eager`.
    """
    return check_compiled(fixture, "aot_eager")
