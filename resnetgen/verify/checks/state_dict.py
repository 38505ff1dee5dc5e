"""Saving and loading weights."""

from __future__ import annotations

import os

import torch

from resnetgen.export.disk_space import check_disk_space
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.tolerance import bitwise_equal
from resnetgen.verify.verdict import Verdict, failed, passed


def check(fixture: ModelFixture) -> Verdict:
    """A state dict, saved and loaded strictly as weights only into a new network, gives bitwise equal outputs."""
    path = os.path.join(fixture.folder, "weights.pt")
    calibrated = fixture.calibrated()
    check_disk_space(calibrated, path)
    torch.save(calibrated.state_dict(), path)
    network = fixture.uninitialized()
    network.load_state_dict(torch.load(path, map_location=fixture.device, weights_only=True))
    with torch.no_grad():
        answer = network.eval()(fixture.example)
    if not bitwise_equal(fixture.reference, answer):
        return failed("a network with the saved weights gives a different output")
    return passed(f"{os.path.getsize(path):,} bytes there and back")
