"""Operators on their own: as torch's modules, and as networks of nothing else."""

from __future__ import annotations

import torch
from torch import nn

from resnetgen.emit import emit
from resnetgen.ir import Init, Network, Node
from resnetgen.memory import load
from resnetgen.ops.activation import REQUIRED, TABLE, Activation
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.ops.conv import Conv
from resnetgen.ops.drop_path import DropPath
from resnetgen.ops.dropout import Dropout
from resnetgen.ops.frozen_batch_norm import FrozenBatchNorm
from resnetgen.ops.global_pool import POOLS, Flatten
from resnetgen.ops.group_norm import GroupNorm
from resnetgen.ops.identity import Identity
from resnetgen.ops.instance_norm import InstanceNorm
from resnetgen.ops.operator import Operator, Shape, Window
from resnetgen.ops.output_activation import OUTPUT_ACTIVATIONS
from resnetgen.ops.pad_channels import pad_channels
from resnetgen.ops.pool import AvgPool, MaxPool
from resnetgen.ops.same_avg_pool import SameAvgPool
from resnetgen.shapes import Step, Trace

CHANNELS = 4


def network(operators: list[Operator], shape: Shape) -> nn.Module:
    """The emitted network that holds nothing but these operators, called op0, op1 and so on."""
    nodes = tuple(Node(f"op{index}", operator, index) for index, operator in enumerate(operators))
    around = Network("net", "Net", "", "", shape[0], shape[1:], nodes, (), (), (), Init())
    traced = Trace(around, shape, tuple(Step(node, shape, shape) for node in nodes), (), (), shape)
    return load(emit(traced, origin="a test", digest="0"), around)()


def plain(operator: Operator) -> nn.Module:
    """The module of an operator that torch has one for."""
    construction = operator.construction()
    assert construction is not None
    made = getattr(nn, construction.function.removeprefix("nn."))
    return made(**{argument.name: argument.value for argument in construction.arguments})  # type: ignore[no-any-return]


def seen(module: nn.Module, shape: Shape) -> Shape | None:
    """The shape that comes out, None where torch refuses."""
    try:
        return tuple(module(torch.zeros(1, *shape)).shape[1:])
    except (RuntimeError, ValueError):
        return None


def said(operator: Operator, shape: Shape) -> Shape | None:
    """The shape that the operator says comes out, None where it says that it cannot."""
    return None if operator.misfit(shape) else operator.output(shape)


def samples(rank: int) -> dict[str, Operator]:
    """At least one of each operator that takes a map."""
    ones, twos, threes, uneven = (1,) * rank, (2,) * rank, (3,) * rank, tuple(range(2, 2 + rank))
    window = Window(threes, twos, ones, ones)
    found: dict[str, Operator] = {
        "conv": Conv(CHANNELS, 6, window, 2, True),
        "conv without bias": Conv(CHANNELS, 3, Window(threes, ones, twos, twos)),
        "max pool": MaxPool(window),
        "avg pool": AvgPool(window, False),
        "same avg pool": SameAvgPool(uneven),
        "batch norm": BatchNorm(CHANNELS, rank, 1e-5, 0.1),
        "frozen batch norm": FrozenBatchNorm(CHANNELS, rank, 1e-5),
        "group norm": GroupNorm(CHANNELS, 2, 1e-5),
        "group norm of single channels": GroupNorm(CHANNELS, CHANNELS, 1e-5),
        "instance norm": InstanceNorm(CHANNELS, rank, 1e-5, True),
        "instance norm without weights": InstanceNorm(CHANNELS, rank, 1e-5, False),
        "dropout": Dropout(0.5),
        "drop path": DropPath(0.5),
        "identity": Identity(),
        "flatten": Flatten(),
        "pad channels": pad_channels(CHANNELS, 7, twos),
        "pad channels by axis": pad_channels(CHANNELS, 7, uneven if rank > 1 else twos),
    }
    found |= {f"activation {name}": _activation(name) for name in TABLE}
    found |= {f"global pool {name}": pool(rank) for name, pool in POOLS.items()}
    return found | {name: made() for name, made in OUTPUT_ACTIVATIONS.items()}


def _activation(name: str) -> Activation:
    required = tuple((option, 0.5) for option, default in TABLE[name].options if default is REQUIRED)
    return Activation(name, required)
