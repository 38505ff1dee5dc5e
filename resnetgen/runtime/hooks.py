"""Hooks that record a forward pass: the shapes, dtypes and multiply-adds of every module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from resnetgen.ops.window import Shape

Output = Tensor | dict[str, Tensor]
"""The output of a network: a tensor, or feature maps by stage name."""


@dataclass
class ForwardRecord:
    """The record of one forward pass.

    Attributes:
        inputs: Input shape of each module, by name, without the batch axis.
        outputs: Output shape of each module, by name, without the batch axis.
        dtypes: Output dtype of each module, by name.
        calls: Names of the modules in the order in which they ended.
        output: Output shape of the network, or the shape of each feature map by name.
        macs: Multiply-adds of the whole batch.
        module_macs: Multiply-adds inside each module, by name, of the whole batch.
    """

    inputs: dict[str, Shape] = field(default_factory=dict)
    outputs: dict[str, Shape] = field(default_factory=dict)
    dtypes: dict[str, torch.dtype] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    output: Shape | dict[str, Shape] = ()
    macs: int = 0
    module_macs: dict[str, int] = field(default_factory=dict)


def record_forward(network: nn.Module, x: Tensor, *, count: bool = True) -> ForwardRecord:
    """Run a network in eval mode and record every module call.

    Multiply-adds are half of what torch's FlopCounterMode counts.

    Args:
        network: The network, left in eval mode.
        x: The batch, (N, C, ...).
        count: Whether to count multiply-adds.

    Returns:
        The record; its shapes have no batch axis.
    """
    record = ForwardRecord()
    with torch.no_grad(), _recording(network, record):
        if not count:
            record.output = output_shapes(network.eval()(x))
            return record
        with FlopCounterMode(display=False) as counter:
            record.output = output_shapes(network.eval()(x))
    record.macs = counter.get_total_flops() // 2
    inside = f"{type(network).__name__}."
    counts = counter.get_flop_counts().items()
    record.module_macs = {
        name.removeprefix(inside): sum(found.values()) // 2 for name, found in counts if inside in name
    }
    return record


@contextmanager
def _recording(network: nn.Module, record: ForwardRecord) -> Iterator[None]:
    handles = [
        module.register_forward_hook(_RecordHook(name, record)) for name, module in network.named_modules() if name
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


class _RecordHook:
    """A forward hook that records the shapes and the dtype of a module call, but for modules that compute a weight."""

    def __init__(self, name: str, record: ForwardRecord) -> None:
        self.name = name
        self.record = record

    def __call__(self, module: nn.Module, given: tuple[Tensor, ...], result: Tensor) -> None:
        if not given:
            return
        self.record.calls.append(self.name)
        self.record.inputs[self.name] = tuple(given[0].shape[1:])
        self.record.outputs[self.name] = tuple(result.shape[1:])
        self.record.dtypes[self.name] = result.dtype


def output_shapes(output: Output) -> Shape | dict[str, Shape]:
    """Return the shape of an output, or of each of its feature maps, without the batch axis.

    Args:
        output: a tensor (N, ...), or tensors by name.
    """
    if isinstance(output, dict):
        return {name: tuple(value.shape[1:]) for name, value in output.items()}
    return tuple(output.shape[1:])


def output_maps(output: Output) -> dict[str, Tensor]:
    """Return the tensors of an output by name; a single tensor is called `output`.

    Args:
        output: a tensor (N, ...), or tensors by name.
    """
    return output if isinstance(output, dict) else {"output": output}
