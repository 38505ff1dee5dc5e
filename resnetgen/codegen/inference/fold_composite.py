"""What operators are at inference that are made of others, or make something of their weights first."""

from __future__ import annotations

from collections.abc import Sequence

from resnetgen.codegen.inference.conversion import Step, joined
from resnetgen.codegen.inference.fold import Item, Link, fold_sequence
from resnetgen.ops.composite import Composite, ModuleList, Part
from resnetgen.ops.operator import Operator


def link(index: int, path: str, operator: Operator, *, injected: bool = False) -> Link:
    """One place of a row, by itself."""
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
    """A composite at inference, and what is done for its parts; one without a template that is left with one is that.

    Parts in no row are each on their own, and none of them is gone.
    """
    parts = operator.parts()
    rows = operator.rows()
    left = [each for row in rows for each in fold_sequence(_row(parts, row))]
    inside = {name for row in rows for name in row}
    left += [link(index, part.name, part.operator) for index, part in enumerate(parts) if part.name not in inside]
    left.sort(key=lambda each: each.index)
    steps = tuple(step for each in left for step in each.steps())
    found = tuple(Part(parts[each.index].name, each.operator()) for each in left)
    if len(found) == 1 < len(parts) and not operator.template:
        only = found[0]
        return only.operator, tuple(step._replace(target=_without(only.name, step.target)) for step in steps)
    return (operator if found == parts else operator.with_parts(found)), steps


def _row(parts: Sequence[Part], names: Sequence[str]) -> list[Link]:
    """The parts of these names that there are, in this order."""
    places = {part.name: index for index, part in enumerate(parts)}
    return [link(places[name], name, parts[places[name]].operator) for name in names if name in places]


def _without(name: str, path: str) -> str:
    return path.removeprefix(name).removeprefix(".")
