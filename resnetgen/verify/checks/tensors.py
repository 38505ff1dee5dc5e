"""Whether the state dict is the one that was said."""

from __future__ import annotations

from resnetgen.runtime.comparison import unlike_tensors
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.verdict import Verdict, judged


def check(specimen: Specimen) -> Verdict:
    """The state dict's keys, their order, and each tensor's shape, whether it is trained, and whether it is real."""
    network = specimen.first
    return judged(unlike_tensors(specimen.trace, network), f"{len(network.state_dict()):,} tensors")
