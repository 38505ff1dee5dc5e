"""Write a network as its difference from the nearest one of the collection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from resnetgen.importing.draft import Draft
from resnetgen.source.collection import find_base, names, shipped
from resnetgen.source.extends import NOT_INHERITED, merge_patch, resolve
from resnetgen.source.write_yaml import flow

_ABSENT = object()

_COST_OF_BASE = 40
"""The letters by which a spec without a base may be longer: it can be read without another file."""

_KEPT = ("ignore",)
"""Keys of a base that an imported network keeps: they say nothing about it."""

_COST_OF_NULL = 40
"""The letters for which a `null` counts, beside its own: it takes a look at the base to know what it removes."""


class ShortForm(NamedTuple):
    """A network as a spec's own keys: the spec that it extends, empty for none, and what it changes there."""

    base: str
    patch: dict[str, object]


def shorten(draft: Draft) -> ShortForm:
    """Return the shortest form of a draft whose merged data are those of the draft."""
    if draft.base is not None:
        form = ShortForm(draft.base, patch(inherited(draft.base), draft.data))
        if _is_whole(form, draft.data):
            return form
    whole = ShortForm("", dict(draft.data))
    return min((whole, *_candidates(draft)), key=_length)


def _candidates(draft: Draft) -> Iterator[ShortForm]:
    for name in names():
        if name not in draft.without:
            base = inherited(name)
            data = {**{key: base[key] for key in _KEPT if key in base}, **draft.data}
            form = ShortForm(name, patch(base, data))
            if _is_whole(form, data):
                yield form


def _is_whole(form: ShortForm, data: Mapping[str, object]) -> bool:
    """Return whether a form has the merged data: a patch removes no null, and puts new stages behind all others."""
    merged = merge_patch(inherited(form.base), form.patch)
    return merged == data and _stages(merged) == _stages(data)


def _stages(data: object) -> list[str]:
    stages = data.get("stages") if isinstance(data, dict) else None
    return list(stages) if isinstance(stages, dict) else []


def _length(form: ShortForm) -> int:
    return len(flow(form.patch)) + (_COST_OF_BASE if form.base else 0) + _COST_OF_NULL * _nulls(form.patch)


def _nulls(value: object) -> int:
    return sum(map(_nulls, value.values())) if isinstance(value, dict) else int(value is None)


@cache
def inherited(name: str) -> dict[str, object]:
    """Return what a spec of the collection passes on to those that extend it."""
    data = resolve(shipped(name), find_base).data
    return {key: value for key, value in data.items() if (key,) not in NOT_INHERITED and key != "reference"}


def patch(base: Mapping[str, object], data: Mapping[str, object]) -> dict[str, object]:
    """Return the JSON Merge Patch from one mapping to another, in the order of the second."""
    changes: dict[str, object] = {}
    for key, value in data.items():
        old = base.get(key, _ABSENT)
        if old == value and type(old) is type(value):
            continue
        changes[key] = patch(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return changes | {key: None for key in base if key not in data}
