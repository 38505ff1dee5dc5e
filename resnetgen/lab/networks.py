"""The networks of an experiment: its specs, with input and classes of the data set by the compiler's own overrides."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from resnetgen.analysis.cost import weighted_layers
from resnetgen.compiler import Compiled, compile_document, read_document, source_code, with_scalar_fixes
from resnetgen.diagnostics.model import Diagnostic, Fault, Label, Part, Path, Place, Span
from resnetgen.errors import SpecError
from resnetgen.importing.spec_text import data_lines
from resnetgen.lab.data_set import DataSet
from resnetgen.lab.experiment import NetworkEntry
from resnetgen.lab.experiment_file import ExperimentFile
from resnetgen.source import collection
from resnetgen.source.overrides import parse_all, with_overrides
from resnetgen.targets import setting

if TYPE_CHECKING:
    from resnetgen.source.extends import Document
    from resnetgen.source.source import Source


class LabNetwork(NamedTuple):
    """A network of an experiment.

    Attributes:
        name: Its name in the experiment.
        compiled: Its spec, adapted to the data.
        source: Its code.
    """

    name: str
    compiled: Compiled
    source: str

    @property
    def is_residual(self) -> bool:
        """Tell if a block of it adds a shortcut."""
        runs = (run for stage in self.compiled.network.stages for run in stage.block_runs)
        return any(run.block.shortcut.kind != "none" for run in runs)

    @property
    def depth(self) -> int:
        """Its weighted layers, as in names: 20 for ResNet-20."""
        return weighted_layers(self.compiled.network)


def compile_networks(file: ExperimentFile, data: DataSet) -> list[LabNetwork]:
    """Compile the networks of an experiment.

    Args:
        file: the experiment.
        data: the data, whose channels, size and classes they get.

    Raises:
        SpecError: specs are wrong, or do not fit the data. It has the faults of all.
    """
    found: list[LabNetwork] = []
    faults: dict[tuple[Span, str], Diagnostic] = {}  # what is set in all networks is told once
    for name, entry in file.experiment.networks.items():
        try:
            found.append(_compiled(file, name, entry, data))
        except SpecError as error:
            for each in error.diagnostics:
                faults.setdefault((each.primary.span, each.message), each)
    if faults:
        raise SpecError(tuple(faults.values()))
    return found


def adapted(document: Document, data: DataSet) -> Compiled:
    """Compile a spec with the input and the classes of a data set.

    Args:
        document: the spec.
        data: the data.

    Raises:
        SpecError: it is no network for such data.
    """
    values = {"input.channels": data.channels, "input.size": list(data.size), "head.classes": data.classes}
    overrides = parse_all((setting(path, value) for path, value in values.items()), f"the data: {data.title}")
    with with_scalar_fixes():
        return compile_document(with_overrides(document, overrides))


def _compiled(file: ExperimentFile, name: str, entry: NetworkEntry, data: DataSet) -> LabNetwork:
    at = _place(file, name)
    document = read_document(_spec(file, entry, at))
    places: dict[str, Path] = {}
    try:
        for path, settings in ((("set",), file.experiment.set), (("networks", name, "set"), entry.set)):
            document = _with_settings(file, document, path, settings, places)
        compiled = adapted(document, data)
    except SpecError as error:
        raise SpecError(tuple(_in_experiment(file, each, places) for each in error.diagnostics)) from None
    if compiled.trace.output != (data.classes,):
        message = f"`{name}` gives {compiled.trace.describe_outputs()}, not a number for each of {data.classes} classes"
        raise file.diagnose(Fault("RG808", message, at, help="train a spec with a `head` that has `classes`"))
    return LabNetwork(name, compiled, source_code(compiled, f"{name} of {file.experiment.name}"))


def _place(file: ExperimentFile, name: str) -> Place:
    """Return the place of the name of a spec, which may stand alone for the network."""
    networks: Any = file.document.data["networks"]
    return Place(("networks", name, "spec") if isinstance(networks[name], dict) else ("networks", name))


def _spec(file: ExperimentFile, entry: NetworkEntry, at: Place) -> Source:
    """Read the spec of a network, whose name is at a place.

    Raises:
        SpecError: it is not there, at its place in the experiment; or it cannot be read.
    """
    path = pathlib.Path(entry.spec)
    folder = file.folder_of(at)
    target = str(folder / path) if path.suffix in collection.SUFFIXES else entry.spec
    try:
        return collection.find(target)
    except SpecError as error:
        first = error.diagnostics[0]
        if len(error.diagnostics) > 1 or first.code != "RG101":
            raise
        raise file.diagnose(Fault(first.code, f"`{entry.spec}`: {first.message}", at, help=first.help)) from None


def _with_settings(
    file: ExperimentFile, document: Document, path: Path, settings: Mapping[str, Any], places: dict[str, Path]
) -> Document:
    """Merge settings over a spec; the names of their texts are added to `places` with their paths in the experiment."""
    for key, value in settings.items():
        text = f"<{'.'.join(map(str, (*path, key)))}>"
        places[text] = (*path, key)
        try:
            document = with_overrides(document, parse_all([setting(key, value)], text))
        except ValueError as error:
            raise file.diagnose(Fault("RG201", str(error), Place((*path, key), Part.KEY))) from None
    return document


def _in_experiment(file: ExperimentFile, found: Diagnostic, places: Mapping[str, Path]) -> Diagnostic:
    """Return a diagnostic that is at its place in the experiment, if it is about a setting there."""
    path = places.get(found.primary.span.text.name)
    if path is None:
        return found
    return found._replace(primary=Label(file.document.locate(path, Part.ENTRY), found.primary.words), fix=None)


def spec_files(networks: Sequence[LabNetwork]) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of a file for each network: its spec as adapted, and its code."""
    for each in networks:
        yield f"specs/{each.name}.yaml", "\n".join(data_lines(each.compiled.document.data)) + "\n"
        yield f"specs/{each.name}.py", each.source
