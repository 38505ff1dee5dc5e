"""What every module of a network does in one forward pass: the shapes, the types and the multiply-adds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from resnetgen.ops.operator import Shape

Output = Tensor | dict[str, Tensor]
"""What a network gives: a tensor, or maps by the names of their stages."""


@dataclass
class ForwardRecord:
    """One forward pass: the shapes that went into and came out of every module, by name, and the multiply-adds.

    Shapes are those of one sample; `macs` of the whole batch. `parts` are the multiply-adds within each module.
    """

    inputs: dict[str, Shape] = field(default_factory=dict)
    outputs: dict[str, Shape] = field(default_factory=dict)
    dtypes: dict[str, torch.dtype] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    output: Shape | dict[str, Shape] = ()
    macs: int = 0
    module_macs: dict[str, int] = field(default_factory=dict)


def record_forward(network: nn.Module, x: Tensor, *, count: bool = True) -> ForwardRecord:
    """Run a network in eval mode and watch every module in it.

    The multiply-adds are those that torch's FlopCounterMode counts, halved.
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
    """A hook that notes what a module was given and gives."""

    def __init__(self, name: str, record: ForwardRecord) -> None:
        self.name = name
        self.record = record

    def __call__(self, module: nn.Module, given: tuple[Tensor, ...], result: Tensor) -> None:
        self.record.calls.append(self.name)
        self.record.inputs[self.name] = tuple(given[0].shape[1:])
        self.record.outputs[self.name] = tuple(result.shape[1:])
        self.record.dtypes[self.name] = result.dtype


def output_shapes(output: Output) -> Shape | dict[str, Shape]:
    """The shape of one sample of an output, or of each of its maps."""
    if isinstance(output, dict):
        return {name: tuple(value.shape[1:]) for name, value in output.items()}
    return tuple(output.shape[1:])


def output_maps(output: Output) -> dict[str, Tensor]:
    """The tensors of an output by name; that of a network with a head is called `output`."""
    return output if isinstance(output, dict) else {"output": output}
