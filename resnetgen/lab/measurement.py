"""A measurement of trained networks, and its conclusion."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from resnetgen.diagnostics.model import Fault, Path
from resnetgen.lab.results import NetworkResult
from resnetgen.pictures.contours import Map
from resnetgen.pictures.curves import Panel
from resnetgen.schema.record import Record

if TYPE_CHECKING:
    from resnetgen.analysis.shape_inference import Trace
    from resnetgen.lab.data_set import DataSet
    from resnetgen.lab.experiment import Experiment
    from resnetgen.lab.trained import Trained


class Conclusion(NamedTuple):
    """The conclusion of a measurement from all networks together.

    Attributes:
        title: What was measured, as a heading.
        source: The paper, with its figure.
        claim: What the paper says, in a sentence.
        verdict: What was found here, with the numbers and the criterion.
        holds: Whether the claim held here; None if it was not decided.
        panels: The curves.
        maps: Maps of a function of two variables, by row; they are drawn if there are no curves.
        columns: The headings of the table.
        rows: The rows of the table.
    """

    title: str
    source: str
    claim: str
    verdict: str
    holds: bool | None
    panels: tuple[Panel, ...] = ()
    maps: tuple[tuple[Map, ...], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


class Measurable(Protocol):
    """A network of an experiment, before or after it was trained."""

    @property
    def is_residual(self) -> bool:
        """Tell if a block of it adds a shortcut."""

    @property
    def depth(self) -> int:
        """Its weighted layers."""


def has_both_kinds(networks: Sequence[Measurable]) -> bool:
    """Tell whether there are plain and residual networks."""
    return {each.is_residual for each in networks} == {False, True}


class MeasurementOptions(Record):
    """The options of a measurement in an experiment.

    A measurement derives from it, with its word as the field `type`.
    """

    title: ClassVar[str]
    """The heading of its results."""

    source: ClassVar[str]
    """The paper that it is from."""

    claim: ClassVar[str]
    """The claim of the paper."""

    @property
    def word(self) -> str:
        """The word that an experiment asks for it by."""
        return str(self.type)  # type: ignore[attr-defined]  # a field of every measurement

    def faults(self, experiment: "Experiment", at: Path) -> Iterator[Fault]:
        """Yield what makes the options wrong for an experiment; it is asked before anything is trained.

        Args:
            experiment: the experiment.
            at: the path of the measurement in it.
        """
        yield from ()

    def applies_to(self, trace: "Trace") -> bool:
        """Tell whether a network has something to measure.

        Args:
            trace: the compiler's predictions for the network.
        """
        return True

    def needs(self, networks: Sequence[Measurable]) -> str:
        """Return what it takes to decide the claim, if networks are not enough; else an empty text.

        Args:
            networks: the networks that it applies to.
        """
        return ""

    def images_passed(self, trace: "Trace", data: "DataSet") -> int:
        """Return the number of images whose outputs the measurement of a network computes, for the time it takes.

        Args:
            trace: the compiler's predictions for the network.
            data: the data.
        """
        return 0

    def measure(self, trained: "Trained") -> Any:
        """Measure a trained network, whose weights it leaves as they are.

        Returns:
            What JSON can hold; None if the curves of loss and error are enough.
        """
        return None

    def conclude(self, networks: Sequence[NetworkResult]) -> Conclusion:
        """Conclude from the results of all networks, each with at least one trial that did not diverge.

        Args:
            networks: the networks in the order of the experiment.
        """
        raise NotImplementedError

    def undecided(self, needs: str, panels: Sequence[Panel] = (), figures: str = "") -> Conclusion:
        """Return the conclusion that the claim was not decided.

        Args:
            needs: what it takes to decide it.
            panels: the curves.
            figures: the numbers that were found, as a sentence.
        """
        return self.concluded(f"{figures} Not decided: it takes {needs}.".lstrip(), None, panels)

    def concluded(self, verdict: str, holds: bool | None, panels: Sequence[Panel] = ()) -> Conclusion:
        """Return a conclusion with the title, the source and the claim of the measurement."""
        return Conclusion(self.title, self.source, self.claim, verdict, holds, tuple(panels))
