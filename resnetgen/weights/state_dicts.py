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


def state_dicts(content: Any, is_tensor: Callable[[Any], bool]) -> list[StateDict]:
    """Return the state dicts in a file, those under well-known keys first, then the largest; at least one.

    Args:
        content: what the file holds.
        is_tensor: tells tensors from other values.

    Raises:
        WeightsError: there is none, or too many values to look at.
    """
    try:
        each_path = _search((), content, is_tensor, WorkBudget(MAX_VALUES))
        found = list({id(each.content): each for each in each_path}.values())  # one may be under two keys
    except WorkLimitError:
        found = []
    if not found:
        raise WeightsError("there is no state dict in this file", SAVE_STATE_DICT)
    return sorted(found, key=lambda each: (rank(each.keys), -len(each.content)))[:MAX_STATE_DICTS]


def _search(
    keys: tuple[str, ...], content: Any, is_tensor: Callable[[Any], bool], budget: WorkBudget
) -> Iterator[StateDict]:
    """Yield the state dicts in a value, also those beside tensors such as a loss.

    Raises:
        WorkLimitError: too many values were looked at.
    """
    if not isinstance(content, Mapping):
        return
    has_tensors = False
    for value in content.values():
        budget.spend()
        has_tensors = has_tensors or is_tensor(value)
    if has_tensors:
        yield StateDict(keys, content)
    if len(keys) < _DEEPEST:
        for key, value in content.items():
            if isinstance(key, str):
                yield from _search((*keys, key), value, is_tensor, budget)


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
