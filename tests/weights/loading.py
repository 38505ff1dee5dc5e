"""Loading of weights into a network by torch, the judge of whether they fit."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from resnetgen.api import emit_source
from resnetgen.compiler import Compiled
from resnetgen.runtime.load_source import load


def network(compiled: Compiled, device: str = "meta") -> nn.Module:
    """The network; on the device `meta` it has shapes alone."""
    with torch.device(device):
        return load(emit_source(compiled), compiled.network)()


def loads(state: Mapping[str, Tensor], compiled: Compiled) -> bool:
    """Return whether `load_state_dict` accepts the tensors strictly, including keys beside the state dict."""
    try:
        network(compiled).load_state_dict(state, assign=True)
    except RuntimeError as error:
        assert "Error(s) in loading state_dict" in str(error)
        return False
    return True


def empty(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    """Tensors of these shapes, without values."""
    return {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}
