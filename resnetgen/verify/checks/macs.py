"""Whether it takes as many multiply-adds as was said."""

from __future__ import annotations

from resnetgen.runtime.comparison import unlike_macs
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.verdict import Verdict, judged


def check(specimen: Specimen) -> Verdict:
    """The multiply-adds of every operator and of the whole, as torch's FlopCounterMode counts them, exactly."""
    seen = specimen.seen
    differences = unlike_macs(specimen.trace, seen, specimen.batch)
    return judged(differences, f"{seen.macs // specimen.batch:,} a sample")
