"""Design spaces in an editor: the keys of ranges and constraints, and the names of ranges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.lsp.expected_types import value_at
from resnetgen.spaces.constraints import AT, INCREASING, MEANING, figure_meaning
from resnetgen.spaces.figures import FIGURES
from resnetgen.spaces.find_ranges import is_space
from resnetgen.spaces.ranges import KINDS, kind_of
from resnetgen.spaces.ranges.regnet_line import LINE

_ABOUT_CONSTRAINTS = "Bounds on the figures of the networks that are drawn from this space."


class KeysHere(NamedTuple):
    """The keys of a mapping with their meanings. If they `replace` others, a spec has no keys there."""

    meanings: dict[str, str]
    replace: bool = False


def space_keys(path: Path, data: object) -> KeysHere:
    """Return the keys of the mapping at a path that only a space has; none for a spec."""
    if not is_space(data):
        return KeysHere({})
    if not path:
        return KeysHere({str(AT[0]): _ABOUT_CONSTRAINTS})
    if path == AT:
        figures = {key: figure_meaning(key) for key in FIGURES}
        return KeysHere({**figures, INCREASING: MEANING}, replace=True)
    if path[-1] == "regnet_line":
        return KeysHere({key: each.meaning for key, each in LINE.items()}, replace=True)
    kind = kind_of(value_at(path, data))
    if kind and kind != "regnet_line":
        return KeysHere({key: each.meaning for key, each in KINDS[kind].keys.items()}, replace=True)
    wanted = [each for each in KINDS if (each == "regnet_line") == (path == ("stages",))]
    return KeysHere({key: KINDS[key].keys[key].meaning for key in wanted})


def space_words(path: Path, data: object) -> list[str] | None:
    """Return the words that a value of a range can be; None where a path is in no range."""
    if not is_space(data):
        return None
    if path[:2] == (*AT, INCREASING):
        return _names(data)
    kind = kind_of(value_at(path[:-1], data))
    if not kind or path[-1] not in KINDS[kind].keys or path[-1] == "choice":
        return None
    return _names(data) if path[-1] == "same" else list(KINDS[kind].keys[str(path[-1])].words)


def as_drawn(path: Path, data: object) -> tuple[Path, object]:
    """Return a path and the data as in a spec for which the values of choices on the path are drawn."""
    if not path:
        return (), data
    if kind_of(data) == path[0] == "choice" and len(path) > 1:
        return as_drawn(path[2:], value_at(path[:2], data))
    step, *_ = path
    rest, inside = as_drawn(path[1:], value_at((step,), data))
    if isinstance(data, dict):
        return (step, *rest), {**data, step: inside}
    if isinstance(data, list) and isinstance(step, int):
        return (step, *rest), [inside if index == step else each for index, each in enumerate(data)]
    return (step, *rest), data


def _names(data: object) -> list[str]:
    return list(dict.fromkeys(_named(data)))


def _named(data: object) -> Iterator[str]:
    """Yield the names of ranges, in the order of the file."""
    if isinstance(data, dict):
        if kind_of(data) and isinstance(name := data.get("as"), str):
            yield name
        for each in data.values():
            yield from _named(each)
    elif isinstance(data, list):
        for each in data:
            yield from _named(each)
