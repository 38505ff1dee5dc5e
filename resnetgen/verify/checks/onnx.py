"""Whether ONNX takes it."""

from __future__ import annotations

from resnetgen.verify.exported import exported
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.verdict import Verdict


def check(specimen: Specimen) -> Verdict:
    """A model in ONNX, run by ONNX Runtime, gives the same answer, within rounding, for any batch."""
    return exported(specimen, "onnx")
