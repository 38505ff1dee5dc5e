"""Options with another value for one key of all convolutions: where the network is the same, it has no effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.ops.convolution_slot import COMMON
from resnetgen.spec.spec import Spec


def convolution_variants(options: Any) -> Iterator[tuple[Path, Any]]:
    """Yield the path of each such key in the options, and the options with another value of it."""
    slot = options.convolution
    if slot is None:
        return
    for key in COMMON:
        value = getattr(slot, key)
        if value is not None:
            changed = slot.model_copy(update={key: _other(key, value)})
            yield ("convolution", key), options.model_copy(update={"convolution": changed})


def variants_of_network(spec: Spec) -> Iterator[tuple[Path, Spec]]:
    """Yield the path of each such key of the whole network, and the spec with another value of it."""
    if "convolution" in spec.model_fields_set:
        yield from convolution_variants(spec)


def _other(key: str, value: Any) -> Any:
    if key == "bias":
        return not value
    if key == "padding":
        return 0 if value != 0 else "same"
    return "reflect" if value == "zeros" else "zeros"
