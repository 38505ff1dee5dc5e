"""The networks of the collection whose tensors have names as those of a file, whatever their depths and widths."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from resnetgen.analysis.cost import state_dict
from resnetgen.compiler import Compiled, compile_source
from resnetgen.errors import AbstractSpecError
from resnetgen.source.collection import names, shipped
from resnetgen.weights.file_contents import COUNTER, Shapes

MIN_LIKENESS = 0.5
"""The least likeness of names at which a network is tried."""

MOST = 24
"""The most networks that are tried."""

_Kind = tuple[str, tuple[int, ...]]


class Template(NamedTuple):
    """A network of the collection, and the tensors that a file of its weights has."""

    name: str
    compiled: Compiled
    shapes: Shapes


@cache
def template(name: str) -> Template | None:
    """Return a network of the collection; None for a spec that is only for others to extend."""
    try:
        compiled = compile_source(shipped(name))
    except AbstractSpecError:
        return None
    return Template(name, compiled, tensors_of(compiled))


def tensors_of(compiled: Compiled) -> Shapes:
    """Return the shapes of the tensors that a file of a network's weights must have."""
    return {key: spec.shape for key, spec in state_dict(compiled.network) if not spec.supplied}


def without_counters(shapes: Shapes) -> Shapes:
    """Return the tensors of a file without the counters of batch norms, which not all files have."""
    return {key: shape for key, shape in shapes.items() if not key.endswith(COUNTER)}


def below(shapes: Shapes, first: str) -> Shapes:
    """Return the tensors of a file without the prefix of their names, which the name of the first tensor tells."""
    found = sorted((key for key in shapes if key == first or key.endswith(f".{first}")), key=len)
    prefix = found[0].removesuffix(first) if found else ""
    return {key.removeprefix(prefix): shape for key, shape in shapes.items()} if prefix else shapes


def ranked(shapes: Shapes, without: Iterable[str]) -> list[Template]:
    """Return the networks to try, the likeliest first, and of equally likely ones the nearest in shapes."""
    found: list[tuple[float, float, int, Template]] = []
    for name in names():
        each = template(name) if name not in without else None
        if each is None:
            continue
        own = below(shapes, next(iter(each.shapes)))
        likeness = _share(_kinds(own), _kinds(each.shapes))
        if likeness >= MIN_LIKENESS:
            same = sum(own.get(key) == shape for key, shape in each.shapes.items())
            found.append((-likeness, -same / max(len(own), len(each.shapes)), len(found), each))
    return [each for *_, each in sorted(found, key=lambda row: row[:3])][:MOST]


def _kinds(shapes: Shapes) -> set[_Kind]:
    """Return the names without their numbers, each with the kernel of the tensor."""
    return {(re.sub(r"\d+", "#", key), (shape or ())[2:]) for key, shape in shapes.items()}


def _share(one: set[_Kind], other: set[_Kind]) -> float:
    return len(one & other) / max(1, len(one | other))
