"""What a check is given: a network's file and what was said of it, and the network that came of it, at work."""

from __future__ import annotations

import copy
import importlib.util
import sys
from functools import cached_property

import torch
from torch import Tensor, nn

from resnetgen.running.calibration import calibrate
from resnetgen.running.observation import Output, Run, run
from resnetgen.running.sensitivity import shaken
from resnetgen.shapes import Trace

SEED = 0

MOST_KEPT = 100_000_000
"""Parameters of a network of which a copy is kept: of larger ones, memory matters more than time."""

TRAINED_AT_ONCE = 2
"""The fewest samples of a training step. Batch norm has no variance over one sample's single pixel, and refuses it."""


class Specimen:
    """A network under examination.

    `trace` is what the compiler says, at the input size in question; `path` the emitted file; `batch` the number of
    samples; `folder` one that is removed afterwards.
    """

    def __init__(self, trace: Trace, path: str, device: torch.device, batch: int, folder: str) -> None:
        self.trace = trace
        self.path = path
        self.device = device
        self.batch = batch
        self.folder = folder
        self._first: dict[int, nn.Module] = {}
        self._shaken: dict[float, Output] = {}

    @cached_property
    def network_class(self) -> type[nn.Module]:
        """The class in the emitted file, which is imported under its own name."""
        name = self.trace.network.name
        spec = importlib.util.spec_from_file_location(name, self.path)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found: type[nn.Module] = getattr(module, self.trace.network.class_name)
        return found

    def new(self, seed: int = SEED) -> nn.Module:
        """The network with its first weights, for a seed the same every time."""
        if seed in self._first:
            return copy.deepcopy(self._first[seed])  # in a tenth of the time that drawing weights takes
        torch.manual_seed(seed)
        network = self.network_class().to(self.device)
        if sum(one.numel() for one in network.parameters()) <= MOST_KEPT:
            self._first[seed] = copy.deepcopy(network)
        return network

    def settled(self) -> nn.Module:
        """The network in eval mode with weights and statistics as if it had been trained, the same every time."""
        network = self.new()
        network.load_state_dict(self._settled)
        return network.eval()

    @cached_property
    def _settled(self) -> dict[str, Tensor]:
        network = self.new()
        calibrate(network, self.example)
        return network.state_dict()

    @cached_property
    def example(self) -> Tensor:
        """A batch (N, C, ...) of noise; the same on every device."""
        return self.noise(self.batch)

    def noise(self, batch: int, seed: int = SEED) -> Tensor:
        """So many samples (N, C, ...) of noise."""
        generator = torch.Generator().manual_seed(seed)
        return torch.randn(batch, *self.trace.input, generator=generator).to(self.device)

    def training_batch(self) -> Tensor:
        """A batch (N, C, ...) for a training step: of two samples at least."""
        return self.noise(max(self.batch, TRAINED_AT_ONCE))

    @cached_property
    def reference(self) -> Output:
        """What the settled network answers to the example in float32."""
        with torch.no_grad():
            found: Output = self.settled()(self.example)
        return found

    def shaken(self, share: float) -> Output:
        """What it answers where every value on the way is off by up to that share of itself."""
        if share not in self._shaken:
            self._shaken[share] = shaken(self.settled(), self.example, share)
        return self._shaken[share]

    @cached_property
    def seen(self) -> Run:
        """One forward pass of the settled network over the example, every module of it watched."""
        return run(self.settled(), self.example)

    def on_meta(self) -> nn.Module:
        """The network without values, on torch's device `meta`: shapes, and nothing to compute."""
        with torch.device("meta"):
            return self.network_class()
