"""An experiment as its writer gives it: networks, data, recipe, seeds and measurements."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any

from resnetgen.diagnostics.model import Fault, Place
from resnetgen.lab.data import Data
from resnetgen.lab.measurement import MeasurementOptions
from resnetgen.lab.measurements import Measurement
from resnetgen.lab.recipe.recipe import Recipe
from resnetgen.schema.fields import KEY, Identifier, Index, Text, kind, validation_error
from resnetgen.schema.marks import Length, Shorthand, Validator
from resnetgen.schema.numbers import Real
from resnetgen.schema.record import Record


def _settings(value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        help = "write paths of keys with their values, such as {stem.0.to: 8}"
        raise validation_error("RG203", f"{KEY} must be a mapping, not {kind(value)}", help)
    return value


Settings = Annotated[dict[str, Any], Validator(_settings, {"type": "object"})]
"""Values of a spec by the path of their key, as those of the option `--set`."""


def _entry(value: object) -> object:
    """Expand a name: `resnet20` is short for `{spec: resnet20}`."""
    return {"spec": value} if isinstance(value, str) else value


class NetworkEntry(Record):
    """A network of an experiment."""

    spec: Text
    """The name of a shipped spec, or the path of one, relative to the experiment."""

    set: Settings = {}  # noqa: RUF012  # a record never changes, and so neither does its default
    """Values that replace some of the spec, as `--set` does: `{stem.0.to: 8}`."""


class Published(Record):
    """Figures that a paper prints, which the page shows beside ours."""

    source: Text
    """The paper, with the number of its table."""

    figure: Text
    """The name of the figures, with their unit and the data."""

    values: Annotated[dict[Text, Real], Length(1, 100)]
    """The figures by name of the network in the paper."""


class Experiment(Record):
    """An experiment."""

    name: Identifier
    """Its name."""

    description: Text = ""
    """A sentence about it."""

    reference: Text = ""
    """The paper that it follows."""

    data: Data
    """The data set."""

    networks: Annotated[
        dict[Identifier, Annotated[NetworkEntry, Shorthand(_entry, ("spec",))]],
        Length(1, 100),
    ]
    """The networks by the names that pictures have. Input and classes are set to those of the data."""

    set: Settings = {}  # noqa: RUF012  # as above
    """Values that replace some of every spec."""

    recipe: Recipe
    """The recipe of all trainings."""

    seeds: Annotated[list[Index], Length(1, 100)] = [0, 1, 2]  # noqa: RUF012  # as above
    """The seeds: each network is trained once with each."""

    measure: Annotated[list[Measurement], Length(0, 20)] = []  # noqa: RUF012  # as above
    """The measurements beside the curves of loss and error."""

    published: Annotated[list[Published], Length(0, 20)] = []  # noqa: RUF012  # as above
    """The figures of the paper."""

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong with values that are right by themselves, before anything is trained."""
        yield from self._repeated_seeds()
        yield from self._repeated_measurements()
        for index, each in enumerate(self.measure):
            yield from each.faults(self, ("measure", index))

    def _repeated_seeds(self) -> Iterator[Fault]:
        """Yield a fault for each seed that is there again: its curve would count as another, independent one."""
        for seed, times in Counter(self.seeds).items():
            if times == 1:
                continue
            first = self.seeds.index(seed)
            message = f"`seeds` has {seed} {'twice' if times == 2 else f'{times} times'}"
            help = "write each seed once: trainings with the same seed have the same curve"
            again = Place(("seeds", self.seeds.index(seed, first + 1)))
            yield Fault("RG204", message, again, related=((Place(("seeds", first)), "the first"),), help=help)

    def _repeated_measurements(self) -> Iterator[Fault]:
        """Yield a fault for each measurement whose results would take the place of another's in a run's folder."""
        first: dict[type[MeasurementOptions], int] = {}
        for index, each in enumerate(self.measure):
            if type(each).measure is MeasurementOptions.measure:  # it only compares curves
                continue
            before = first.setdefault(type(each), index)
            if before != index:
                message = f"`{each.type}` is measured twice, and a run keeps one result of it"
                related = ((Place(("measure", before)), "the first"),)
                help = "keep one, or measure it with other options in an experiment of its own"
                yield Fault("RG204", message, Place(("measure", index)), related=related, help=help)
