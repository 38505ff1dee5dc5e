"""The lines of a network's code, each with the parts of the spec that it comes from."""

from __future__ import annotations

from resnetgen.codegen import emit_lines
from resnetgen.codegen.printer import Line
from resnetgen.compiler import Compiled, settings
from resnetgen.source.digest import digest


def code_lines(compiled: Compiled, origin: str) -> list[Line]:
    """Return the lines of the source that `build` writes.

    Args:
        compiled: the spec.
        origin: the name of the spec in the header of the file.
    """
    document = compiled.document
    return emit_lines(compiled.trace, origin=origin, digest=digest(document), settings=settings(document))
