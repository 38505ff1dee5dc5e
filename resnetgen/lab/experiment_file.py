"""Read experiments: files, and those that the package ships; one may extend another, as specs do."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from resnetgen.diagnostics.model import Diagnostic, Fault, Label, Place, Severity, Span, Text
from resnetgen.diagnostics.sorting import sort
from resnetgen.diagnostics.suggestions import did_you_mean
from resnetgen.errors import BaseNotFound, SpecError
from resnetgen.lab.experiment import Experiment
from resnetgen.source import extends
from resnetgen.source.extends import Document
from resnetgen.source.source import Source, read
from resnetgen.source.unambiguous import unambiguous_match
from resnetgen.spec.validate import validate

QUICK = "_quick"
"""The end of the name of an experiment that is the quick form of another."""

_SHIPPED = "resnetgen.lab:"
"""The beginning of the names of shipped experiments in messages."""

_SUFFIXES = (".yaml", ".yml")


class ExperimentFile(NamedTuple):
    """An experiment with its document, which knows where everything in it is written."""

    document: Document
    experiment: Experiment

    def text(self) -> str:
        """Return the experiment as YAML, with what it extends merged in, and keys in the order of the language."""
        from resnetgen.importing.spec_text import data_lines

        data = self.document.data
        ordered = {key: data[key] for key in Experiment.model_fields if key in data}
        return "\n".join(data_lines(ordered)) + "\n"

    def folder_of(self, at: Place) -> Path:
        """Return the folder of the file that wrote something, from which a path there starts."""
        name = self.document.locate(at.path, at.part).text.name
        return Path() if name.startswith(_SHIPPED) else Path(name).parent

    def diagnose(self, fault: Fault) -> SpecError:
        """Return the error for a fault of the experiment."""
        return SpecError((self.document.diagnose(fault),))


@cache
def shipped() -> dict[str, Path]:
    """Return the experiments that the package ships, by name."""
    return {path.stem: path for path in sorted((Path(__file__).parent / "experiments").glob("*.yaml"))}


def read_experiment(target: str) -> ExperimentFile:
    """Read an experiment.

    Args:
        target: the path of a file, or the name of a shipped experiment.

    Raises:
        SpecError: there is none, or it is wrong.
    """
    return experiment_of(_find(target))


def experiment_of(source: Source) -> ExperimentFile:
    """Return the experiment in a text that was read.

    Raises:
        SpecError: it is wrong, or what it extends.
    """
    document = extends.resolve(source, _find_base)
    experiment, faults = validate(document.data, Experiment)
    if experiment is not None:
        faults += experiment.faults()
    if experiment is None or faults:
        raise SpecError(sort(document.diagnose(fault) for fault in faults))
    return ExperimentFile(document, experiment)


def _find(target: str) -> Source:
    path = Path(target)
    if path.suffix in _SUFFIXES or path.is_file():
        return read(path)
    if target in shipped():
        return _shipped(target)
    question = did_you_mean(target, shipped())
    help = f"name a file that ends in .yaml, or one of {', '.join(shipped())}"
    message = f"no experiment `{target}`{question}" if target else "the name of an experiment is empty"
    raise SpecError((_missing(target or "''", message, help),))


def _find_base(name: str, source: Source) -> Source:
    if name in shipped():
        return _shipped(name)
    path = Path(source.text.name).parent / name
    if path.suffix in _SUFFIXES and path.is_file() and not source.text.name.startswith(_SHIPPED):
        return read(path)
    help = f"name one of {', '.join(shipped())}, or a file that ends in .yaml, relative to this one"
    raise BaseNotFound(name, help, unambiguous_match(name, shipped()), is_path=path.suffix in _SUFFIXES)


def _shipped(name: str) -> Source:
    return read(shipped()[name], f"{_SHIPPED}{name}.yaml")


def _missing(name: str, message: str, help: str) -> Diagnostic:
    return Diagnostic("RG101", Severity.ERROR, message, Label(Span(Text(name, ""), 1, 1, 1, 1)), (), help)
