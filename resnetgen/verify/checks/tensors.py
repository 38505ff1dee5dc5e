"""Whether the state dict is the one that was said."""

from __future__ import annotations

from resnetgen.runtime.comparison import state_dict_differences
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, from_differences


def check(fixture: ModelFixture) -> Verdict:
    """The state dict's keys, their order, and each tensor's shape, whether it is trained, and whether it is real."""
    network = fixture.initial
    return from_differences(state_dict_differences(fixture.trace, network), f"{len(network.state_dict()):,} tensors")
