"""Export to ONNX."""

from __future__ import annotations

from resnetgen.verify.exported import check_exported
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict


def check(fixture: ModelFixture) -> Verdict:
    """An ONNX model, run by ONNX Runtime, gives outputs that are equal within rounding, for any batch."""
    return check_exported(fixture, "onnx")
