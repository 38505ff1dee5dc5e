"""How the parts of a network are named in its state dict: a table for each convention."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """A convention. `patterns` maps an operator's role to its name, where `{n}` is the number of its layer."""

    patterns: Mapping[str, str]
    shortcut: str

    def name(self, role: str, unit: int, taken: Set[str]) -> str:
        """The name for an operator in this role; a number makes it unique where the pattern has none."""
        name = _numbered(self.patterns[role], unit)
        if name not in taken:
            return name
        return next(numbered for k in range(2, len(taken) + 3) if (numbered := f"{name}_{k}") not in taken)


@lru_cache(maxsize=4096)
def _numbered(pattern: str, unit: int) -> str:
    return pattern.format(n=unit)


TORCHVISION = Layout(
    patterns={
        "conv": "conv{n}",
        "norm": "bn{n}",
        "act": "act{n}",
        "max_pool": "maxpool",
        "avg_pool": "avgpool",
        "dropout": "dropout{n}",
        "drop_path": "drop_path",
        "global_avg_pool": "avgpool",
        "global_pool": "global_pool",
        "head_dropout": "dropout",
        "flatten": "flatten",
        "linear": "fc",
        "output_activation": "activation",
    },
    shortcut="downsample",
)
"""torchvision.models.resnet's names, and timm.models.resnet's, which took them over."""
