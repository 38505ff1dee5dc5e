"""The fixture that every check is given: an emitted file, its trace, and networks made from it."""

from __future__ import annotations

import importlib.util
import sys
from functools import cached_property
from typing import NamedTuple

import torch
from torch import Tensor, nn

from resnetgen.analysis.shape_inference import Trace
from resnetgen.runtime.allocations import track_live_bytes
from resnetgen.runtime.calibration import calibrate
from resnetgen.runtime.hooks import ForwardRecord, Output, record_forward
from resnetgen.runtime.perturbation import perturbed
from resnetgen.runtime.shared_weights import SharedWeights
from resnetgen.runtime.skip_init import SkipInit
from resnetgen.runtime.training import training_step

SEED = 0

MIN_TRAINING_BATCH = 2
"""The fewest samples of a training step: batch norm rejects a single value per channel."""


class TrainingStep(NamedTuple):
    """A network with gradients, after a training step that allocated at most `peak` bytes at a time."""

    network: nn.Module
    peak: int


class ModelFixture:
    """An emitted network with its trace, in the states that checks need: initial, calibrated, trained.

    Attributes:
        trace: The compiler's predictions, at the input size of the check.
        path: The emitted file.
        device: The device that the network runs on.
        batch: The number of samples of a batch.
        folder: A temporary folder, removed after the checks.
    """

    def __init__(self, trace: Trace, path: str, device: torch.device, batch: int, folder: str) -> None:
        self.trace = trace
        self.path = path
        self.device = device
        self.batch = batch
        self.folder = folder
        self._initial: SharedWeights | None = None
        self._calibrated: SharedWeights | None = None
        self._perturbed: dict[tuple[float, int], Output] = {}

    @cached_property
    def network_class(self) -> type[nn.Module]:
        """The network's class; the emitted file is imported under its own name."""
        name = self.trace.network.name
        spec = importlib.util.spec_from_file_location(name, self.path)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found: type[nn.Module] = getattr(module, self.trace.network.class_name)
        return found

    @property
    def initial(self) -> nn.Module:
        """The network with its initial weights, for inspection: it is never run."""
        return self._prototype.network

    def new(self) -> nn.Module:
        """Return a network with its initial weights, the same every time."""
        return self._prototype.copy()

    @property
    def _prototype(self) -> SharedWeights:
        if self._initial is None or not self._initial.is_intact:
            torch.manual_seed(SEED)
            self._initial = SharedWeights(self.network_class().to(self.device))
        return self._initial

    def calibrated(self) -> nn.Module:
        """Return the network in eval mode, with reproducible weights and statistics as if it had been trained."""
        if self._calibrated is None or not self._calibrated.is_intact:
            network = self.new()
            calibrate(network, self.example)
            self._calibrated = SharedWeights(self.initial, network.state_dict())
        return self._calibrated.copy().eval()

    def uninitialized(self) -> nn.Module:
        """Return a new network without initialized weights, to load a state dict into; other random values differ."""
        torch.manual_seed(SEED + 1)
        with SkipInit():
            return self.network_class().to(self.device)

    @cached_property
    def example(self) -> Tensor:
        """A batch (N, C, ...) of noise, the same on every device."""
        return self.noise(self.batch)

    def noise(self, batch: int, seed: int = SEED) -> Tensor:
        """Return a batch (N, C, ...) of Gaussian noise."""
        generator = torch.Generator().manual_seed(seed)
        return torch.randn(batch, *self.trace.input, generator=generator).to(self.device)

    @property
    def training_samples(self) -> int:
        """The number of samples of a training step: at least two."""
        return max(self.batch, MIN_TRAINING_BATCH)

    def training_batch(self) -> Tensor:
        """Return a batch (N, C, ...) for a training step."""
        return self.noise(self.training_samples)

    @cached_property
    def reference(self) -> Output:
        """The output of the calibrated network for the example, in float32."""
        with torch.no_grad():
            found: Output = self.calibrated()(self.example)
        return found

    def perturbed(self, share: float, draw: int = 0) -> Output:
        """Return the output where every intermediate value has a random relative error of up to `share`."""
        key = share, draw
        if key not in self._perturbed:
            self._perturbed[key] = perturbed(self.calibrated(), self.example, share, draw)
        return self._perturbed[key]

    @cached_property
    def forward(self) -> ForwardRecord:
        """The record of a forward pass of the calibrated network over the example."""
        return record_forward(self.calibrated(), self.example)

    @cached_property
    def trained(self) -> TrainingStep:
        """The network after a training step from its initial weights."""
        network, x = self.new().train(), self.training_batch()
        with track_live_bytes() as count:
            training_step(network, x)
        return TrainingStep(network, count.peak)

    def on_meta(self) -> nn.Module:
        """Return the network on torch's device `meta`: shapes without values."""
        with torch.device("meta"):
            return self.network_class()
