"""The state dict."""

from __future__ import annotations

from resnetgen.runtime.comparison import state_dict_differences
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, from_differences


def check(fixture: ModelFixture) -> Verdict:
    """The keys and order of the state dict; for each tensor its shape, if it is trained and if it is floating-point."""
    network = fixture.initial
    return from_differences(state_dict_differences(fixture.trace, network), f"{len(network.state_dict()):,} tensors")
