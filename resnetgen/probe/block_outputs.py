"""The outputs of blocks, given to a function while a network runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from torch import Tensor, nn

from resnetgen.probe.subject import Subject


@contextmanager
def block_outputs(subject: Subject, listener: Callable[[str, Tensor], None]) -> Iterator[None]:
    """Call a function with the name and the output (N, C, ...) of each block, in the order of the network.

    Args:
        subject: the network.
        listener: it must read the output at once; the next block may write over it.
    """

    def listening(name: str) -> Callable[[nn.Module, object, Tensor], None]:
        return lambda module, given, result: listener(name, result)

    handles = [
        subject.network.get_submodule(block.name).register_forward_hook(listening(block.name))
        for block in subject.blocks
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
