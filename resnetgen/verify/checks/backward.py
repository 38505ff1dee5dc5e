"""Whether it can be trained, all of it."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from resnetgen.verify.model_fixture import Specimen
from resnetgen.verify.verdict import Verdict, judged


def check(specimen: Specimen) -> Verdict:
    """A training step gives every parameter that is trained a gradient of numbers: none is unused, none is infinite."""
    network = specimen.trained.network
    trained = sum(parameter.requires_grad for parameter in network.parameters())
    frozen = sum(not parameter.requires_grad for parameter in network.parameters())
    return judged(
        _differences(specimen, network), f"{trained:,} gradients" + (f", {frozen:,} frozen" if frozen else "")
    )


def _differences(specimen: Specimen, network: nn.Module) -> Iterator[str]:
    may_be_frozen = bool(specimen.trace.network.training.frozen)
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            if not may_be_frozen:
                yield f"{name} is frozen"
        elif parameter.grad is None:
            yield f"{name} does not affect the output"
        elif not parameter.grad.isfinite().all():
            yield f"the gradient of {name} holds values that are no numbers"
