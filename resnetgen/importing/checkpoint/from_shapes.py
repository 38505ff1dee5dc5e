"""A network from the names and shapes of its tensors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.errors import SpecError, WeightsError
from resnetgen.importing.checkpoint.fitting import fitted
from resnetgen.importing.checkpoint.templates import (
    Template,
    below,
    compiled_from,
    ranked,
    tensors_of,
    without_counters,
)
from resnetgen.importing.config_file import fail
from resnetgen.importing.draft import Draft
from resnetgen.importing.naming import name_for_file
from resnetgen.importing.shorten import inherited, patch
from resnetgen.source.write_yaml import flow
from resnetgen.weights.file_contents import FileContents, Shapes
from resnetgen.weights.read_file import read_structure, unreadable_file

MOST_TENSORS = 10_000
"""The most tensors of a file that is compared with the collection."""

MOST_OTHERS = 6
"""The most other networks with the same tensors whose differences are told."""

UNTOLD = "strides, dilations, pools, activations and eps are those of `{}`: shapes do not tell them"


class _Match(NamedTuple):
    template: Template
    data: dict[str, Any]


def draft_of_checkpoint(path: str, without: Collection[str] = ()) -> Draft:
    """Return the network whose tensors a file has.

    Args:
        path: a file of weights.
        without: networks of the collection that are not to be used.

    Raises:
        SpecError: the file cannot be read, or no network of the collection becomes one with its tensors.
    """
    try:
        contents = read_structure(path).contents
    except (WeightsError, OSError, ValueError) as error:
        raise SpecError((unreadable_file(path, error),)) from None
    matches = list(_matches(contents, without))
    if not matches:
        help = "`resnetgen weights match` shows the nearest networks, `resnetgen weights show` the tensors"
        fail(path, "no network of the collection has these tensors, whatever its depths and widths", help)
    best, *others = sorted(matches, key=lambda match: len(flow(_changes(match))))
    choices: dict[Path, str] = {("extends",): UNTOLD.format(best.template.name), **_alternatives(best, others)}
    description = f"A network with the tensors of {path.replace(chr(92), '/').rpartition('/')[2]}."
    return Draft(
        name_for_file(path), description, best.data, best.template.name, choices=choices, without=frozenset(without)
    )


def _changes(match: _Match) -> dict[str, object]:
    return patch(inherited(match.template.name), match.data)


def _matches(contents: FileContents, without: Collection[str]) -> Iterator[_Match]:
    """Yield the networks that have exactly the tensors of a state dict of the file, the first dict with any."""
    for stored in contents.state_dicts:
        shapes = without_counters(stored.shapes)
        if len(shapes) > MOST_TENSORS:
            continue
        found = [match for each in ranked(shapes, without) for match in _match(each, shapes)]
        if found:
            yield from found
            return


def _match(template: Template, shapes: Shapes) -> Iterator[_Match]:
    own = below(shapes, next(iter(template.shapes)))
    data = fitted(template, own)
    if data is None:
        return
    try:
        compiled = compiled_from(template.name, data)
    except SpecError:  # the depths and widths of the file make no such network
        return
    if tensors_of(compiled) == own:
        yield _Match(template, data)


def _alternatives(best: _Match, others: list[_Match]) -> dict[Path, str]:
    """Return what differs in the other networks with these tensors, by the path of its key."""
    found: dict[Path, list[str]] = {}
    for other in others[:MOST_OTHERS]:
        if other.data["stages"].keys() == best.data["stages"].keys():
            for path, value in computed_differences(best.data, other.data).items():
                shown = "unset" if value is None else f"`{flow(value)}`"
                found.setdefault(path, []).append(f"{shown} in `{other.template.name}`")
    return {path: f"could be {', '.join(words[:2])}" for path, words in found.items()}


def computed_differences(data: Mapping[str, object], other: Mapping[str, object]) -> dict[Path, object]:
    """Return what another network computes with the same tensors and this one does not, by the path of its key."""
    return dict(_leaves(patch(data, other)))


def _leaves(value: Mapping[str, object], path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Yield the values in a patch that say how a network computes: not names, sizes and reasons."""
    for key, item in value.items():
        if not path and key in _NOT_COMPUTED:
            continue
        if isinstance(item, dict):
            yield from _leaves(item, (*path, key))
        else:
            yield (*path, key), item


_NOT_COMPUTED = ("input", "layout", "ignore", "training", "init", "budget")
