"""`comparison`: networks against one of them, by a figure of the last epoch."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from resnetgen.diagnostics.model import Fault, Path, Place
from resnetgen.diagnostics.suggestions import any_of, did_you_mean
from resnetgen.lab.curves import by_epoch
from resnetgen.lab.measurement import Conclusion, MeasurementOptions
from resnetgen.lab.results import NetworkResult
from resnetgen.pictures.curves import Axis
from resnetgen.schema.fields import Identifier, choice

if TYPE_CHECKING:
    from resnetgen.lab.experiment import Experiment

FIGURES = {
    "loss": "training loss",
    "error": "training error",
    "test_loss": "test loss",
    "test_error": "test error",
}
"""The figures that networks can be compared by."""


class Comparison(MeasurementOptions):
    """A figure of the last epoch, of each network against a baseline.

    The claim holds if every seed of every other network ends below every seed of the baseline.
    """

    type: Literal["comparison"]
    """`comparison`: compares all networks with one of them."""

    baseline: Identifier
    """The network that the others are compared with."""

    figure: Annotated[str, choice(*FIGURES)] = "loss"
    """The figure: `loss` and `error` of the training images, `test_loss` and `test_error`."""

    title: ClassVar[str] = "Comparison"
    source: ClassVar[str] = "He et al. 2015 (arXiv:1512.03385), section 4.1, table 3"
    claim: ClassVar[str] = "With any shortcut, a network trains better than without."

    def faults(self, experiment: "Experiment", at: Path) -> Iterator[Fault]:
        """Yield the fault of a baseline that is no network of the experiment, or its only one."""
        place = Place((*at, "baseline"))
        networks = experiment.networks
        if self.baseline not in networks:
            message = f"no network has the name `{self.baseline}`{did_you_mean(self.baseline, networks)}"
            yield Fault("RG204", message, place, help=f"use {any_of(networks)}")
        elif len(networks) == 1:
            message = f"`{self.baseline}` is the only network, so there is none to compare with it"
            yield Fault("RG204", message, place, help="add another one to `networks`")

    def conclude(self, networks: Sequence[NetworkResult]) -> Conclusion:
        """Compare the figures of the last epochs."""
        name = FIGURES[self.figure]
        axis = Axis(name, is_logarithmic=self.figure.endswith("loss"))
        panel = by_epoch(self.figure, axis, name.capitalize(), networks)
        baseline = next((each for each in networks if each.name == self.baseline), None)
        others = [each for each in networks if each.name != self.baseline]
        if baseline is None or not others:
            verdict = f"Not decided: it takes {self.baseline} and another network."
            return self.concluded(verdict, None, [panel])
        below = [
            each
            for each in others
            if not each.has_diverged and baseline.last(self.figure).is_above(each.last(self.figure))
        ]
        rows = sorted(networks, key=lambda each: each.last(self.figure).mean)
        losing = [each.name for each in others if each not in below]
        verdict = f"{len(below)} of {len(others)} networks end below {self.baseline}, each with all seeds."
        if losing:
            verdict += f" Not so: {', '.join(losing)}."
        cells = tuple(
            (each.name, each.last(self.figure).text(), "diverged" if each.has_diverged else "") for each in rows
        )
        found = self.concluded(verdict, not losing, [panel])
        columns = ("network", f"{name}, mean [least, greatest]", "")
        return found._replace(columns=columns, rows=cells)
