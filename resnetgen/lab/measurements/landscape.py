"""`landscape`: the loss along random directions from the trained weights, normalized by filter."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from resnetgen.lab.curves import banded, style_of
from resnetgen.lab.measurement import Conclusion, MeasurementOptions
from resnetgen.lab.results import Interval, NetworkResult, interval
from resnetgen.pictures.curves import Axis, Panel
from resnetgen.schema.fields import Count, validation_error
from resnetgen.schema.numbers import Positive

if TYPE_CHECKING:
    from torch import nn

    from resnetgen.analysis.shape_inference import Trace
    from resnetgen.lab.data_set import DataSet, Split
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

    def validate_record(self) -> Self:
        """Check that the trained weights are among the points."""
        check_points(self.points)
        return self

    def images_passed(self, trace: "Trace", data: "DataSet") -> int:
        """Return the images of all points."""
        return self.points * self.directions * min(self.images, len(data.train.labels))

    def measure(self, trained: "Trained") -> Any:
        """Return the distances and the losses there."""
        from resnetgen.lab.filter_directions import moved, places, random_direction

        split = trained.some(trained.data.train, self.images)
        generator = trained.generator()
        distances = places(self.extent, self.points)
        losses = [0.0] * len(distances)
        for _ in range(self.directions):
            direction = random_direction(trained.network, generator)
            for index, distance in enumerate(distances):
                with moved(trained.network, (direction, distance)):
                    losses[index] += bounded_loss(trained.network, split) / self.directions
        return {"places": distances, "losses": losses}

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
        verdict, holds = compared(shown, _rise, "ends")
        return self.concluded(verdict, holds, panels)


def check_points(points: int) -> None:
    """See that points at equal steps have one in their middle.

    Raises:
        ValidationError: they have not.
    """
    if points < 3 or points % 2 == 0:
        message = f"`points` is {points}, so that the trained weights are not between others"
        raise validation_error("RG209", message, "choose an odd number, at least 3")


def bounded_loss(network: "nn.Module", split: "Split") -> float:
    """Return the loss of a network, at most `MOST_LOSS`."""
    from resnetgen.lab.training.evaluation import evaluate

    loss = evaluate(network, split).loss
    return loss if loss <= MOST_LOSS else MOST_LOSS  # NaN is not below it


def compared(
    networks: Sequence[NetworkResult], rise: Callable[[NetworkResult], Interval], where: str
) -> tuple[str, bool | None]:
    """Return the verdict on the deepest plain and the deepest residual network, and whether the claim held.

    Args:
        networks: the networks that were measured.
        rise: gives the rise of the loss of a network, over the seeds.
        where: the points to which it rises, in a word.
    """
    ends = [_deepest(networks, is_residual) for is_residual in (False, True)]
    plain, residual = (rise(each) if each else None for each in ends)
    if plain is None or residual is None:
        return "Not decided: it takes a plain and a residual network.", None
    names = [each.name for each in ends if each is not None]
    verdict = f"Rise of the loss from the trained weights to the {where}, mean [least, greatest] of the seeds: "
    return f"{verdict}{names[0]} {plain.text()}, {names[1]} {residual.text()}.", plain.is_above(residual)


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
