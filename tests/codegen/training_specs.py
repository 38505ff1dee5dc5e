"""Small networks for the tests of training, and what a training step does to them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from resnetgen import api
from resnetgen.runtime.load_source import load

BASE: dict[str, Any] = {
    "name": "net",
    "input": {"channels": 3, "size": 16},
    "stem": [{"conv": 3, "to": 8}],
    "block": {"type": "basic"},
    "stages": {
        "layer1": {"blocks": 2, "channels": 8},
        "layer2": {"blocks": 2, "channels": 16, "stride": 2},
        "layer3": {"blocks": 1, "channels": 16},
    },
    "head": {"pool": "avg", "classes": 5},
}

STRUCTURES: dict[str, dict[str, Any]] = {
    "batch norm": {},
    "group norm": {"norm": {"type": "group", "groups": 2}},
    "spectral norm": {"convolution": "spectral_norm"},
    "preact": {"block": {"type": "preact_bottleneck"}},
    "drop path": {"block": {"type": "basic", "drop_path": 0.4}},
    "dropout": {"block": {"type": "bottleneck", "dropout": 0.3}},
    "drop block": {"block": {"type": "basic", "drop_block": {"rate": 0.3, "size": 3}}},
    "rrelu": {"act": "rrelu"},
    "attention": {"block": {"type": "bottleneck", "attention": "gather_excite"}},
    "split attention": {"block": {"type": "bottleneck", "spatial": {"type": "split_attention"}}},
    "multi scale": {"block": {"type": "bottleneck", "spatial": {"type": "multi_scale", "scale": 2}}},
    "selective kernel": {"block": {"type": "basic", "spatial": {"type": "selective_kernel"}}},
    "stages in blocks": {"layout": {"stage": "stages.*.blocks"}},
    "features": {"head": {"features": ["layer1", "layer2"]}},
    "one axis": {"input": {"channels": 3, "size": [24]}},
}
"""Changes to BASE, by the name of the structure that they bring."""


def data(structure: str = "batch norm", **training: Any) -> dict[str, Any]:
    """A spec of this structure with these keys under `training`."""
    return {**BASE, **STRUCTURES[structure], **({"training": training} if training else {})}


def network(structure: str = "batch norm", **training: Any) -> nn.Module:
    """Its network with the first weights of a seed."""
    compiled = api.compile_mapping(data(structure, **training))
    torch.manual_seed(0)
    return load(api.emit_source(compiled), compiled.network)()


def batch(structure: str = "batch norm", samples: int = 4) -> Tensor:
    """Samples of the size that the structure is made for."""
    size = data(structure)["input"]["size"]
    extents = (size, size) if isinstance(size, int) else size
    return torch.randn(samples, 3, *extents, generator=torch.Generator().manual_seed(1))


def loss(module: nn.Module, x: Tensor) -> Tensor:
    """A number that depends on every output, and not only on their sum."""
    outputs = module(x)
    maps = list(outputs.values()) if isinstance(outputs, dict) else [outputs]
    return torch.stack([(one * one.sin()).mean() for one in maps]).sum()


def train(module: nn.Module, x: Tensor, steps: int = 2) -> list[float]:
    """Some steps with a seed of their own, and their losses. The gradients of the last are left."""
    torch.manual_seed(2)
    optimizer = torch.optim.SGD([one for one in module.parameters() if one.requires_grad], lr=0.1)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss(module, x)
        value.backward()  # type: ignore[no-untyped-call]  # torch's own
        optimizer.step()
        losses.append(float(value.detach()))
    return losses


def gradients(module: nn.Module) -> dict[str, Tensor | None]:
    """The gradient of each parameter."""
    return {name: parameter.grad for name, parameter in module.named_parameters()}
