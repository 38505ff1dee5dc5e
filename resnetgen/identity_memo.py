"""A memory of results by the identity of an object, where comparing objects would cost more than it saves."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Thing = TypeVar("_Thing")
_Result = TypeVar("_Result")


class IdentityMemo(Generic[_Thing, _Result]):
    """Results by the object that they belong to.

    It holds the objects, so that no other gets the identity of one; when it is full, it forgets all.

    Args:
        most: the most results.

    Example:
        >>> lengths = IdentityMemo[list[int], int](most=100)
        >>> numbers = [1, 2, 3]
        >>> lengths.get(numbers, make=lambda: len(numbers))
        3
    """

    __slots__ = ("_most", "_results")

    def __init__(self, most: int) -> None:
        self._most = most
        self._results: dict[tuple[int, Hashable], tuple[_Thing, _Result]] = {}

    def find(self, thing: _Thing, of: Hashable = None) -> _Result | None:
        """Return the result of an object, or None; `of` is what else it depends on."""
        found = self._results.get((id(thing), of))
        return None if found is None else found[1]

    def keep(self, thing: _Thing, result: _Result, of: Hashable = None) -> None:
        """Remember the result of an object."""
        if len(self._results) >= self._most:
            self._results.clear()
        self._results[id(thing), of] = thing, result

    def get(self, thing: _Thing, make: Callable[[], _Result], of: Hashable = None) -> _Result:
        """Return the result of an object, which `make` gives the first time."""
        found = self._results.get((id(thing), of))
        if found is not None:
            return found[1]
        made = make()
        self.keep(thing, made, of)
        return made
