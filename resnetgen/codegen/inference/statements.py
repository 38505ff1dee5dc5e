"""The body of `convert`: one statement a call, in loops over blocks and over numbered operators."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from resnetgen.codegen.inference.conversion import joined
from resnetgen.codegen.inference.conversion_calls import Call, Group, Places
from resnetgen.codegen.python import quoted
from resnetgen.codegen.tree import Assign, Bracket, Do, Expression, For, Statement, call

FEWEST = 3
"""So many calls that differ in a number alone are a loop."""

Written = Callable[[Call, Callable[[str], str]], tuple[str, list[str]]]
"""The function and the arguments of a call, given what writes a path."""

_NUMBER = re.compile(r"(\d+)")


def statements(groups: Sequence[Group], written: Written) -> Iterator[Statement]:
    """Yield the statements of all groups."""
    for group in groups:
        yield from _statements(group, written)


def _statements(group: Group, written: Written) -> Iterator[Statement]:
    places, dot = _paths(group)
    if not places:
        yield from _body(group.calls, "", written)
    elif all(place.end == place.first + 1 for place in places):
        blocks = [f"{place.path}{dot}{place.first}" for place in places]
        if len(blocks) == 1:
            yield from _body(group.calls, blocks[0], written)
        else:
            yield _loop("block", map(quoted, blocks), _body(group.calls, "{block}", written))
    elif len(places) == 1:
        yield For("i", f"range({_bounds(places[0])})", _block(group, f"{places[0].path}{dot}{{i}}", written))
    else:
        yield _by_stage(group._replace(places=places), dot, written)


def _paths(group: Group) -> tuple[tuple[Places, ...], str]:
    """Return the places of a group, and the dot between path and number if all their paths end in one."""
    if not all(place.path.endswith(".") for place in group.places):
        return group.places, ""
    return tuple(place._replace(path=place.path.removesuffix(".")) for place in group.places), "."


def _by_stage(group: Group, dot: str, written: Written) -> For:
    """Write a loop over stages around one over blocks; the first index is a literal if all stages share it."""
    body = _block(group, f"{{path}}{dot}{{i}}", written)
    firsts = {place.first for place in group.places}
    if len(firsts) == 1:
        first = firsts.pop()
        pairs = (_tuple(place.path, place.end) for place in group.places)
        return _loop("path, blocks", pairs, [For("i", f"range({first}, blocks)" if first else "range(blocks)", body)])
    triples = (_tuple(place.path, place.first, place.end) for place in group.places)
    return _loop("path, first, end", triples, [For("i", "range(first, end)", body)])


def _tuple(path: str, *numbers: int) -> Bracket:
    return Bracket("(", (quoted(path), *map(str, numbers)), ")")


def _bounds(place: Places) -> str:
    return f"{place.first}, {place.end}" if place.first else str(place.end)


def _block(group: Group, path: str, written: Written) -> tuple[Statement, ...]:
    """Write the calls for one block, with its path in a variable."""
    return Assign("block", f'f"{path}"'), *_body(group.calls, "{block}", written)


def _loop(target: str, items: Iterable[Expression], body: Iterable[Statement]) -> For:
    return For(target, Bracket("(", tuple(items), ")"), tuple(body))


def _body(calls: Sequence[Call], before: str, written: Written) -> Iterator[Statement]:
    index = 0
    while index < len(calls):
        one, numbers = _numbered(calls[index:])
        if len(numbers) >= FEWEST:
            yield _over_numbers(numbers, _statement(one, before, written))
            index += len(numbers)
        else:
            yield _statement(calls[index], before, written)
            index += 1


def _over_numbers(numbers: list[int], body: Statement) -> For:
    if numbers == list(range(len(numbers))):
        return For("n", f"range({len(numbers)})", (body,))
    return _loop("n", map(str, numbers), [body])


def _statement(one: Call, before: str, written: Written) -> Do:
    def path(name: str) -> str:
        text = joined(before, name)
        if before and not name:
            return before.strip("{}")  # a parameter of the block itself
        return f"f{quoted(text)}" if "{" in text else quoted(text)

    function, arguments = written(one, path)
    return Do(call(function, ["weights", *arguments]))


def _numbered(calls: Sequence[Call]) -> tuple[Call, list[int]]:
    """Return the first call with `{n}` for its number, and the numbers of all the calls that differ in it alone.

    There are no numbers if even the second call differs otherwise.
    """
    first, numbers = calls[0], list[int]()
    for other in calls[1:]:
        found = _alike(calls[0], other)
        if found is None or (numbers and found[0] != first):
            break
        first = found[0]
        numbers = [*(numbers or found[1:2]), found[2]]
    return first, numbers


def _alike(one: Call, other: Call) -> tuple[Call, int, int] | None:
    """Return a call with `{n}` for the number in which two calls differ, and both numbers; None if more differs.

    The number may occur at several places of their paths.
    """
    if one._replace(path="", other="") != other._replace(path="", other=""):
        return None
    mine, its = (_NUMBER.split(f"{each.path} {each.other}") for each in (one, other))
    if len(mine) != len(its):
        return None
    pairs = {pair for pair in zip(mine, its, strict=True) if pair[0] != pair[1]}
    if len(pairs) != 1:
        return None
    ((a, b),) = pairs
    if not (a.isdigit() and b.isdigit() and a == str(int(a)) and b == str(int(b))):
        return None
    text = "".join("{n}" if piece != another else piece for piece, another in zip(mine, its, strict=True))
    path, _, taken = text.partition(" ")
    return one._replace(path=path, other=taken), int(a), int(b)
