"""The claim about slices of the loss through trained weights, its criterion, and the losses on them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from resnetgen.lab.results import Interval, NetworkResult
from resnetgen.schema.fields import validation_error

if TYPE_CHECKING:
    from torch import nn

    from resnetgen.lab.data_set import Split

CLAIM = "Shortcuts keep the landscape of a deep network flat and smooth."
"""The claim of Li et al. 2018 (arXiv:1712.09913)."""

MOST_LOSS = 1e6
"""The greatest loss that is kept; a loss that overflows counts as this one."""


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


def _deepest(networks: Sequence[NetworkResult], is_residual: bool) -> NetworkResult | None:
    return max(
        (each for each in networks if each.is_residual == is_residual), key=lambda each: each.depth, default=None
    )
