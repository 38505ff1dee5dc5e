"""The dtypes of outputs, parameters and buffers."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from resnetgen.analysis.cost import state_dict
from resnetgen.runtime.comparison import dtype_differences
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, from_differences


def check(fixture: ModelFixture) -> Verdict:
    """Every module returns float32. Parameters and buffers are float32 too; counters of batches are int64."""
    return from_differences(_differences(fixture), f"{len(fixture.forward.dtypes):,} modules give float32")


def _differences(fixture: ModelFixture) -> Iterator[str]:
    yield from dtype_differences(fixture.forward, torch.float32)
    held = fixture.initial.state_dict()
    for name, entry in state_dict(fixture.trace.network):
        expected = torch.float32 if entry.real else torch.int64
        if name in held and held[name].dtype != expected:
            yield f"{name} is {held[name].dtype}, not {expected}".replace("torch.", "")
