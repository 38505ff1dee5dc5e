"""`degradation`: deeper plain networks have a higher training loss, deeper residual ones have not."""

from collections.abc import Sequence
from typing import ClassVar, Literal, TypeVar

from resnetgen.lab.curves import TRAINING_LOSS, by_epoch
from resnetgen.lab.measurement import Conclusion, Measurable, MeasurementOptions
from resnetgen.lab.results import Interval, NetworkResult


class Degradation(MeasurementOptions):
    """The training loss of the last epoch, of the shallowest and the deepest network of each kind.

    The claim holds if every seed of the deepest plain network ends with a higher training loss than every seed of the
    shallowest, the residual networks do not, and every seed of the deepest residual network ends below every seed of
    the deepest plain one.
    """

    type: Literal["degradation"]
    """`degradation`: compares the training losses of networks of several depths, plain and residual."""

    title: ClassVar[str] = "Degradation"
    source: ClassVar[str] = "He et al. 2015 (arXiv:1512.03385), figures 1, 4 and 6"
    claim: ClassVar[str] = "Deeper plain networks have a higher training loss; with shortcuts, depth does no harm."

    def needs(self, networks: Sequence[Measurable]) -> str:
        """Return that it takes two depths of each kind, if they are not there."""
        are_there = all(_ends(networks, is_residual) for is_residual in (False, True))
        return "" if are_there else "plain and residual networks, each of at least two depths"

    def conclude(self, networks: Sequence[NetworkResult]) -> Conclusion:
        """Compare the losses of the last epochs."""
        losses = [epoch.loss for each in networks for trial in each.trials for epoch in trial.epochs]
        axis = TRAINING_LOSS._replace(values=(min(losses), max(losses)))  # the same for both panels
        panels = [
            by_epoch("loss", axis, f"{kind} networks: training loss", [*each])
            for kind, each in (("Plain", _of_kind(networks, False)), ("Residual", _of_kind(networks, True)))
            if each
        ]
        plain, residual = (_ends(networks, is_residual) for is_residual in (False, True))
        if plain is None or residual is None:
            return self.undecided(self.needs(networks), panels)
        if any(each.has_diverged for each in (*plain, *residual)):
            names = ", ".join(each.name for each in (*plain, *residual) if each.has_diverged)
            return self.concluded(f"Not decided: {names} diverged.", None, panels)
        holds, verdict = _judged(plain, residual)
        return self.concluded(verdict, holds, panels)


Network = TypeVar("Network", bound=Measurable)

Ends = tuple[NetworkResult, NetworkResult]
"""The shallowest and the deepest network of a kind."""


def _of_kind(networks: Sequence[Network], is_residual: bool) -> list[Network]:
    return sorted((each for each in networks if each.is_residual == is_residual), key=lambda each: each.depth)


def _ends(networks: Sequence[Network], is_residual: bool) -> tuple[Network, Network] | None:
    found = _of_kind(networks, is_residual)
    return (found[0], found[-1]) if found and found[0].depth < found[-1].depth else None


def _judged(plain: Ends, residual: Ends) -> tuple[bool, str]:
    shallow, deep, shallow_residual, deep_residual = (each.last("loss") for each in (*plain, *residual))
    degrades = deep.is_above(shallow)
    keeps = not deep_residual.is_above(shallow_residual)
    helps = deep.is_above(deep_residual)
    lines = (
        f"Training loss of the last epoch, mean [least, greatest] of {len(plain[0].trials)} seeds:",
        f"{plain[0].name} {shallow.text()}, {plain[1].name} {deep.text()},",
        f"{residual[0].name} {shallow_residual.text()}, {residual[1].name} {deep_residual.text()}.",
        f"{plain[1].name} against {plain[0].name}: {_compared(deep, shallow)}.",
        f"{residual[1].name} against {residual[0].name}: {_compared(deep_residual, shallow_residual)}.",
        f"{residual[1].name} against {plain[1].name}: {_compared(deep_residual, deep)}.",
    )
    verdict = " ".join(lines)
    return degrades and keeps and helps, verdict


def _compared(one: Interval, other: Interval) -> str:
    """Return how a loss compares with another, with the gap between their seeds."""
    if one.is_above(other):
        return f"higher by {one.mean - other.mean:.3g}, with a gap of {one.low - other.high:.3g} between all seeds"
    if other.is_above(one):
        return f"lower by {other.mean - one.mean:.3g}, with a gap of {other.low - one.high:.3g} between all seeds"
    return "not apart: the seeds overlap"
