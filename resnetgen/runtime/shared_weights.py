"""Cheap copies of a network: their parameters share the same memory.

Copying the weights of a large network takes longer than running it on a small input; drawing them takes far longer.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

from torch import Tensor, nn


class SharedWeights:
    """A prototype network that is never run, and the values for its copies: its own, or those of a state dict."""

    def __init__(self, network: nn.Module, values: Mapping[str, Tensor] | None = None) -> None:
        held = network.state_dict(keep_vars=True)
        given = held if values is None else values
        self.network = network
        self._values = [(tensor, given[name].detach()) for name, tensor in held.items()]
        self._versions = self._written()

    def copy(self) -> nn.Module:
        """Return a copy whose parameters share their values with the prototype.

        Parameters, and so gradients, are the copy's own objects. Buffers, which norms update in training, are cloned.
        """
        return copy.deepcopy(self.network, {id(tensor): _alias(tensor, value) for tensor, value in self._values})

    @property
    def is_intact(self) -> bool:
        """Return True if no copy has written to the shared values.

        Torch counts in-place writes to a tensor, but none through `.data`. A network that changed its own parameters
        that way would fail the check of determinism.
        """
        return self._versions == self._written()

    def _written(self) -> list[int]:
        return [value._version for _, value in self._values]


def _alias(tensor: Tensor, value: Tensor) -> Tensor:
    return nn.Parameter(value, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else value.clone()
