"""Composites at inference: operators with parts, or with an operation on their weights first."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.codegen.inference.conversion import Step, joined
from resnetgen.codegen.inference.fold import Item, Link, fold_sequence
from resnetgen.ops.composite import Composite, ModuleList, Part
from resnetgen.ops.operator import Operator


def link(index: int, path: str, operator: Operator, *, injected: bool = False) -> Link:
    """Return one place of a sequence, with the operator's own parts folded."""
    if isinstance(operator, ModuleList):
        return Link(index, [_item(joined(path, str(k)), item) for k, item in enumerate(operator.items)], several=True)
    return Link(index, [_item(path, operator)], injected=injected)


def _item(path: str, operator: Operator) -> Item:
    if isinstance(operator, Composite):
        inside, steps = _of_parts(operator)
        return Item(path, inside, inner=steps)
    prepared = operator.prepared()
    weights = operator.weights()
    plain = operator if prepared is None else operator.plain()
    return Item(path, plain, weights is not None and weights.bias, prepared)


def _of_parts(operator: Composite) -> tuple[Operator, tuple[Step, ...]]:
    """Fold the parts of a composite, and return what remains with its steps.

    A single remaining part replaces a composite without a template. Parts in no sequence are folded alone, and none of
    them is removed.
    """
    parts = operator.parts()
    rows = () if _counts(parts) else operator.rows()
    left = [each for row in rows for each in fold_sequence(_row(parts, row))]
    inside = {name for row in rows for name in row}
    left += [link(index, _path(part), part.operator) for index, part in enumerate(parts) if part.name not in inside]
    left.sort(key=lambda each: each.index)
    steps = tuple(step for each in left for step in each.steps())
    found = tuple(Part(parts[each.index].name, each.operator()) for each in left)
    if len(found) == 1 < len(parts) and not operator.template:
        only = found[0]
        return only.operator, tuple(step._replace(target=_without(only.name, step.target)) for step in steps)
    return (operator if found == parts else operator.with_parts(found)), steps


def _path(part: Part) -> str:
    """Return the path of a part's tensors; a parameter of the composite itself has none."""
    return "" if part.operator.is_parameter else part.name


def _counts(parts: Sequence[Part]) -> bool:
    """Return True if a layout numbers some of the parts: without one of them, the others would have other numbers."""
    return any(part.name.rpartition(".")[2].isdigit() for part in parts)


def _row(parts: Sequence[Part], names: Sequence[str]) -> list[Link]:
    """Return links for the parts with these names, in this order."""
    places = {part.name: index for index, part in enumerate(parts)}
    return [link(places[name], name, parts[places[name]].operator) for name in names if name in places]


def _without(name: str, path: str) -> str:
    return path.removeprefix(name).removeprefix(".")
