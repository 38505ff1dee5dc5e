"""The numbers of parameters and buffer values."""

from __future__ import annotations

from resnetgen.runtime.comparison import count_values, parameter_differences
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, from_differences


def check(fixture: ModelFixture) -> Verdict:
    """The numbers of values in parameters and in buffers, including buffers that are not in the state dict."""
    network = fixture.initial
    params, buffers = count_values(network)
    return from_differences(
        parameter_differences(fixture.trace, network), f"{params:,} parameters, {buffers:,} values in buffers"
    )
