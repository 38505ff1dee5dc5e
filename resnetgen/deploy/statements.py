"""The body of `convert`: a statement for each call, in loops over blocks, and over operators that are numbered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from resnetgen.deploy.calls import Call, Group, Places
from resnetgen.emit.python import call, exploded, quoted

FEWEST = 3
"""So many calls that differ in a number alone are a loop."""

Written = Callable[[Call, Callable[[str], str]], tuple[str, list[str]]]
"""The function and the arguments of a call, given what writes a path."""

_NUMBER = re.compile(r"(\d+)")


def statements(groups: Sequence[Group], written: Written) -> Iterator[str]:
    """The statements of all groups, four columns in; the first line of each has its indent too."""
    for group in groups:
        yield from _statements(group, written)


def _statements(group: Group, written: Written) -> Iterator[str]:
    places = group.places
    if not places:
        yield from _body(group.calls, "", 4, written)
    elif all(place.end == place.first + 1 for place in places):
        blocks = [f"{place.path}.{place.first}" for place in places]
        if len(blocks) == 1:
            yield from _body(group.calls, blocks[0], 4, written)
        else:
            yield _loop("block", [quoted(block) for block in blocks], 4)
            yield from _body(group.calls, "{block}", 8, written)
    elif len(places) == 1:
        yield f"    for i in range({_bounds(places[0])}):"
        yield from _block(group, f"{places[0].path}.{{i}}", 8, written)
    else:
        yield from _by_stage(group, written)


def _by_stage(group: Group, written: Written) -> Iterator[str]:
    """A loop over stages with one over blocks in it; where these begin is written in if all begin alike."""
    firsts = {place.first for place in group.places}
    if len(firsts) == 1:
        first = firsts.pop()
        pairs = [f"({quoted(place.path)}, {place.end})" for place in group.places]
        yield _loop("stage, blocks", pairs, 4)
        yield f"        for i in range({first}, blocks):" if first else "        for i in range(blocks):"
    else:
        triples = [f"({quoted(place.path)}, {place.first}, {place.end})" for place in group.places]
        yield _loop("stage, first, end", triples, 4)
        yield "        for i in range(first, end):"
    yield from _block(group, "{stage}.{i}", 12, written)


def _bounds(place: Places) -> str:
    return f"{place.first}, {place.end}" if place.first else str(place.end)


def _block(group: Group, path: str, indent: int, written: Written) -> Iterator[str]:
    """What is done for one block, whose path has a name of its own."""
    yield f'{" " * indent}block = f"{path}"'
    yield from _body(group.calls, "{block}", indent, written)


def _loop(target: str, items: list[str], indent: int) -> str:
    line = call("", items, indent=indent, before=f"for {target} in ", after=":")
    text = line if "\n" not in line else exploded("", items, indent=indent, before=f"for {target} in ", after=":")
    return " " * indent + text


def _body(calls: Sequence[Call], before: str, indent: int, written: Written) -> Iterator[str]:
    index = 0
    while index < len(calls):
        numbers = _numbered(calls[index:])
        if len(numbers) >= FEWEST:
            yield _loop("n", [str(number) for number in numbers], indent) if not _counts(numbers) else (
                f"{' ' * indent}for n in range({len(numbers)}):"
            )
            yield _statement(_with_number(calls[index], numbers[0]), before, indent + 4, written)
        else:
            numbers = numbers[:1]
            yield _statement(calls[index], before, indent, written)
        index += max(len(numbers), 1)


def _counts(numbers: list[int]) -> bool:
    return numbers == list(range(len(numbers)))


def _statement(one: Call, before: str, indent: int, written: Written) -> str:
    def path(name: str) -> str:
        text = f"{before}.{name}" if before else name
        return f"f{quoted(text)}" if "{" in text else quoted(text)

    function, arguments = written(one, path)
    return " " * indent + call(function, ["weights", *arguments], indent=indent)


def _numbered(calls: Sequence[Call]) -> list[int]:
    """The number of each call from the first on that is the first but for a number; none where it has none."""
    return []


def _with_number(one: Call, number: int) -> Call:
    return one
