"""Recognition of design spaces among the files that are no valid specs. It costs those that are valid nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
        SpecError: the one raised inside, as it is no space.
    """
    try:
        yield
    except AbstractSpecError:
        raise
    except SpecError:
        from resnetgen.spaces.check import check_space, is_space

        if not is_space(source.data):
            raise
        found: tuple[Diagnostic, ...] = ()
        try:
            check_space(source, allow_outside, find_base)
        except SpecError as error:
            found = error.diagnostics
        raise DesignSpaceError((_is_no_spec(source),), found) from None


def _is_no_spec(source: Source) -> Diagnostic:
    from resnetgen.diagnostics.model import Fault, Place
    from resnetgen.source.extends import Document

    help = "`resnetgen sweep` draws specs from it, and `resnetgen check` tells what is wrong with it"
    fault = Fault("RG118", "this is a design space, which has no network of its own", Place(()), help=help)
    return Document(source.data, (source,)).diagnose(fault)
