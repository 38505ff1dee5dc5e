"""The networks that have the tensors of a file, as they are or with other depths, widths and options."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from resnetgen.errors import SpecError
from resnetgen.importing.checkpoint.fitting import fitted
from resnetgen.importing.checkpoint.search import search
from resnetgen.importing.checkpoint.templates import Template, below, exact, network_of, ranked, tensors_of
from resnetgen.importing.shorten import inherited
from resnetgen.source.collection import names
from resnetgen.weights.file_contents import Shapes

MIN_LIKENESS_OF_PARTS = 0.25
"""The least likeness of names at which a network is tried where a file may have other tensors too."""

MOST = 24
"""The most networks that are tried with other depths and widths."""

MOST_SEARCHED = 2
"""The most networks from which a search begins."""

MOST_USUAL = 6
"""The nearest networks of which those without rare options are searched first."""


class Match(NamedTuple):
    """A network of the collection, and its data with the depths and widths of a file.

    `beside` are the tensors of the file that are not the network's.
    """

    template: Template
    data: dict[str, Any]
    beside: tuple[str, ...] = ()


def rare_options(data: Mapping[str, Any]) -> int:
    """Return how many rare options a network has that no shape tells."""
    return sum(key in data.get("block", {}) for key in _RARE)


_RARE = ("antialias", "stride_on", "drop_path", "drop_block", "dropout")


def matches(shapes: Shapes, without: Collection[str], answers: Sequence[str]) -> list[Match]:
    """Return the networks with just these tensors: of the collection as they are, else with other widths."""
    published = [Match(each, each.data) for each in exact(shapes, without)]
    if published:
        return published
    for given in dict.fromkeys([(), tuple(answers)]):
        templates = ranked(shapes, without, given)
        found = [Match(each, each.data) for each in templates if below(shapes, each.first) == each.shapes]
        found = found or [match for each in templates[:MOST] for match in _match(each, shapes)]
        if found:
            return found
    return []


def searched(shapes: Shapes, without: Collection[str], answers: Sequence[str]) -> list[Match]:
    """Return the networks with these tensors that a search finds."""
    templates = ranked(shapes, without, answers)
    similar = [each.data for each in templates] + [inherited(name) for name in names() if name not in without]
    usual = sorted(templates[:MOST_USUAL], key=lambda each: rare_options(each.data))
    return next(filter(None, (_search(each, shapes, similar) for each in usual[:MOST_SEARCHED])), [])


def _match(template: Template, shapes: Shapes) -> Iterator[Match]:
    own = below(shapes, template.first)
    data = fitted(template.data, template.compiled.network, own)
    if data is not None and _has_tensors(data, own):
        yield Match(template, data)


def _search(template: Template, shapes: Shapes, similar: list[dict[str, Any]]) -> list[Match]:
    own = below(shapes, template.first)
    data = search(template.data, own, similar)
    return [Match(template, data)] if data is not None and _has_tensors(data, own) else []


def _has_tensors(data: dict[str, Any], shapes: Shapes) -> bool:
    return bool(shapes) and _tensors(data) == shapes


def _tensors(data: dict[str, Any]) -> Shapes:
    try:
        return tensors_of(network_of(data))
    except SpecError:  # the depths and widths of the file make no such network
        return {}


def with_others(shapes: Shapes, without: Collection[str], answers: Sequence[str], *, only_buffers: bool) -> list[Match]:
    """Return the networks that lack some modules with tensors of a file, and else have its tensors.

    Args:
        shapes: the tensors of the file.
        without: networks that are not to be returned.
        answers: values that the networks are to have, as in `--set`.
        only_buffers: leave no modules out, but tensors alone, such as the queue of a contrastive training.
    """
    found: list[Match] = []
    for given in dict.fromkeys([(), tuple(answers)]):
        for each in ranked(shapes, without, given, MIN_LIKENESS_OF_PARTS)[:MOST]:
            found += _match_with_others(each, shapes, only_buffers)
    least = min((len(each.beside) for each in found), default=0)
    return [each for each in found if len(each.beside) == least]


def _match_with_others(template: Template, shapes: Shapes, only_buffers: bool) -> Iterator[Match]:
    own = below(shapes, template.first)
    data = fitted(template.data, template.compiled.network, own)
    tensors = {} if data is None else _tensors(data)
    beside = {name: stored for name, stored in zip(own, shapes, strict=False) if name not in tensors}
    modules = {_module(name) for name in tensors}
    is_part = bool(tensors) and all(own.get(name) == shape for name, shape in tensors.items())
    is_apart = all("." not in name if only_buffers else _module(name) not in modules for name in beside)
    if data is not None and is_part and is_apart:
        yield Match(template, data, tuple(beside.values()))


def _module(name: str) -> str:
    """Return the outermost module of a tensor, without its number: `layer5` may be a stage like `layer4`."""
    return name.partition(".")[0].rstrip("0123456789")
