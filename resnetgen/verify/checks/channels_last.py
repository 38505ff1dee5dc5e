"""The output in the memory format `channels_last`."""

from __future__ import annotations

import torch

from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.tolerance import check_close
from resnetgen.verify.verdict import Verdict, skipped

_FORMATS = {2: torch.channels_last, 3: torch.channels_last_3d}


def check(fixture: ModelFixture) -> Verdict:
    """With network and batch in the memory format `channels_last`, the output is equal within rounding."""
    format = _FORMATS.get(fixture.trace.network.rank)
    if format is None:
        return skipped("torch has no such format for one axis")
    network = fixture.calibrated()
    for tensor in (*network.parameters(), *network.buffers()):
        if tensor.dim() == fixture.example.dim():  # `Module.to` rejects the tensors of a network over three axes
            tensor.data = tensor.data.contiguous(memory_format=format)
    with torch.no_grad():
        answer = network(fixture.example.contiguous(memory_format=format))
    return check_close(fixture, fixture.reference, answer)
