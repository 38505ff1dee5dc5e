"""A network from the names and shapes of its tensors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.errors import SpecError, WeightsError
from resnetgen.importing.checkpoint.fitting import fitted
from resnetgen.importing.checkpoint.search import search
from resnetgen.importing.checkpoint.templates import (
    Template,
    below,
    exact,
    network_of,
    ranked,
    tensors_of,
    without_counters,
)
from resnetgen.importing.checkpoint.untold import untold
from resnetgen.importing.config_file import fail
from resnetgen.importing.draft import Draft
from resnetgen.importing.naming import name_for_file
from resnetgen.importing.shorten import inherited, patch
from resnetgen.source.collection import names
from resnetgen.source.write_yaml import flow
from resnetgen.weights.file_contents import FileContents, Shapes
from resnetgen.weights.read_file import read_structure, unreadable_file

MOST_TENSORS = 10_000
"""The most tensors of a file that is compared with the collection."""

UNTOLD = "{}, as in `{}`"

MOST = 24
"""The most networks that are tried with other depths and widths."""

MOST_SEARCHED = 2
"""The most networks from which a search begins."""

MOST_USUAL = 6
"""The nearest networks of which those without rare options are searched first."""


class _Match(NamedTuple):
    template: Template
    data: dict[str, Any]


def draft_of_checkpoint(path: str, without: Collection[str] = (), answers: Sequence[str] = ()) -> Draft:
    """Return the network whose tensors a file has.

    Args:
        path: a file of weights.
        without: networks of the collection that are not to be used.
        answers: values of the user's, as in `--set`. Where no network of the collection has the tensors of the file,
            those that have these values are tried.

    Raises:
        SpecError: the file cannot be read, or no network of the collection becomes one with its tensors.
    """
    try:
        contents = read_structure(path).contents
    except (WeightsError, OSError, ValueError) as error:
        raise SpecError((unreadable_file(path, error),)) from None
    matches = _matches(contents, without, answers)
    if not matches:
        help = "`resnetgen weights match` shows the nearest networks, `resnetgen weights show` the tensors"
        fail(path, "no network of the collection has these tensors, whatever its depths and widths", help)
    best, *others = sorted(matches, key=_unlikeliness)
    description = f"A network with the tensors of {path.replace(chr(92), '/').rpartition('/')[2]}."
    return Draft(
        name_for_file(path),
        description,
        best.data,
        best.template.name,
        choices=_alternatives(best, others),
        without=frozenset(without),
        untold=partial(_untold, best.template.name),
        is_answered=best.template.is_answered,
    )


def _untold(base: str, data: Mapping[str, object]) -> dict[Path, str]:
    """Return what a network that extends another one has where shapes do not tell it; nothing if there is no such."""
    try:
        return {path: UNTOLD.format(words, base) for path, words in untold(network_of(data)).items()}
    except SpecError:
        return {}


def _unlikeliness(match: _Match) -> int:
    """Return the letters of the changes, and some for each rare option that no shape tells."""
    return len(flow(_changes(match))) + _COST_OF_RARE * _rare_options(match.data)


def _rare_options(data: Mapping[str, Any]) -> int:
    return sum(key in data.get("block", {}) for key in _RARE)


_RARE = ("antialias", "stride_on", "drop_path", "drop_block", "dropout")

_COST_OF_RARE = 100
"""The letters of changes in all four stages, about: a depth that few networks have is likelier than such an option."""


def _changes(match: _Match) -> dict[str, object]:
    return patch(inherited(match.template.name), match.data)


def _matches(contents: FileContents, without: Collection[str], answers: Sequence[str]) -> list[_Match]:
    """Return the networks that have exactly the tensors of a state dict of the file, the first dict with any."""
    for stored in contents.state_dicts:
        shapes = without_counters(stored.shapes)
        if len(shapes) <= MOST_TENSORS and (found := _matches_of(shapes, without, answers)):
            return found
    return []


def _matches_of(shapes: Shapes, without: Collection[str], answers: Sequence[str]) -> list[_Match]:
    """Return the networks with these tensors: of the collection as they are, else with other widths, else searched."""
    published = [_Match(each, each.data) for each in exact(shapes, without)]
    if published:
        return published
    templates: list[Template] = []
    for given in dict.fromkeys([(), tuple(answers)]):
        templates = ranked(shapes, without, given)
        found = [_Match(each, each.data) for each in templates if below(shapes, each.first) == each.shapes]
        found = found or [match for each in templates[:MOST] for match in _match(each, shapes)]
        if found:
            return found
    similar = [each.data for each in templates] + [inherited(name) for name in names() if name not in without]
    usual = sorted(templates[:MOST_USUAL], key=lambda each: _rare_options(each.data))
    return next(filter(None, (_searched(each, shapes, similar) for each in usual[:MOST_SEARCHED])), [])


def _match(template: Template, shapes: Shapes) -> Iterator[_Match]:
    own = below(shapes, template.first)
    data = fitted(template.data, template.compiled.network, own)
    if data is not None and _has_tensors(data, own):
        yield _Match(template, data)


def _searched(template: Template, shapes: Shapes, similar: list[dict[str, Any]]) -> list[_Match]:
    own = below(shapes, template.first)
    data = search(template.data, own, similar)
    return [_Match(template, data)] if data is not None and _has_tensors(data, own) else []


def _has_tensors(data: dict[str, Any], shapes: Shapes) -> bool:
    try:
        return tensors_of(network_of(data)) == shapes
    except SpecError:  # the depths and widths of the file make no such network
        return False


def _alternatives(best: _Match, others: list[_Match]) -> dict[Path, str]:
    """Return what differs in the other networks with these tensors, by the path of its key."""
    found: dict[Path, dict[str, str]] = {}
    for other in others:
        if other.data["stages"].keys() == best.data["stages"].keys():
            for path, value in computed_differences(best.data, other.data).items():
                shown = "unset" if value is None else f"`{flow(value)}`"
                found.setdefault(path, {}).setdefault(shown, other.template.name)
    return {
        path: "could be " + ", ".join(f"{shown} in `{name}`" for shown, name in list(values.items())[:2])
        for path, values in found.items()
    }


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
