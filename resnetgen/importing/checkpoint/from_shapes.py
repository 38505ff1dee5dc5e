"""A network from the names and shapes of its tensors."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.errors import SpecError, WeightsError
from resnetgen.importing.checkpoint.matching import Match, matches, rare_options, searched, with_others
from resnetgen.importing.checkpoint.parts import Part, chosen, modules, whole_parts
from resnetgen.importing.checkpoint.templates import network_of
from resnetgen.importing.checkpoint.untold import untold
from resnetgen.importing.config_file import fail
from resnetgen.importing.draft import Draft
from resnetgen.importing.naming import name_for_file
from resnetgen.importing.shorten import inherited, patch
from resnetgen.source.write_yaml import flow
from resnetgen.weights.file_contents import FileContents, Shapes
from resnetgen.weights.fit_notes import beside_note, copies_note
from resnetgen.weights.preferred import first, is_inside
from resnetgen.weights.read_file import read_structure, unreadable_file

UNTOLD = "{}, as in `{}`"


class _Found(NamedTuple):
    """A part of a file, the networks that have its tensors, and the paths of the parts that fit as well."""

    part: Part
    matches: list[Match]
    copies: tuple[str, ...] = ()


def draft_of_checkpoint(path: str, without: Collection[str] = (), answers: Sequence[str] = (), key: str = "") -> Draft:
    """Return the network whose tensors a file has.

    Args:
        path: a file of weights.
        without: networks of the collection that are not to be used.
        answers: values of the user's, as in `--set`. Where no network of the collection has the tensors of the file,
            those that have these values are tried.
        key: the part of the file to take; empty for the one that is a network.

    Raises:
        SpecError: the file cannot be read, several parts of it are networks, or no network of the collection becomes
            one with its tensors.
    """
    try:
        found = _found(read_structure(path).contents, key, without, answers)
    except (WeightsError, OSError, ValueError) as error:
        raise SpecError((unreadable_file(path, error),)) from None
    if found is None:
        help = (
            "`resnetgen weights match` compares shapes alone, and knows the names of more libraries; or give values "
            "that you know with --set, such as the stem"
        )
        message = "no network of the collection has these tensors under these names, whatever its depths and widths"
        fail(path, message, help)
    best, *others = sorted(found.matches, key=_unlikeliness)
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
        notes=tuple(_notes(path, found, best)),
    )


def _found(contents: FileContents, key: str, without: Collection[str], answers: Sequence[str]) -> _Found | None:
    """Return the part of a file that is a network: all of a state dict if possible, else a module in it.

    Raises:
        WeightsError: several parts are networks and nothing tells which is meant, or there is no part of this key.
    """
    wholes, inner = whole_parts(contents), modules(contents)
    if key:
        taken = chosen([*wholes, *inner], key)
        wholes, inner = taken, [each for each in inner if each not in taken and is_inside(each.path, key)]
    with_buffers = partial(with_others, only_buffers=True)
    with_modules = partial(with_others, only_buffers=False)
    quick = ((matches, wholes), (with_buffers, wholes), (matches, inner), (with_buffers, inner))
    for find, parts in (*quick, (searched, wholes), (with_modules, inner), (with_modules, wholes)):
        networks_of = _remembered(partial(find, without=without, answers=answers))
        found: list[_Found] = []
        for part in sorted(parts, key=lambda part: -len(part.shapes)):
            is_outer = not any(part.path.startswith(f"{other.part.path}.") for other in found)
            if is_outer and (networks := networks_of(part.shapes)):
                found.append(_Found(part, networks))
        if found:
            index = first([each.part.path for each in found], "are networks")
            return found[index]._replace(copies=tuple(each.part.path for each in found if each is not found[index]))
    return None


def _remembered(find: Callable[[Shapes], list[Match]]) -> Callable[[Shapes], list[Match]]:
    """Return a search that is made once for copies of a network."""
    known: dict[frozenset[tuple[str, tuple[int, ...] | None]], list[Match]] = {}

    def found(shapes: Shapes) -> list[Match]:
        key = frozenset(shapes.items())
        if key not in known:
            known[key] = find(shapes)
        return known[key]

    return found


def _notes(path: str, found: _Found, best: Match) -> Iterator[str]:
    """Yield a sentence about each thing in the file that is not in the network."""
    if found.part.beside:
        yield f"read the tensors of `{found.part.path}` in {path}"
    if found.copies:
        yield copies_note(found.copies, path)
    if found.part.beside or best.beside:
        inside = (f"{found.part.prefix}{name}" for name in best.beside)
        yield beside_note((*inside, *found.part.beside), path)


def _untold(base: str, data: Mapping[str, object]) -> dict[Path, str]:
    """Return what a network that extends another one has where shapes do not tell it; nothing if there is no such."""
    try:
        return {path: UNTOLD.format(words, base) for path, words in untold(network_of(data)).items()}
    except SpecError:
        return {}


def _unlikeliness(match: Match) -> int:
    """Return the letters of the changes, and some for each rare option that no shape tells."""
    return len(flow(_changes(match))) + _COST_OF_RARE * rare_options(match.data)


_COST_OF_RARE = 100
"""The letters of changes in all four stages, about: a depth that few networks have is likelier than such an option."""


def _changes(match: Match) -> dict[str, object]:
    return patch(inherited(match.template.name), match.data)


def _alternatives(best: Match, others: list[Match]) -> dict[Path, str]:
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
