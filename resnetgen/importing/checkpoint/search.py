"""Change single values of a network until it has the tensors of a file.

A step sets one key: to a value that another network with similar tensors has there, or, for a number, to the number
times the ratio of two shapes that differ. It stays if fewer tensors differ afterwards. So attentions, spatial
convolutions, stems, kernels, norms and heads are found by one rule, and each network differs from its template only
where the file says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from itertools import islice
from math import isqrt
from typing import Any, NamedTuple, get_args

from resnetgen.errors import SpecError
from resnetgen.importing.checkpoint.fitting import fitted
from resnetgen.importing.checkpoint.templates import network_of, tensors_of
from resnetgen.ir.network import Network
from resnetgen.lower.block_types import BUILT_IN
from resnetgen.ops.registry import AttentionKind, SpatialKind
from resnetgen.source.write_yaml import flow
from resnetgen.weights.file_contents import Shapes

MOST_STEPS = 150
"""The most changes of a network that are tried."""

MOST_DIFFERING = 0.9
"""The most tensors that may differ at the beginning, as a part of all: other networks are not searched."""

_OF_NETWORKS = ("layout", "stem", "blocks", "head")
"""The keys of a network that can change its tensors, besides those of blocks."""

_DEFAULTS = ("norm", "convolution")
"""The keys with few values, which are tried first."""

_OF_BLOCKS = ("attention", "kernel", "spatial", "shortcut", "type", "branch_scale", "norm", "convolution")
"""The keys of blocks that can change the tensors, besides their widths."""

_OF_STAGES = _OF_BLOCKS[:5]
"""The keys that are tried in single stages."""

_NUMBERS = ("input", "block", "head", "stages")
"""The parts whose numbers are tried with the ratios of shapes."""

_WIDTHS = ("blocks", "channels", "mid", "widths", "groups", "group_width", "classes", "stride", "dilation")
"""The keys whose numbers `fitting.py` tells from the shapes, or that shapes do not tell."""

_WORDS = {"attention": ("none",), "type": BUILT_IN}
"""Values that are tried besides those of other networks."""

_Keys = tuple[str, ...]

_Option = tuple[_Keys, Any]


class Attempt(NamedTuple):
    """The data of a network, its tensors, and how many of them are others than those of a file."""

    data: dict[str, Any]
    tensors: Shapes
    differing: int


def search(data: dict[str, Any], shapes: Shapes, similar: Iterable[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the data of a network with exactly the tensors of a file; None if no sequence of steps leads to one.

    Args:
        data: the data of the network to begin with.
        shapes: the tensors of the file, by names as the network has them.
        similar: the data of the networks whose values are tried, the nearest first.
    """
    best = attempt(data, shapes)
    left = MOST_STEPS
    values = _values(similar)
    if best is None or best.differing > MOST_DIFFERING * (len(shapes) + len(best.tensors)):
        return None
    changed = True
    while changed and best.differing and left > 0:
        changed = False
        for option in islice(_options(best, shapes, values), left):
            left -= 1
            tried = attempt(_with(best.data, option), shapes)
            if tried is not None and tried.differing < best.differing:
                best, changed = tried, True
                if not best.differing:
                    break
    return None if best.differing else best.data


def attempt(data: dict[str, Any], shapes: Shapes) -> Attempt | None:
    """Return a network with the widths of a file; None if there is no such network.

    Where no network has these widths before a further step, the tensors are those without them.
    """
    network = _lowered(data)
    if network is None:
        return None
    found = fitted(data, network, shapes) or data
    tensors = tensors_of((_lowered(found) or network) if found != data else network)
    same = sum(tensors.get(key) == shape for key, shape in shapes.items())
    return Attempt(found, tensors, len(shapes) + len(tensors) - 2 * same)


def _lowered(data: Mapping[str, Any]) -> Network | None:
    try:
        return network_of(data)
    except SpecError:
        return None


def _values(similar: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return what networks have at each key, `block.` before a key of blocks."""
    found: dict[str, dict[str, Any]] = {}
    for data in similar:
        for key in (*_DEFAULTS, *_OF_NETWORKS):
            if key in data:
                found.setdefault(key, {})[flow(data[key])] = data[key]
        for options in (data.get("block", {}), *data.get("stages", {}).values()):
            for key in _OF_BLOCKS:
                if key in options:
                    found.setdefault(f"block.{key}", {})[flow(options[key])] = options[key]
    return {key: list(values.values()) for key, values in found.items()}


def _options(best: Attempt, shapes: Shapes, values: Mapping[str, list[Any]]) -> Iterator[_Option]:
    """Yield the steps from a network, those that change the least first."""
    yield from _scaled(best, shapes)
    yield from _another_stage(best, shapes)
    paths: list[_Keys] = [(key,) for key in _DEFAULTS] + [("block", key) for key in _OF_BLOCKS]
    paths += [(key,) for key in _OF_NETWORKS]
    paths += [("stages", stage, key) for stage in _stages_at_fault(best, shapes) for key in _OF_STAGES]
    for path in paths:
        old = _at(best.data, path)
        yield from ((path, value) for value in (None, *_WORDS.get(path[-1], ())) if value != old)
    for path in paths:
        old = _at(best.data, path)
        known = values.get(path[0] if len(path) == 1 else f"block.{path[-1]}", [])
        yield from ((path, value) for value in known if value != old)


def _another_stage(best: Attempt, shapes: Shapes) -> Iterator[_Option]:
    """Yield one more stage like the last, where the file has more tensors."""
    *_, (name, stage) = best.data["stages"].items()
    number = re.search(r"\d+$", name)
    if number and len(shapes) > len(best.tensors):
        yield ("stages", f"{name[: number.start()]}{int(number[0]) + 1}"), stage


def _at(data: Any, path: _Keys) -> Any:
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data


def _stages_at_fault(best: Attempt, shapes: Shapes) -> list[str]:
    """Return the stages with tensors that differ, the first ones first."""
    network = _lowered(best.data)
    wrong = [key for key in {**shapes, **best.tensors} if shapes.get(key) != best.tensors.get(key)]
    stages = network.stages if network is not None else ()
    return [stage.name for stage in stages if any(key.startswith(stage.blocks_path) for key in wrong)]


def _scaled(best: Attempt, shapes: Shapes) -> Iterator[_Option]:
    """Yield each number of the network times the ratios of shapes that differ."""
    ratios = dict.fromkeys(_ratios(best.tensors, shapes))
    groups = best.data.get("block", {}).get("groups", 1)
    numbers = [*_numbers({key: best.data.get(key, {}) for key in _NUMBERS}), (("block", "groups"), groups)]
    for path, value in numbers if isinstance(groups, int) else numbers[:-1]:
        for ratio in islice(ratios, 4):
            for factor in (ratio, 1 / ratio):
                product = value * factor
                if isinstance(value, int):
                    if product.denominator == 1 and product >= 1:
                        yield path, int(product)
                else:
                    yield path, float(product)


def _ratios(tensors: Shapes, shapes: Shapes) -> Iterator[Fraction]:
    for key, own in tensors.items():
        stored = shapes.get(key)
        if own and stored and own != stored and len(own) == len(stored):
            yield from (Fraction(theirs, ours) for ours, theirs in zip(own, stored, strict=True) if ours != theirs)
            yield from _ratio_of_maps(own[0], stored[0])


def _ratio_of_maps(own: int, stored: int) -> Iterator[Fraction]:
    """Yield the ratio of the sides of two square maps with an embedding for each pixel, and one for their mean."""
    sides = isqrt(max(0, own - 1)), isqrt(max(0, stored - 1))
    if own != stored and all(sides) and [side * side + 1 for side in sides] == [own, stored]:
        yield Fraction(sides[1], sides[0])


def _numbers(data: Any, path: _Keys = ()) -> Iterator[tuple[_Keys, int | float]]:
    """Yield the numbers in options, with their paths."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in _WIDTHS:
                yield from _numbers(_with_defaults(key, value), (*path, key))
    elif _is_number(data):
        yield path, data


def _with_defaults(key: str, value: Any) -> Any:
    """Return an attention or a spatial convolution with the numbers that it has where none are written."""
    word = value.get("type") if isinstance(value, dict) else value
    for kind in _KINDS.get(key, ()):
        if word in get_args(kind.model_fields["type"].annotation):
            defaults = {name: field.default for name, field in kind.model_fields.items() if _is_number(field.default)}
            return {**defaults, **(value if isinstance(value, dict) else {})}
    return value


_KINDS: dict[str, tuple[Any, ...]] = {"attention": get_args(AttentionKind), "spatial": get_args(SpatialKind)}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _with(data: dict[str, Any], option: _Option) -> dict[str, Any]:
    """Return data with another value at a path; None removes the key."""
    path, value = option
    changed = deepcopy(data)
    at = changed
    for step in path[:-1]:
        if isinstance(at.get(step), str):
            at[step] = {"type": at[step]}
        at = at.setdefault(step, {})
    if value is None:
        at.pop(path[-1], None)
    else:
        at[path[-1]] = deepcopy(value)
    return changed
