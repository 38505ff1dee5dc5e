"""Completion in a shell: the values that an argument or an option may have, for typer's `autocompletion`.

Each function gets what is written so far and returns candidates, some with an explanation; typer leaves out those that
begin otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator


def specs(incomplete: str) -> list[str]:
    """Return the names of the specs that ship, and the spec files and folders beside what is written."""
    from resnetgen.source.collection import SUFFIXES, names

    return [*([] if os.sep in incomplete else names()), *_files(incomplete, SUFFIXES)]


def import_sources(incomplete: str) -> list[str]:
    """Return the published networks that ship, as `LIBRARY:NAME`, and the files and folders beside what is written."""
    from resnetgen.importing.elsewhere import published
    from resnetgen.importing.reading import CONFIG_SUFFIXES
    from resnetgen.weights.file_formats import SUFFIXES as WEIGHTS_SUFFIXES

    named = [] if os.sep in incomplete else [f"{each.library}:{each.name}" for each in published()]
    return [*named, *_files(incomplete, (*CONFIG_SUFFIXES, *WEIGHTS_SUFFIXES))]


def spec_names(incomplete: str) -> list[str]:
    """Return the names of the specs that ship."""
    from resnetgen.source.collection import names

    return list(names())


def codes(incomplete: str) -> list[tuple[str, str]]:
    """Return the codes of errors and warnings, with their titles."""
    from resnetgen.codes import pages

    return [(code, page.title) for code, page in pages().items()]


def warning_codes(incomplete: str) -> list[tuple[str, str]]:
    """Return the codes of warnings, with their titles; the last of several with commas is completed."""
    from resnetgen.codes import pages, warnings

    before = _before_last(incomplete)
    return [(f"{before}{code}", pages()[code].title) for code in warnings()]


def measurements(incomplete: str) -> list[str]:
    """Return the names of measurements; the last of several with commas is completed."""
    from resnetgen.probe import MEASUREMENTS

    before = _before_last(incomplete)
    return [f"{before}{name}" for name in MEASUREMENTS]


def families(incomplete: str) -> list[str]:
    """Return the families of the specs that ship."""
    from resnetgen.source.collection import names
    from resnetgen.summary.collection_entry import family

    return list(dict.fromkeys(family(path) for path in names().values()))


def checks(incomplete: str) -> list[tuple[str, str]]:
    """Return the checks of `verify` and their groups; the last of several with commas is completed."""
    from resnetgen.verify import CHECKS, GROUPS

    found = [*GROUPS.items(), *((check.name, f"a check of {check.group}") for check in CHECKS)]
    before = _before_last(incomplete)
    return [(f"{before}{name}", explanation) for name, explanation in found]


def export_formats(incomplete: str) -> list[str]:
    """Return the formats of `export`; the last of several with commas is completed."""
    from resnetgen.export import FORMATS

    before = _before_last(incomplete)
    return [f"{before}{name}" for name in FORMATS]


def experiments(incomplete: str) -> list[str]:
    """Return the experiments that ship, and the YAML files and folders beside what is written."""
    from resnetgen.lab.experiment_file import shipped

    return [*shipped(), *_files(incomplete, (".yaml", ".yml"))]


def weights_files(incomplete: str) -> list[str]:
    """Return the files of weights and the folders beside what is written."""
    from resnetgen.weights.file_formats import SUFFIXES

    return list(_files(incomplete, SUFFIXES))


def weights_layouts(incomplete: str) -> list[tuple[str, str]]:
    """Return the layouts of weights, with the libraries that have them."""
    from resnetgen.weights.fit import OWN
    from resnetgen.weights.layouts import LAYOUTS

    found = {OWN: "the names of the spec"} | {name: layout.meaning for name, layout in LAYOUTS.items()}
    return [(name, meaning.replace("`", "")) for name, meaning in found.items()]


def members(names: Iterable[str]) -> Callable[[str], list[str]]:
    """Return a function that returns some names, or the members of an enumeration."""

    def found(incomplete: str) -> list[str]:
        return list(map(str, names))

    return found


def _before_last(incomplete: str) -> str:
    """Return what stands before the last of several words with commas."""
    before, comma, _ = incomplete.rpartition(",")
    return before + comma


def _files(incomplete: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    begun = incomplete.rpartition(os.sep)[2]
    before = incomplete.removesuffix(begun)
    try:
        entries = sorted(os.scandir(before or "."), key=lambda entry: entry.name)
    except OSError:  # a missing folder has no entries
        return
    for entry in entries:
        if entry.is_dir() and (begun or not entry.name.startswith(".")):
            yield f"{before}{entry.name}{os.sep}"
        elif entry.name.endswith(suffixes):
            yield f"{before}{entry.name}"
