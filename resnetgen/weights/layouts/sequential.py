"""ResNets as `nn.Sequential(*network.children())`, by the position of each child: the backbones of lightly's examples.

Modules without tensors count where a library makes them once for the network, as torchvision does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from resnetgen.ir.network import Network
from resnetgen.ops.pool import MaxPool
from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

_STAGES = {"stage": "layer*", "first": {"stage": 1}}


def _by_position(before: int, name: str) -> str:
    """Return a name of torchvision with numbers for the stem and the stages, before which there are `before` more."""
    name = re.sub(r"^layer(\d+)\.", lambda found: f"{before + int(found[1])}.", name)
    name = re.sub(r"^conv1\.", "0.", re.sub(r"^bn1\.", "1.", name))
    return f"backbone.{name}" if name[0].isdigit() else name


_AFTER_POOL: Callable[[str], str] = partial(_by_position, 3)
_AFTER_NORM: Callable[[str], str] = partial(_by_position, 1)


def _has_no_pool(network: Network) -> bool:
    """Tell whether a stem is a convolution and its norm, without modules that have no tensors."""
    return not any(isinstance(node.operator, MaxPool) for node in network.stem)


LAYOUT = ForeignLayout(
    "sequential",
    "`nn.Sequential(*network.children())` of torchvision's ResNets and of lightly's `ResNetGenerator`",
    (
        NamingTable(
            {"base": "torchvision", **_STAGES, "shortcut": "shortcut"},
            ("2.0.conv1.weight", "3.0.conv1.weight", "3.0.shortcut.0.weight"),
            1,
            _AFTER_NORM,
            optional="backbone.",
            applies=_has_no_pool,
        ),
        NamingTable(
            {"base": "torchvision", **_STAGES},
            ("4.0.conv1.weight", "5.0.conv1.weight", "7.0.conv1.weight"),
            1,
            _AFTER_POOL,
            optional="backbone.",
        ),
        NamingTable(
            {"base": "deep_stem", **_STAGES},
            ("4.0.conv1.weight", "0.0.weight", "0.3.weight"),
            3,
            _AFTER_POOL,
            optional="backbone.",
        ),
    ),
)
