"""What a check is given: a network's file and what was said of it, and the network that came of it, at work."""

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
"""The fewest samples of a training step. Batch norm has no variance over one sample's single pixel, and refuses it."""


class TrainingStep(NamedTuple):
    """A network with its gradients after a training step; `peak` bytes beside it were held at a time on the way."""

    network: nn.Module
    peak: int


class ModelFixture:
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
        self._initial: SharedWeights | None = None
        self._calibrated: SharedWeights | None = None
        self._perturbed: dict[float, Output] = {}

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

    @property
    def initial(self) -> nn.Module:
        """The network with its first weights, to be looked at: it is not run, and never was."""
        return self._prototype.network

    def new(self) -> nn.Module:
        """The network with its first weights, the same every time."""
        return self._prototype.copy()

    @property
    def _prototype(self) -> SharedWeights:
        if self._initial is None or not self._initial.is_intact:
            torch.manual_seed(SEED)
            self._initial = SharedWeights(self.network_class().to(self.device))
        return self._initial

    def calibrated(self) -> nn.Module:
        """The network in eval mode with weights and statistics as if it had been trained, the same every time."""
        if self._calibrated is None or not self._calibrated.is_intact:
            network = self.new()
            calibrate(network, self.example)
            self._calibrated = SharedWeights(self.initial, network.state_dict())
        return self._calibrated.copy().eval()

    def uninitialized(self) -> nn.Module:
        """The network made anew, its weights left to be loaded, and whatever else is random drawn otherwise."""
        torch.manual_seed(SEED + 1)
        with SkipInit():
            return self.network_class().to(self.device)

    @cached_property
    def example(self) -> Tensor:
        """A batch (N, C, ...) of noise; the same on every device."""
        return self.noise(self.batch)

    def noise(self, batch: int, seed: int = SEED) -> Tensor:
        """So many samples (N, C, ...) of noise."""
        generator = torch.Generator().manual_seed(seed)
        return torch.randn(batch, *self.trace.input, generator=generator).to(self.device)

    @property
    def training_samples(self) -> int:
        """How many samples a training step takes: two at least."""
        return max(self.batch, MIN_TRAINING_BATCH)

    def training_batch(self) -> Tensor:
        """A batch (N, C, ...) for a training step."""
        return self.noise(self.training_samples)

    @cached_property
    def reference(self) -> Output:
        """What the settled network answers to the example in float32."""
        with torch.no_grad():
            found: Output = self.calibrated()(self.example)
        return found

    def perturbed(self, share: float) -> Output:
        """What it answers where every value on the way is off by up to that share of itself."""
        if share not in self._perturbed:
            self._perturbed[share] = perturbed(self.calibrated(), self.example, share)
        return self._perturbed[share]

    @cached_property
    def forward(self) -> ForwardRecord:
        """One forward pass of the settled network over the example, every module of it watched."""
        return record_forward(self.calibrated(), self.example)

    @cached_property
    def trained(self) -> TrainingStep:
        """What a training step leaves, from the first weights."""
        network, x = self.new().train(), self.training_batch()
        with track_live_bytes() as count:
            training_step(network, x)
        return TrainingStep(network, count.peak)

    def on_meta(self) -> nn.Module:
        """The network without values, on torch's device `meta`: shapes, and nothing to compute."""
        with torch.device("meta"):
            return self.network_class()
