"""Gradients of a training step."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, from_differences


def check(fixture: ModelFixture) -> Verdict:
    """A training step gives every trained parameter a finite gradient: none is unused, none is infinite."""
    network = fixture.trained.network
    trained = sum(parameter.requires_grad for parameter in network.parameters())
    frozen = sum(not parameter.requires_grad for parameter in network.parameters())
    return from_differences(
        _differences(fixture, network), f"{trained:,} gradients" + (f", {frozen:,} frozen" if frozen else "")
    )


def _differences(fixture: ModelFixture, network: nn.Module) -> Iterator[str]:
    may_be_frozen = bool(fixture.trace.network.training.frozen)
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            if not may_be_frozen:
                yield f"{name} is frozen"
        elif parameter.grad is None:
            yield f"{name} does not affect the output"
        elif not parameter.grad.isfinite().all():
            yield f"the gradient of {name} has NaN or infinite values"
