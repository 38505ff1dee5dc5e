"""Whether weights can be saved and loaded."""

from __future__ import annotations

import os

import torch

from resnetgen.export.disk_space import see_to_room
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.tolerance import same
from resnetgen.verify.verdict import Verdict, failed, passed


def check(specimen: Specimen) -> Verdict:
    """A state dict that is saved and loaded strictly, as weights alone, into a new network gives the same bits."""
    path = os.path.join(specimen.folder, "weights.pt")
    settled = specimen.settled()
    see_to_room(settled, path)
    torch.save(settled.state_dict(), path)
    network = specimen.undrawn()
    network.load_state_dict(torch.load(path, map_location=specimen.device, weights_only=True))
    with torch.no_grad():
        answer = network.eval()(specimen.example)
    if not same(specimen.reference, answer):
        return failed("a network with the saved weights gives a different output")
    return passed(f"{os.path.getsize(path):,} bytes there and back")
