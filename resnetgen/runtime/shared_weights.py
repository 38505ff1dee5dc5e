"""Copies of a network that cost next to nothing, since their parameters lie over the same values in memory.

To copy the weights of a large network takes longer than to run it on a small input, and to draw them far longer.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

from torch import Tensor, nn


class SharedWeights:
    """A network that is never run itself, and the values of its copies: its own, or those of a state dict."""

    def __init__(self, network: nn.Module, values: Mapping[str, Tensor] | None = None) -> None:
        held = network.state_dict(keep_vars=True)
        given = held if values is None else values
        self.network = network
        self._values = [(tensor, given[name].detach()) for name, tensor in held.items()]
        self._versions = self._written()

    def copy(self) -> nn.Module:
        """A network with parameters of its own, and so with gradients of its own, over the same values in memory.

        What only a norm in training writes to, its buffers, is its own altogether.
        """
        return copy.deepcopy(self.network, {id(tensor): _alias(tensor, value) for tensor, value in self._values})

    @property
    def is_intact(self) -> bool:
        """Whether no copy has written to the values that it shares with the others.

        Torch counts what is written to a tensor in place. It does not count what goes by way of `.data`; a network that
        did that to its own parameters would answer differently when it is run again, which a check asks.
        """
        return self._versions == self._written()

    def _written(self) -> list[int]:
        return [value._version for _, value in self._values]


def _alias(tensor: Tensor, value: Tensor) -> Tensor:
    return nn.Parameter(value, tensor.requires_grad) if isinstance(tensor, nn.Parameter) else value.clone()
