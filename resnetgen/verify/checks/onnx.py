"""Whether ONNX takes it."""

from __future__ import annotations

from resnetgen.verify.exported import check_exported
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict


def check(fixture: ModelFixture) -> Verdict:
    """A model in ONNX, run by ONNX Runtime, gives the same answer, within rounding, for any batch."""
    return check_exported(fixture, "onnx")
