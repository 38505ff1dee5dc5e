"""The bounds of a spec that is data of Python, before it becomes text: those of a text, with shared parts expanded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from resnetgen.diagnostics.model import Diagnostic, Label, Severity, Span, Text
from resnetgen.errors import SpecError, WorkLimitError
from resnetgen.source.source import MAX_SIZE
from resnetgen.source.yaml_events import MAX_DEPTH, MAX_NODES
from resnetgen.work_budget import WorkBudget


def check_bounds(data: object, name: str) -> None:
    """Check that data is no larger and no deeper than a spec may be; what contains itself is too deep.

    Args:
        data: the spec, or a value of it.
        name: what messages call it.

    Raises:
        SpecError: it is too large or too deep.
    """
    entries, characters = WorkBudget(MAX_NODES + 1), WorkBudget(MAX_SIZE)
    open_: list[Iterator[object]] = [iter([data])]
    try:
        while open_:
            value = next(open_[-1], open_)
            if value is open_:  # no value of the data: this mapping or list has ended
                open_.pop()
                continue
            entries.spend()
            if isinstance(value, str):
                characters.spend(len(value))
            elif isinstance(value, Mapping | list | tuple | set | frozenset):
                open_.append(_items(value))
                if len(open_) > MAX_DEPTH + 1:
                    raise _error(name, f"mappings and lists are nested more than {MAX_DEPTH} deep")
    except WorkLimitError as error:
        what = f"{MAX_SIZE:,} characters" if error.limit == MAX_SIZE else f"{MAX_NODES:,} keys and values"
        raise _error(name, f"more than {what}") from None


def _items(value: Mapping[Any, object] | Iterable[object]) -> Iterator[object]:
    if isinstance(value, Mapping):
        return (each for entry in value.items() for each in entry)
    return iter(value)


def _error(name: str, message: str) -> SpecError:
    span = Span(Text(name, ""), 1, 1, 1, 1)
    help = "write equal blocks in a row as one entry, with `repeat`"
    return SpecError((Diagnostic("RG107", Severity.ERROR, message, Label(span), (), help),))
