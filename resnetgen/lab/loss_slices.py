"""Options, losses and criterion that measurements of the loss around trained weights share."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Self

from resnetgen.lab.measurement import Conclusion, Measurable, MeasurementOptions, has_both_kinds
from resnetgen.lab.results import Interval, NetworkResult
from resnetgen.schema.fields import Count, validation_error
from resnetgen.schema.numbers import Positive

if TYPE_CHECKING:
    from torch import nn

    from resnetgen.lab.data_set import Split

MOST_LOSS = 1e6
"""The greatest loss that is kept; a loss that overflows counts as this one."""


class SliceOptions(MeasurementOptions):
    """The options of a measurement along lines or on planes through trained weights."""

    images: Count = 500
    """The most training images to take."""

    points: Count = 21
    """The points along an axis; an odd number, so that the trained weights are among them."""

    extent: Positive = 1.0
    """The distance of the ends from the trained weights; 1 is as far as the weights are from zero."""

    source: ClassVar[str] = "Li et al. 2018 (arXiv:1712.09913), figures 1 and 5"
    claim: ClassVar[str] = "Shortcuts keep the landscape of a deep network flat and smooth."

    def validate_record(self) -> Self:
        """Check that the trained weights are among the points."""
        if self.points < 3 or self.points % 2 == 0:
            message = f"`points` is {self.points}, so that the trained weights are not between others"
            raise validation_error("RG209", message, "choose an odd number, at least 3")
        return self

    def needs(self, networks: Sequence[Measurable]) -> str:
        """Return that it takes both kinds, if one is missing."""
        return "" if has_both_kinds(networks) else "a plain and a residual network"

    def compared(
        self, networks: Sequence[NetworkResult], rise: Callable[[NetworkResult], Interval], where: str
    ) -> Conclusion:
        """Return the conclusion from the deepest plain and the deepest residual network, without pictures.

        Args:
            networks: the networks that were measured.
            rise: gives the rise of the loss of a network, over the seeds.
            where: the points to which it rises, in a word.
        """
        if needs := self.needs(networks):
            return self.undecided(needs)
        plain, residual = (_deepest(networks, is_residual) for is_residual in (False, True))
        verdict = (
            f"Rise of the loss from the trained weights to the {where}, mean [least, greatest] of the seeds: "
            f"{plain.name} {rise(plain).text()}, {residual.name} {rise(residual).text()}."
        )
        return self.concluded(verdict, rise(plain).is_above(rise(residual)))


def bounded_loss(network: "nn.Module", split: "Split") -> float:
    """Return the loss of a network, at most `MOST_LOSS`."""
    from resnetgen.lab.training.evaluation import evaluate

    loss = evaluate(network, split).loss
    return loss if loss <= MOST_LOSS else MOST_LOSS  # NaN is not below it


def _deepest(networks: Sequence[NetworkResult], is_residual: bool) -> NetworkResult:
    return max((each for each in networks if each.is_residual == is_residual), key=lambda each: each.depth)
