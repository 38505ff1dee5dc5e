"""The network that is measured: its weights, its blocks, and random inputs for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from resnetgen.analysis.shape_inference import Trace
from resnetgen.api import emit_source
from resnetgen.compiler import Compiled
from resnetgen.runtime.expected_modules import blocks_with_prefix
from resnetgen.runtime.hooks import Output, output_maps
from resnetgen.runtime.load_source import load

MIN_BATCH = 2
"""The fewest samples: in training, batch norm rejects a single value per channel."""


MIN_VALUES = 64
"""The fewest values of a channel in the last map that running statistics are taken from; fewer would make some zero."""


class BlockPlace(NamedTuple):
    """A block of a network: the name of its module, and whether it adds a shortcut to its branch."""

    name: str
    adds: bool


class Subject:
    """A network at initialization, in eval mode, with random inputs.

    Its running statistics are those of a batch of noise, as they would be early in training; so a sample's output does
    not depend on the other samples of the batch. Random inputs are standard normal.

    Attributes:
        trace: The compiler's predictions, at the input size of the measurement.
        network: The network; all its parameters take gradients.
        batch: The number of samples of a batch.
        seed: The seed of weights and inputs.
        device: The device that it is on.
    """

    def __init__(self, trace: Trace, network: nn.Module, batch: int, seed: int = 0) -> None:
        self.trace = trace
        self.network = network.eval().requires_grad_(True)
        self.batch = trace.batch(max(batch, MIN_BATCH))
        self.seed = seed
        self.device = next((each.device for each in network.parameters()), torch.device("cpu"))
        self._take_statistics()

    @cached_property
    def blocks(self) -> tuple[BlockPlace, ...]:
        """The blocks in the order of the network, without the layers before those of a stage."""
        return tuple(
            BlockPlace(prefix.removesuffix("."), part.block.shortcut.kind != "none")
            for prefix, part in blocks_with_prefix(self.trace)
            if not part.block.opens_stage
        )

    @property
    def rank(self) -> int:
        """The number of spatial axes of its input."""
        return self.trace.network.rank

    def noise(self, samples: int | None = None, stream: int = 0) -> Tensor:
        """Return a batch (N, C, ...) of standard normal noise.

        Args:
            samples: the number of samples; by default that of a batch.
            stream: another number gives other noise.
        """
        generator = torch.Generator().manual_seed(self.seed * 1_000 + stream)
        return torch.randn(samples or self.batch, *self.trace.input, generator=generator).to(self.device)

    def backward(self, output: Output) -> None:
        """Go back from the outputs, with standard normal gradients of them, the same for every sample.

        Args:
            output: a tensor (N, ...), or tensors by name.
        """
        generator = torch.Generator().manual_seed(self.seed)
        values = [value for value in output_maps(output).values() if value.requires_grad]
        gradients = [torch.randn(value.shape[1:], generator=generator).to(value).expand_as(value) for value in values]
        torch.autograd.backward(values, gradients)

    @contextmanager
    def training_norms(self) -> Iterator[None]:
        """Let norms take the statistics of the batch, as in the first training step; dropout stays off."""
        norms = [module for module in self.network.modules() if _has_statistics(module)]
        kept = [buffer.clone() for buffer in self.network.buffers()]
        for norm in norms:
            norm.training = True
        try:
            yield
        finally:
            for norm in norms:
                norm.training = False
            with torch.no_grad():
                for buffer, value in zip(self.network.buffers(), kept, strict=True):
                    buffer.copy_(value)

    def _take_statistics(self) -> None:
        """Set the running statistics of every norm to those of a batch of noise."""
        norms: list[Any] = [module for module in self.network.modules() if _has_statistics(module)]
        momenta = [norm.momentum for norm in norms]
        for norm in norms:
            norm.training = True
            norm.momentum = 1.0
        pixels = prod(self.trace.stages[-1].output[1:]) if self.trace.stages else MIN_VALUES
        with torch.no_grad():
            self.network(self.noise(max(self.batch, -(-MIN_VALUES // pixels)), stream=999))
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.training = False
            norm.momentum = momentum


def _has_statistics(module: nn.Module) -> bool:
    """Return whether a module is a norm with running statistics, which it takes from a batch in training."""
    return getattr(module, "running_var", None) is not None and hasattr(module, "momentum")


def load_subject(compiled: Compiled, *, batch: int = 8, seed: int = 0, device: torch.device | str = "cpu") -> Subject:
    """Compile a network to source, run that, and return a network with initial weights.

    Args:
        compiled: the compiled spec, at the input size of the measurements.
        batch: the number of samples of a batch, raised to `MIN_BATCH`.
        seed: the seed of weights and inputs.
        device: the device to measure on.

    Example:
        >>> subject = load_subject(resnetgen.compile_spec("resnet20"))
        >>> len(subject.blocks)
        9
    """
    torch.manual_seed(seed)
    network = load(emit_source(compiled), compiled.network)()
    return Subject(compiled.trace, network.to(device), batch, seed)
