"""A trained network, as the measurements get it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import nn

from resnetgen.analysis.shape_inference import BlockTrace, Trace
from resnetgen.lab.data_set import DataSet, Split
from resnetgen.runtime.expected_modules import blocks_with_prefix


class Trained(NamedTuple):
    """A trained network in eval mode.

    Attributes:
        trace: The compiler's predictions, at the size of the data.
        network: The network.
        data: The data, normalized, on the device of the network.
        seed: The seed that it was trained with.
    """

    trace: Trace
    network: nn.Module
    data: DataSet
    seed: int

    def blocks(self) -> Iterator[tuple[str, BlockTrace]]:
        """Yield the name of the module and the trace of each block, in the order of the network."""
        return blocks(self.trace)

    def some(self, split: Split, most: int) -> Split:
        """Return the first images of a split, at most some number."""
        return Split(split.images[:most], split.labels[:most])

    def generator(self) -> torch.Generator:
        """Return a generator of random numbers for this network, on the CPU."""
        return torch.Generator().manual_seed(self.seed)


def blocks(trace: Trace) -> Iterator[tuple[str, BlockTrace]]:
    """Yield the name of the module and the trace of each block of a network, in their order."""
    for prefix, part in blocks_with_prefix(trace):
        if not part.block.opens_stage:
            yield prefix.removesuffix("."), part
