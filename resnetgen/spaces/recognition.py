"""Recognition of design spaces among the files that are no valid specs. It costs those that are valid nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from resnetgen.errors import AbstractSpecError, DesignSpaceError, SpecError

if TYPE_CHECKING:
    from resnetgen.diagnostics.model import Diagnostic
    from resnetgen.source.extends import FindBase
    from resnetgen.source.source import Source


@contextmanager
def spaces_recognized(source: Source, allow_outside: bool = False, find_base: FindBase | None = None) -> Iterator[None]:
    """Tell of a spec that turned out wrong inside whether it is a space. The arguments are those of `check_space`.

    Raises:
        DesignSpaceError: it is a space.
        SpecError: it extends a space; or the one raised inside.
    """
    try:
        yield
    except AbstractSpecError:
        raise
    except SpecError:
        from resnetgen.spaces.check import check_space
        from resnetgen.spaces.find_ranges import is_space

        if not is_space(source.data):
            _check_bases(source, allow_outside, find_base)
            raise
        found: tuple[Diagnostic, ...] = ()
        try:
            check_space(source, allow_outside, find_base)
        except SpecError as error:
            found = error.diagnostics
        raise DesignSpaceError((_is_no_spec(source),), found) from None


def _check_bases(source: Source, allow_outside: bool, find_base: FindBase | None) -> None:
    """Check that a wrong spec extends no space: its ranges would be faults, one by one.

    Raises:
        SpecError: it does.
    """
    from resnetgen.compiler import read_document
    from resnetgen.spaces.find_ranges import extended_space

    document = None
    with suppress(SpecError):  # it cannot be read, which is known
        document = read_document(source, allow_outside, find_base)
    if document is not None and (found := extended_space(document)) is not None:
        raise SpecError((found,)) from None


def _is_no_spec(source: Source) -> Diagnostic:
    from resnetgen.diagnostics.model import Fault, Place
    from resnetgen.source.extends import Document

    help = "`resnetgen sweep` draws specs from it, and `resnetgen check` tells what is wrong with it"
    fault = Fault("RG118", "this is a design space, which has no network of its own", Place(()), help=help)
    return Document(source.data, (source,)).diagnose(fault)
