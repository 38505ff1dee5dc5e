"""Whether there are as many parameters as was said."""

from __future__ import annotations

from resnetgen.runtime.comparison import counted, unlike_counts
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.verdict import Verdict, judged


def check(specimen: Specimen) -> Verdict:
    """The numbers of values in parameters and in buffers, those that no state dict has among the latter."""
    network = specimen.first
    params, buffers = counted(network)
    return judged(unlike_counts(specimen.trace, network), f"{params:,} parameters, {buffers:,} values in buffers")
