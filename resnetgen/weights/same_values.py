"""Parts of a network whose missing tensors have as many values as the unknown ones: the same weights, otherwise cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import prod

from resnetgen.diagnostics.model import Path
from resnetgen.ops.operator import TensorSpec
from resnetgen.weights.advice import Shape


def parts_with_the_same_values(
    missing: Iterable[tuple[Path, TensorSpec, int]], unknown: Iterable[tuple[Path, Shape]]
) -> frozenset[Path]:
    """Return the parts in which the unknown tensors may be the missing ones in another shape.

    Where the shapes are the same too, only the names differ. Counters of batch norm hold no weights.

    Args:
        missing: the part, the tensor and how many there are of it, of each that the file lacks.
        unknown: the part and the shape of each that the network lacks.

    Returns:
        The parts that have as many values on both sides.
    """
    lacking: dict[Path, Counter[tuple[int, ...]]] = {}
    for part, spec, count in missing:
        if spec.real:
            lacking.setdefault(part, Counter())[spec.shape] += count
    given: dict[Path, Counter[tuple[int, ...]]] = {}
    for part, shape in unknown:
        if shape:
            given.setdefault(part, Counter())[shape] += 1
    return frozenset(
        part
        for part in lacking.keys() & given.keys()
        if lacking[part] != given[part] and _values(lacking[part]) == _values(given[part])
    )


def _values(shapes: Counter[tuple[int, ...]]) -> int:
    return sum(prod(shape) * count for shape, count in shapes.items())
