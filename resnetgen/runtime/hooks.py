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
class Run:
    """One forward pass: the shapes that went into and came out of every module, by name, and the multiply-adds.

    Shapes are those of one sample; `macs` of the whole batch. `parts` are the multiply-adds within each module.
    """

    inputs: dict[str, Shape] = field(default_factory=dict)
    outputs: dict[str, Shape] = field(default_factory=dict)
    types: dict[str, torch.dtype] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    given: Shape | dict[str, Shape] = ()
    macs: int = 0
    parts: dict[str, int] = field(default_factory=dict)


def run(network: nn.Module, x: Tensor, *, count: bool = True) -> Run:
    """Run a network in eval mode and watch every module in it.

    The multiply-adds are those that torch's FlopCounterMode counts, halved.
    """
    seen = Run()
    with torch.no_grad(), _watched(network, seen):
        if not count:
            seen.given = shapes(network.eval()(x))
            return seen
        with FlopCounterMode(display=False) as counter:
            seen.given = shapes(network.eval()(x))
    seen.macs = counter.get_total_flops() // 2
    inside = f"{type(network).__name__}."
    counts = counter.get_flop_counts().items()
    seen.parts = {name.removeprefix(inside): sum(found.values()) // 2 for name, found in counts if inside in name}
    return seen


@contextmanager
def _watched(network: nn.Module, seen: Run) -> Iterator[None]:
    handles = [module.register_forward_hook(_note(name, seen)) for name, module in network.named_modules() if name]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


class _note:
    """A hook that notes what a module was given and gives."""

    def __init__(self, name: str, seen: Run) -> None:
        self.name = name
        self.seen = seen

    def __call__(self, module: nn.Module, given: tuple[Tensor, ...], result: Tensor) -> None:
        self.seen.calls.append(self.name)
        self.seen.inputs[self.name] = tuple(given[0].shape[1:])
        self.seen.outputs[self.name] = tuple(result.shape[1:])
        self.seen.types[self.name] = result.dtype


def shapes(output: Output) -> Shape | dict[str, Shape]:
    """The shape of one sample of an output, or of each of its maps."""
    if isinstance(output, dict):
        return {name: tuple(value.shape[1:]) for name, value in output.items()}
    return tuple(output.shape[1:])


def maps(output: Output) -> dict[str, Tensor]:
    """The tensors of an output by name; that of a network with a head is called `output`."""
    return output if isinstance(output, dict) else {"output": output}
