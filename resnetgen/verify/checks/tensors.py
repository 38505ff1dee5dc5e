"""The state dict."""

from __future__ import annotations

from resnetgen.runtime.comparison import state_dict_differences
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, from_differences


def check(fixture: ModelFixture) -> Verdict:
    """The keys of the state dict, their order, and for each tensor its shape, and whether it is trained and real."""
    network = fixture.initial
    return from_differences(state_dict_differences(fixture.trace, network), f"{len(network.state_dict()):,} tensors")
