"""`landscape`: the loss along random directions from the trained weights, normalized by filter."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from resnetgen.lab.curves import banded, style_of
from resnetgen.lab.measurement import Conclusion, MeasurementOptions
from resnetgen.lab.results import Interval, NetworkResult, interval
from resnetgen.pictures.curves import Axis, Panel
from resnetgen.schema.fields import Count
from resnetgen.schema.numbers import Positive

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from resnetgen.lab.trained import Trained


MOST_LOSS = 1e6
"""The greatest loss that is kept; a loss that overflows counts as this one."""


class Landscape(MeasurementOptions):
    """Slices of the training loss through the trained weights.

    Each filter of a random direction has the norm of the network's filter in its place; norms and biases stay. The
    networks that are compared are the deepest plain and the deepest residual one. The claim holds if every seed of
    the residual one has a loss that rises less from the middle to the ends than every seed of the plain one.
    """

    type: Literal["landscape"]
    """`landscape`: slices of the loss through the trained weights, normalized by filter."""

    images: Count = 500
    """The most training images to take."""

    points: Count = 21
    """The points of a slice."""

    extent: Positive = 1.0
    """The distance of its ends from the trained weights; 1 is as far as the weights are from zero."""

    directions: Count = 2
    """The random directions; the mean of the losses counts."""

    title: ClassVar[str] = "Loss landscape"
    source: ClassVar[str] = "Li et al. 2018 (arXiv:1712.09913), figures 1, 5 and 7"
    claim: ClassVar[str] = "Shortcuts keep the landscape of a deep network flat and smooth."

    def measure(self, trained: "Trained") -> Any:
        """Return the distances and the losses there."""
        from resnetgen.lab.training.evaluation import evaluate

        split = trained.some(trained.data.train, self.images)
        generator = trained.generator()
        places = [self.extent * (2 * number / max(self.points - 1, 1) - 1) for number in range(self.points)]
        losses = [0.0] * len(places)
        for _ in range(self.directions):
            direction = random_direction(trained.network, generator)
            for index, place in enumerate(places):
                with moved(trained.network, direction, place):
                    loss = evaluate(trained.network, split).loss
                losses[index] += (loss if loss <= MOST_LOSS else MOST_LOSS) / self.directions  # NaN is not below it
        return {"places": places, "losses": losses}

    def conclude(self, networks: Sequence[NetworkResult]) -> Conclusion:
        """Compare how much the loss rises."""
        shown = [each for each in networks if _found(each)]
        axis = Axis("distance, in norms of the filters")
        curves = tuple(
            banded(
                each.name,
                _found(each)[0]["places"],
                [found["losses"] for found in _found(each)],
                style_of(each, shown),
            )
            for each in shown
        )
        panels = [Panel("Loss along random directions", axis, Axis("training loss", is_logarithmic=True), curves)]
        ends = [_deepest(shown, is_residual) for is_residual in (False, True)]
        if None in ends:
            return self.concluded("Not decided: it takes a plain and a residual network.", None, panels)
        plain, residual = (_rise(each) for each in ends if each is not None)
        names = [each.name for each in ends if each is not None]
        verdict = "Rise of the loss from the trained weights to the ends, mean [least, greatest] of the seeds: "
        verdict += f"{names[0]} {plain.text()}, {names[1]} {residual.text()}."
        return self.concluded(verdict, plain.is_above(residual), panels)


def _found(network: NetworkResult) -> list[Any]:
    return [trial.measured["landscape"] for trial in network.trials if "landscape" in trial.measured]


def _rise(network: NetworkResult) -> Interval:
    """Return the mean loss at both ends less that in the middle."""
    rises = []
    for found in _found(network):
        losses = found["losses"]
        rises.append((losses[0] + losses[-1]) / 2 - losses[len(losses) // 2])
    return interval(rises)


def _deepest(networks: Sequence[NetworkResult], is_residual: bool) -> NetworkResult | None:
    return max(
        (each for each in networks if each.is_residual == is_residual), key=lambda each: each.depth, default=None
    )


Direction = dict[str, "Tensor"]
"""A tensor for each parameter that moves, by its name."""


def random_direction(network: "nn.Module", generator: "torch.Generator") -> Direction:
    """Return a direction of normal noise, each filter with the norm of the network's (Li et al. 2018, section 4).

    A filter is a part d of a weight w along its first axis; it becomes d |w| / |d|. Parameters of one axis, the biases
    and those of norms, are left out.

    Args:
        network: the network.
        generator: gives the noise, on the CPU.
    """
    import torch

    found = {}
    for name, weight in network.named_parameters():
        if weight.dim() > 1:
            noise = torch.randn(weight.shape, generator=generator).to(weight)
            axes = tuple(range(1, weight.dim()))
            norms = [torch.linalg.vector_norm(each.detach(), dim=axes, keepdim=True) for each in (weight, noise)]
            found[name] = noise * norms[0] / norms[1].clamp_min(1e-12)
    return found


@contextmanager
def moved(network: "nn.Module", direction: Direction, distance: float) -> Iterator[None]:
    """Move the weights along a direction for the time of a `with` block; after it, they are the same to the bit."""
    import torch

    before = {name: weight.detach().clone() for name, weight in network.named_parameters() if name in direction}
    try:
        with torch.no_grad():
            for name, weight in network.named_parameters():
                if name in direction:
                    weight.add_(direction[name], alpha=distance)
        yield
    finally:
        with torch.no_grad():
            for name, weight in network.named_parameters():
                if name in direction:
                    weight.copy_(before[name])
