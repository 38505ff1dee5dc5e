"""Check that names form modules: each is unique, and those of one module are consecutive and count from 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from keyword import iskeyword
from typing import NamedTuple

from resnetgen.ir.reserved import CONV_ATTRIBUTES, MODULE_ATTRIBUTES, NETWORK_ATTRIBUTES


class BadName(NamedTuple):
    """The reason why names do not form modules, and the index of the name at fault; `instead` is the name due there."""

    why: str
    name: int
    instead: str = ""


Indexed = list[tuple[int, list[str]]]
"""Names as paths, each with its index among all."""

Facts = tuple[bool, int]
"""True if a name may have others inside it, and the number of modules that it stands for."""


@lru_cache(maxsize=4096)
def first_bad_name(names: tuple[str, ...], facts: tuple[Facts, ...]) -> BadName | None:
    """Return the first name at fault. The result is cached: most blocks have the same names."""
    return next(_bad_names([(index, name.split(".")) for index, name in enumerate(names)], "", facts), None)


def _bad_names(paths: Indexed, inside: str, facts: tuple[Facts, ...]) -> Iterator[BadName]:
    """Yield what is at fault with the names of one module, in this order; `facts` are those of all names."""
    runs = [(first, list(run)) for first, run in groupby(paths, key=lambda entry: entry[1][0])]
    counts = any(first.isdigit() for first, _ in runs)
    known: set[str] = set()
    position = 0
    for first, run in runs:
        at, index = f"{inside}{first}", run[0][0]
        within = [(index, path[1:]) for index, path in run]
        held = within[1:] if len(within) > 1 and not within[0][1] and facts[index][0] else []
        within = held or within
        if first in known:
            yield BadName(f"the modules in `{at}` are not consecutive", _intruder(runs, first))
        elif not all(path for _, path in within) and len(run) > 1:
            yield BadName(_twice(at, [path for _, path in within]), run[1][0])
        elif not first.isdigit() and (first in MODULE_ATTRIBUTES or iskeyword(first) or first.startswith("_")):
            yield BadName(f"`{at}` is reserved by Python or PyTorch", index)
        elif not first.isdigit() and not first.isidentifier():
            yield BadName(f"`{at}` is not a valid attribute name", index)
        elif not inside and first in NETWORK_ATTRIBUTES:
            yield BadName(f"`{at}` is reserved by the emitted network", index)
        elif held and (own := next((each for each in held if not _is_free(each[1][0])), None)):
            yield BadName(f"`{at}` is a convolution, and cannot have a module `{own[1][0]}` in it", own[0])
        elif within[0][1]:
            yield from _bad_names(within, f"{at}.", facts)
        known.add(first)
        if counts and first != str(position):
            yield BadName(f"the numbers of `{at}` and its siblings do not count from 0", index, f"{inside}{position}")
        position += 1 if within[0][1] else facts[index][1]


def _twice(at: str, within: Sequence[Sequence[str]]) -> str:
    """Return the reason why a name cannot be that of several operators."""
    if len(within) > 1 and not within[0] and all(within[1:]):
        return f"`{at}` is an operator with others inside it; only a plain convolution with zero padding can hold some"
    return f"`{at}` names more than one operator"


def _is_free(name: str) -> bool:
    """Tell whether a convolution can have an attribute of a name."""
    return not name.isdigit() and name not in CONV_ATTRIBUTES


def _intruder(runs: list[tuple[str, Indexed]], first: str) -> int:
    """Return the index of the first name between two of one module."""
    names = [name for name, _ in runs]
    return runs[names.index(first) + 1][1][0][0]
