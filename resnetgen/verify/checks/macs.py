"""Multiply-adds."""

from __future__ import annotations

from resnetgen.runtime.comparison import mac_differences
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, from_differences


def check(fixture: ModelFixture) -> Verdict:
    """The multiply-adds of every operator and of the network, as torch's FlopCounterMode counts them: exact."""
    seen = fixture.forward
    differences = mac_differences(fixture.trace, seen, fixture.batch)
    return from_differences(differences, f"{seen.macs // fixture.batch:,} a sample")
