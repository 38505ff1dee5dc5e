"""`landscape`: the loss along random directions from the trained weights, normalized by filter."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from resnetgen.lab.curves import banded, style_of
from resnetgen.lab.loss_slices import SliceOptions, bounded_loss
from resnetgen.lab.measurement import Conclusion
from resnetgen.lab.results import Interval, NetworkResult, interval
from resnetgen.pictures.curves import Axis, Panel
from resnetgen.schema.fields import Count

if TYPE_CHECKING:
    from resnetgen.analysis.shape_inference import Trace
    from resnetgen.lab.data_set import DataSet
    from resnetgen.lab.trained import Trained


class Landscape(SliceOptions):
    """Slices of the training loss through the trained weights.

    Each filter of a random direction has the norm of the network's filter in its place; norms and biases stay. The
    networks that are compared are the deepest plain and the deepest residual one. The claim holds if every seed of
    the residual one has a loss that rises less from the middle to the ends than every seed of the plain one.
    """

    type: Literal["landscape"]
    """`landscape`: slices of the loss through the trained weights, normalized by filter."""

    directions: Count = 2
    """The random directions; the mean of the losses counts."""

    title: ClassVar[str] = "Loss landscape"

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
        panel = Panel("Loss along random directions", axis, Axis("training loss", is_logarithmic=True), curves)
        return self.compared(shown, _rise, "ends")._replace(panels=(panel,))


def _found(network: NetworkResult) -> list[Any]:
    return [trial.measured["landscape"] for trial in network.trials if "landscape" in trial.measured]


def _rise(network: NetworkResult) -> Interval:
    """Return the mean loss at both ends less that in the middle."""
    rises = []
    for found in _found(network):
        losses = found["losses"]
        rises.append((losses[0] + losses[-1]) / 2 - losses[len(losses) // 2])
    return interval(rises)
