"""Export with torch.export."""

from __future__ import annotations

from resnetgen.verify.exported import check_exported
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict


def check(fixture: ModelFixture) -> Verdict:
    """A program of torch.export, saved and loaded, gives outputs that are equal within rounding, for any batch."""
    return check_exported(fixture, "pt2")
