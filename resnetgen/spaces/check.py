"""The check of a space: what is wrong with its ranges and constraints, and with the specs that are drawn from it."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.compiler import compile_document
from resnetgen.diagnostics.model import Diagnostic, Fault, Place
from resnetgen.errors import SpecError
from resnetgen.source.extends import FindBase
from resnetgen.source.source import Source
from resnetgen.spaces.space import Space, read_space

_DRAWN = 16
"""The specs that are drawn until one is valid."""


def check_space(source: Source, allow_outside: bool = False, find_base: FindBase | None = None) -> None:
    """Check a space as far as a few specs of it tell. One of them has to be valid; it may violate constraints.

    Args:
        source: the file.
        allow_outside: let it extend files outside its project.
        find_base: finds what it extends; by default in files and in the collection.

    Raises:
        SpecError: the space is wrong, or so are all of the specs, each by the same faults.
    """
    space = read_space(source, allow_outside, find_base)
    common: dict[tuple[object, ...], Diagnostic] | None = None
    for faults in _faults(space):
        if not faults:
            return
        found = {_place(each): each for each in faults}
        common = found if common is None else {key: each for key, each in common.items() if key in found}
        if not common:
            return
    if common is None:
        help = "widen the ranges of the line, or name another number of stages"
        message = f"none of {_DRAWN} lines that were drawn has as many stages as names"
        raise SpecError((space.diagnose(Fault("RG117", message, Place(("stages", "regnet_line")), help=help)),))
    raise SpecError(tuple(each._replace(fix=None) for each in common.values()))


def _faults(space: Space) -> Iterator[tuple[Diagnostic, ...]]:
    """Yield the faults of some specs of a space; none for those that are valid."""
    for number in range(_DRAWN):
        patch = space.draw(0, number)
        if patch is None:
            continue
        try:
            compile_document(space.document(patch))
        except SpecError as error:
            yield error.diagnostics
        else:
            yield ()


def _place(fault: Diagnostic) -> tuple[object, ...]:
    span = fault.primary.span
    return fault.code, span.text.name, span.line, span.column
