"""The ResNets of `keras.applications`, whose kernels have their channels last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from resnetgen.ir.network import Network
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

EPS = 1.001e-5
"""The number that Keras's ResNets add to variances."""

_IN_BLOCK = re.compile(r"(conv\d+)\.(block\d+)\.(?:shortcut\.)?(?:(conv|bn)(\d)|(\w+))\.")
_NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
_OTHER = {"weight": "kernel"}

_STEM = {"conv": "conv1_conv", "norm": "conv1_bn", "act": "conv1_relu", "max_pool": "pool1_pool"}
_TABLE = {
    "base": "torchvision",
    "stem": _STEM,
    "stage": "conv*",
    "in_stage": "block*",
    "first": {"stage": 2, "block": 1},
    "shortcut": "shortcut",
    "projection": {"conv": "conv0", "norm": "bn0"},
    "head": {
        **{"norm": "post_bn", "act": "post_relu", "global_avg_pool": "avg_pool", "linear": "predictions"},
    },
}


def _respell(name: str) -> str:
    """Return a name with one part for a layer, and Keras's words for its variables."""
    found = _IN_BLOCK.match(name)
    if found:
        stage, block, kind, number, other = found.groups()
        name = f"{stage}_{block}_{f'{number}_{kind}' if kind else other}.{name[found.end() :]}"
    layer, _, variable = name.rpartition(".")
    words = _NORM if layer.endswith("_bn") else _OTHER
    return f"{layer}.{words.get(variable, variable)}"


def _arranged(names: Iterable[str]) -> Iterator[str]:
    """Yield names in the order of the model's layers: a shortcut's stand before the last of the branch.

    `load_weights` of Keras pairs layers by position.
    """
    by_layer: dict[str, list[str]] = {}
    for name in names:
        by_layer.setdefault(name.rpartition(".")[0], []).append(name)
    for layer in list(by_layer):
        shortcut = re.sub(r"_3_(conv|bn)$", r"_0_\1", layer)
        yield from by_layer.pop(shortcut, ()) if shortcut != layer else ()
        yield from by_layer.pop(layer, ())


def _remarks(network: Network) -> Iterator[str]:
    """Yield what differs in a network from those of Keras that no shape tells."""
    operators = [node.operator for _, nodes in network.parts() for node in nodes]
    epsilons = {operator.eps for operator in operators if isinstance(operator, BatchNorm)}
    if epsilons - {EPS}:
        found = ", ".join(str(eps) for eps in sorted(epsilons))
        yield f"the norms of Keras's ResNets have eps {EPS}, not {found}: `--set norm.eps={EPS}` gives equal outputs"


def _normalizes_first(network: Network) -> bool:
    """Tell whether blocks begin with a norm, as those of V2 do."""
    return any(run.block.branch[0].operator.is_norm for stage in network.stages for run in stage.block_runs[:1])


LAYOUT = ForeignLayout(
    "keras",
    "`keras.applications.ResNet50` and its like, also V2",
    (
        NamingTable(
            {**_TABLE, "first": {"stage": 2, "block": 1, "layer": 0}, "block": ["preact_bn", "preact_relu"]},
            ("conv2_block1_1_conv.kernel", "conv2_block1_preact_bn.gamma"),
            1,
            _respell,
            channels_last=True,
            applies=_normalizes_first,
            counters=False,
        ),
        NamingTable(_TABLE, ("conv2_block1_1_conv.kernel",), 1, _respell, channels_last=True, counters=False),
    ),
    arranged=_arranged,
    remarks=_remarks,
)
