"""The pickles of Caffe2, MSRA and Detectron: `res2_0_branch2a_w`, also in detectron2's model zoo.

detectron2 reads them by `convert_basic_c2_names` of detectron2/checkpoint/c2_model_loading.py, whose names these are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from resnetgen.ir.network import Network
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.ops.frozen_batch_norm import FrozenBatchNorm
from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable
from resnetgen.weights.named_operators import named_operators

_LAYER = {"weight": "w", "bias": "b"}
_NORM = {"weight": "s", "bias": "b", "running_mean": "rm", "running_var": "riv"}
_LETTERS = "abc"


def _respell(name: str) -> str:
    """Return a name with underscores, a letter for a convolution of a branch, and the norm after it as `bn`."""
    module, _, tensor = name.rpartition(".")
    is_norm = module.endswith("_bn")
    module = re.sub(r"branch2_(\d)", lambda found: f"branch2{_LETTERS[int(found[1]) - 1]}", module)
    return f"{module.replace('.', '_')}_{(_NORM if is_norm else _LAYER).get(tensor, tensor)}"


def _table(linear: str, convs: int) -> NamingTable:
    return NamingTable(
        {
            "base": "torchvision",
            "stem": {"conv": "conv1", "norm": "res_conv1_bn", "act": "conv1_relu", "max_pool": "pool1"},
            "stage": "res*",
            "first": {"stage": 2},
            "block": {
                "conv": [f"branch2_{number}" for number in range(1, convs + 1)],
                "norm": [f"branch2_{number}_bn" for number in range(1, convs + 1)],
            },
            "shortcut": "shortcut",
            "projection": {"conv": "branch1", "norm": "branch1_bn"},
            "head": {"linear": linear},
        },
        ("res2_0_branch2a_w", "res2_0_branch2b_w"),
        1,
        lambda name: _respell(name.replace(".shortcut.", ".")),
        counters=False,
        implied=("running_mean", "running_var"),
    )


def _constants(network: Network, names: Collection[str]) -> Iterator[tuple[str, float]]:
    """Yield the statistics of norms that only scale and shift: with these, a norm does no more.

    As detectron2's `FrozenBatchNorm2d` has it: a mean of 0, and a variance that is 1 with the norm's own eps.
    """
    for path, operator in named_operators(network):
        if not isinstance(operator, BatchNorm | FrozenBatchNorm) or f"{path}.weight" not in names:
            continue
        statistics = {f"{path}.running_mean": 0.0, f"{path}.running_var": 1 - operator.eps}
        if statistics.keys().isdisjoint(names):
            yield from statistics.items()


LAYOUT = ForeignLayout(
    "caffe2",
    "pickles of Caffe2 and MSRA in detectron2's model zoo (`R-50.pkl`)",
    (*(_table(linear, convs) for convs in (3, 2) for linear in ("pred", "fc1000")),),
    constants=_constants,
)
