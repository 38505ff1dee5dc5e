"""`contours`: the loss on a random plane through the trained weights, normalized by filter."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from resnetgen.lab.loss_slices import SliceOptions, bounded_loss
from resnetgen.lab.measurement import Conclusion
from resnetgen.lab.results import Interval, NetworkResult, interval, rounded
from resnetgen.pictures.contours import Map

if TYPE_CHECKING:
    from resnetgen.analysis.shape_inference import Trace
    from resnetgen.lab.data_set import DataSet
    from resnetgen.lab.trained import Trained

LEAST_LOSS = 1e-9
"""The least loss that a map shows, which is by powers of ten."""


class Contours(SliceOptions):
    """A slice of the training loss along two random directions at once, on a grid.

    Each filter of a direction has the norm of the network's filter in its place; norms and biases stay. The network
    computes the loss of all images at each point of the grid, so that 21 points along an axis cost 441 passes over
    them. The map is that of the first seed. The networks that are compared are the deepest plain and the deepest
    residual one. The claim holds if every seed of the residual one has a loss that rises less from the middle to the
    border, in the mean over its points, than every seed of the plain one.
    """

    type: Literal["contours"]
    """`contours`: the loss on a plane through the trained weights, normalized by filter."""

    title: ClassVar[str] = "Loss contours"

    def images_passed(self, trace: "Trace", data: "DataSet") -> int:
        """Return the images of all points."""
        return self.points**2 * min(self.images, len(data.train.labels))

    def measure(self, trained: "Trained") -> Any:
        """Return the distances along the axes, and the losses by row; a row is a distance along the second axis."""
        from resnetgen.lab.filter_directions import moved, places, random_direction

        split = trained.some(trained.data.train, self.images)
        generator = trained.generator()
        across, up = (random_direction(trained.network, generator) for _ in range(2))
        distances = places(self.extent, self.points)
        losses = []
        for y in distances:
            row = []
            for x in distances:
                with moved(trained.network, (across, x), (up, y)):
                    row.append(bounded_loss(trained.network, split))
            losses.append(row)
        return {"places": distances, "losses": losses}

    def conclude(self, networks: Sequence[NetworkResult]) -> Conclusion:
        """Compare how much the loss rises to the border."""
        shown = sorted((each for each in networks if _found(each)), key=lambda each: each.depth)
        kinds = ([_map(each) for each in shown if each.is_residual == is_residual] for is_residual in (False, True))
        rows = (tuple(each for each in row if each) for row in zip_longest(*kinds))
        return self.compared(shown, _rise, "border")._replace(maps=tuple(rows))


def _found(network: NetworkResult) -> list[Any]:
    return [trial.measured["contours"] for trial in network.trials if "contours" in trial.measured]


def middle(losses: Sequence[Sequence[float]]) -> float:
    """Return the loss in the middle of a grid."""
    return losses[len(losses) // 2][len(losses) // 2]


def border(losses: Sequence[Sequence[float]]) -> float:
    """Return the mean loss of the points on the border of a grid.

    Example:
        >>> border([[1.0, 2.0, 3.0], [4.0, 50.0, 5.0], [6.0, 7.0, 8.0]])
        4.5
    """
    points = [*losses[0], *losses[-1], *(row[end] for row in losses[1:-1] for end in (0, -1))]
    return sum(points) / len(points)


def _rise(network: NetworkResult) -> Interval:
    return interval([border(found["losses"]) - middle(found["losses"]) for found in _found(network)])


def _map(network: NetworkResult) -> Map:
    """Return the map of the first seed."""
    losses = _found(network)[0]["losses"]
    return Map(
        network.name,
        tuple(tuple(max(loss, LEAST_LOSS) for loss in row) for row in losses),
        _found(network)[0]["places"][-1],
        "residual" if network.is_residual else "plain",
        f"{rounded(middle(losses))} in the middle, {rounded(border(losses))} at the border",
    )
