"""Find the state dicts in what a training saved: mappings with tensors, inside other mappings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from resnetgen.errors import WeightsError, WorkLimitError
from resnetgen.weights.preferred import rank
from resnetgen.work_budget import WorkBudget

MAX_VALUES = 1_000_000
"""The most values that are looked at."""

MAX_STATE_DICTS = 16
"""The most state dicts of a file that are compared with a network."""

_DEEPEST = 6
"""The most mappings inside one another that are searched."""

SAVE_STATE_DICT = "save the state dict alone: `torch.save(model.state_dict(), path)`"


class StateDict(NamedTuple):
    """A mapping with tensors, and the keys of the file that lead to it."""

    keys: tuple[str, ...]
    content: Mapping[Any, Any]


Opened = Callable[[Any], Mapping[Any, Any] | None]
"""A function that returns what a value holds by name, None for what holds nothing so."""


def _mapping(value: Any) -> Mapping[Any, Any] | None:
    return value if isinstance(value, Mapping) else None


def state_dicts(content: Any, is_tensor: Callable[[Any], bool], opened: Opened = _mapping) -> list[StateDict]:
    """Return the state dicts in a file, those under well-known keys first, then the largest; at least one.

    Args:
        content: what the file holds.
        is_tensor: tells tensors from other values.
        opened: tells what may hold a state dict; by default, mappings alone.

    Raises:
        WeightsError: there is none, or too many values to look at.
    """
    found: dict[int, StateDict] = {}  # one may be under two keys
    try:
        for each in sorted(_search((), content, is_tensor, opened, WorkBudget(MAX_VALUES)), key=_order):
            found.setdefault(id(each.content), each)
    except WorkLimitError:
        pass
    if not found:
        raise WeightsError("there is no state dict in this file", SAVE_STATE_DICT)
    return list(found.values())[:MAX_STATE_DICTS]


def _order(found: StateDict) -> tuple[int, int, int]:
    return rank(found.keys), -len(found.content), len(found.keys)


def _search(
    keys: tuple[str, ...],
    value: Any,
    is_tensor: Callable[[Any], bool],
    opened: Opened,
    budget: WorkBudget,
    around: tuple[int, ...] = (),
) -> Iterator[StateDict]:
    """Yield the state dicts in a value, also those beside tensors such as a loss; not those inside themselves.

    Raises:
        WorkLimitError: too many values were looked at.
    """
    content = opened(value)
    if content is None or id(content) in around:
        return
    has_tensors = False
    for each in content.values():
        budget.spend()
        has_tensors = has_tensors or is_tensor(each)
    if has_tensors:
        yield StateDict(keys, content)
    if len(keys) < _DEEPEST:
        for key, each in content.items():
            if isinstance(key, str):
                yield from _search((*keys, key), each, is_tensor, opened, budget, (*around, id(content)))


def versions(state: Mapping[Any, Any]) -> dict[str, int] | None:
    """Return the versions of the modules, which `state_dict()` leaves beside its result and `torch.save` keeps."""
    metadata = getattr(state, "_metadata", None)
    if not isinstance(metadata, Mapping):
        return None
    return {
        str(name): entry["version"]
        for name, entry in metadata.items()
        if isinstance(entry, Mapping) and type(entry.get("version")) is int
    }
