"""Training of one network: an epoch at a time, so that it can go on from any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from math import isfinite
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from resnetgen.errors import RunError
from resnetgen.lab.data_set import DataSet
from resnetgen.lab.recipe.recipe import Recipe
from resnetgen.lab.recipe.schedules import factor_at
from resnetgen.lab.results import Epoch
from resnetgen.lab.training import processes
from resnetgen.lab.training.augmentation import augmented
from resnetgen.lab.training.evaluation import evaluate

OnStep = Callable[[int, float], None]
"""A function that is called after each step with its number in the training, from 1, and with its loss."""

State = dict[str, Any]
"""The state of a training after an epoch, as `torch.save` keeps it."""


class Diverged(Exception):
    """The loss is no finite number any more; the message says where."""


class Trainer:
    """A network in training.

    All random numbers of an epoch follow from the seed and the number of the epoch. So the state after an epoch is
    that of weights and optimizer, and whoever goes on from it makes the same steps as one that was never interrupted.

    Args:
        network: the network, with its initial weights, on its device.
        data: normalized data, on that device.
        recipe: the recipe.
        seed: the seed of the order of images, of augmentation and of dropout.

    Raises:
        RunError: a batch has more images than the data.
    """

    def __init__(self, network: nn.Module, data: DataSet, recipe: Recipe, seed: int) -> None:
        self.data = data
        self.recipe = recipe
        self.seed = seed
        self.epoch = 0
        self.device = data.train.labels.device
        self.steps_per_epoch = len(data.train.labels) // recipe.batch
        check_batch(recipe, len(data.train.labels), processes.count())
        if recipe.channels_last and data.train.images.dim() == 4:
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch has no type for it
        self.network = network
        self._parallel = processes.parallel(network)
        self._parameters = [each for each in network.parameters() if each.requires_grad]
        self._optimizer = recipe.optimizer.make(self._parameters)
        self._scaler = torch.amp.GradScaler(self.device.type, enabled=recipe.precision == "float16")
        self._average = None
        if recipe.average:
            averaged: Any = get_ema_multi_avg_fn  # without types
            self._average = AveragedModel(network, multi_avg_fn=averaged(recipe.average), use_buffers=True)

    @property
    def is_done(self) -> bool:
        """Tell whether all epochs are done."""
        return self.epoch >= self.recipe.epochs

    @property
    def tested(self) -> nn.Module:
        """The network that is tested: the moving average, where the recipe has one."""
        return self.network if self._average is None else self._average.module

    def run_epoch(self, on_step: OnStep = lambda step, loss: None) -> Epoch:
        """Train for an epoch, and test after it.

        Args:
            on_step: is called after each step.

        Raises:
            Diverged: a loss is no finite number.
        """
        torch.manual_seed(self._epoch_seed(processes.rank()))  # for dropout and drop path
        self._parallel.train()
        total = torch.zeros(2, dtype=torch.float64, device=self.device)  # of losses, and of images that are wrong
        rate = 0.0
        for number, (images, labels) in enumerate(self.batches()):
            step = self.epoch * self.steps_per_epoch + number
            rate = self.set_rate(step)
            loss, wrong = self.step(images, labels)
            total += torch.stack((loss, wrong)).double()
            if self.device.type == "cpu" or number == self.steps_per_epoch - 1 or number % 50 == 0:
                shown = float(loss)  # on CUDA, each look at it waits for the device
                on_step(step + 1, shown)
                if not isfinite(shown) and processes.count() == 1:  # of several, the others wait for its gradients
                    break
        losses, wrong = processes.summed(total).tolist()
        if not isfinite(losses):
            raise Diverged(f"the loss became {losses / self.steps_per_epoch:g} in epoch {self.epoch + 1}")
        score = processes.by_first(lambda: evaluate(self.tested, self.data.test))
        if not isfinite(score.loss):
            raise Diverged(f"the test loss became {score.loss:g} in epoch {self.epoch + 1}")
        self.epoch += 1
        seen = self.steps_per_epoch * self._own_batch * processes.count()
        loss = losses / self.steps_per_epoch / processes.count()
        return Epoch(self.epoch, loss, wrong / seen, score.loss, score.error, rate)

    def state(self) -> State:
        """Return the state after the last epoch."""
        return {
            "epoch": self.epoch,
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "scaler": self._scaler.state_dict(),
            "average": None if self._average is None else self._average.state_dict(),
        }

    def load(self, state: State) -> None:
        """Go on from a state."""
        self.epoch = state["epoch"]
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._scaler.load_state_dict(state["scaler"])
        if self._average is not None:
            self._average.load_state_dict(state["average"])

    @property
    def _own_batch(self) -> int:
        """The images of a step in this process."""
        return self.recipe.batch // processes.count()

    def _epoch_seed(self, stream: int) -> int:
        return ((self.seed * 100_003 + self.epoch) * 1_009 + stream) % 2**63

    def batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield the batches of the next epoch, augmented: of each batch of the recipe, the part of this process."""
        generator = torch.Generator().manual_seed(self._epoch_seed(0))
        order = torch.randperm(len(self.data.train.labels), generator=generator).to(self.device)
        own = torch.Generator().manual_seed(self._epoch_seed(1 + processes.rank()))
        first = processes.rank() * self._own_batch
        for number in range(self.steps_per_epoch):
            chosen = order[number * self.recipe.batch :][first : first + self._own_batch]
            images = augmented(self.data.train.images[chosen], self.recipe.augment, own)
            if self.recipe.channels_last and images.dim() == 4:
                images = images.contiguous(memory_format=torch.channels_last)
            yield images, self.data.train.labels[chosen]

    def set_rate(self, step: int) -> float:
        """Set the learning rate of a step of the training, counted from 0, and return it."""
        recipe = self.recipe
        steps = recipe.epochs * self.steps_per_epoch
        warmup = round(recipe.warmup * self.steps_per_epoch)
        rate = recipe.optimizer.rate * factor_at(step, steps, warmup, recipe.schedule.factor)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        return rate

    def step(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Make a step; return its loss, and the number of images that were wrong before it."""
        with self._autocast():
            output = self._parallel(images)
            loss = functional.cross_entropy(output.float(), labels, label_smoothing=self.recipe.label_smoothing)
        self._optimizer.zero_grad()
        torch.autograd.backward(self._scaler.scale(loss))
        if self.recipe.clip is not None:
            self._scaler.unscale_(self._optimizer)
            nn.utils.clip_grad_norm_(self._parameters, self.recipe.clip)
        self._scaler.step(self._optimizer)
        self._scaler.update()
        if self._average is not None:
            self._average.update_parameters(self.network)
        return loss.detach(), (output.detach().argmax(1) != labels).sum()

    def _autocast(self) -> Any:
        if self.recipe.precision == "float32":
            return nullcontext()
        return torch.autocast(self.device.type, dtype=getattr(torch, self.recipe.precision))


def check_batch(recipe: Recipe, images: int, count: int) -> None:
    """Check the size of a batch.

    Args:
        recipe: the recipe.
        images: the number of images to train on.
        count: the number of processes that share a batch.

    Raises:
        RunError: it is larger than the data, or cannot be shared.
    """
    if recipe.batch > images:
        message = f"a batch of {recipe.batch:,} images, but there are {images:,} to train on"
        raise RunError(message, "make `batch` of the recipe smaller", "RG808")
    if recipe.batch % count:
        message = f"a batch of {recipe.batch} images is no multiple of {count} processes"
        raise RunError(message, "change `batch` of the recipe, or --nproc-per-node", "RG808")
