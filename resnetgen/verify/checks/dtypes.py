"""Whether all values are float32."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from resnetgen.analysis.cost import state_dict
from resnetgen.runtime.comparison import unlike_types
from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.verdict import Verdict, judged


def check(specimen: Specimen) -> Verdict:
    """Every module gives float32; parameters and buffers are float32 too, and what counts batches is int64."""
    return judged(_differences(specimen), f"{len(specimen.seen.types):,} modules give float32")


def _differences(specimen: Specimen) -> Iterator[str]:
    yield from unlike_types(specimen.seen, torch.float32)
    held = specimen.first.state_dict()
    for name, entry in state_dict(specimen.trace.network):
        said = torch.float32 if entry.real else torch.int64
        if name in held and held[name].dtype != said:
            yield f"{name} is {held[name].dtype}, not {said}".replace("torch.", "")
