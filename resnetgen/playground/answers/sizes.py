"""`sizes`: the input sizes that a tab's network takes, and the maps at one of them.

`size` is a list of pixels along each axis, of one number for all axes, or null for the spec's own.

The answer has `domain` (a sentence; null while the spec has faults), `axes` (each with `name` and `sizes`, a text),
`size`, `fault` (why this size does not work; empty if it does), `nearest` (the next size that works, or null),
`min_batch` and `rows`: pairs of a part and its output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnetgen.analysis.input_domain import AXIS_NAMES, InputDomain
from resnetgen.analysis.input_sizes import input_domain
from resnetgen.compiler import Compiled, compile_document
from resnetgen.diagnostics.terminal import escape
from resnetgen.errors import SpecError
from resnetgen.ops.window import by_axis
from resnetgen.schema.fields import LARGEST_EXTENT

if TYPE_CHECKING:
    from resnetgen.playground.session import Session

_UNKNOWN = "The total stride is too large to search for the sizes that work."


def answer(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """Tell which input sizes the network of the tab `tab` takes."""
    compiled = session.checked(asked["tab"]).compiled
    if compiled is None:
        return {"domain": None}
    domain = input_domain(compiled.network)
    size = tuple(asked["size"] or compiled.network.size)
    size = size * compiled.network.rank if len(size) == 1 else size
    names = AXIS_NAMES[compiled.network.rank]
    sizes = ["unknown"] * len(names) if domain is None else [axis.describe() for axis in domain.axes]
    fault, rows = _at(compiled, size)
    return {
        "domain": _UNKNOWN if domain is None else domain.describe(),
        "axes": [{"name": name, "sizes": words} for name, words in zip(names, sizes, strict=True)],
        "size": list(size),
        "fault": fault,
        "nearest": _nearest(domain, size) if fault else None,
        "min_batch": 1 if fault or domain is None else domain.min_batch(size),
        "rows": rows,
    }


def _at(compiled: Compiled, size: tuple[int, ...]) -> tuple[str, list[list[str]]]:
    """Return the reason why a size does not work, and the outputs of the parts where it does."""
    from resnetgen.summary.rows import STAGES, rows

    if len(size) != compiled.network.rank or not all(1 <= extent <= LARGEST_EXTENT for extent in size):
        count = len(AXIS_NAMES[compiled.network.rank])
        numbers = "a number" if count == 1 else f"{count} numbers"
        return f"an input size is {numbers} from 1 to {LARGEST_EXTENT:,}", []
    try:
        found = compile_document(compiled.document, size)
    except SpecError as error:
        return "; ".join(escape(each.message) for each in error.diagnostics), []
    return "", [[escape(row.name), by_axis(row.output)] for row in rows(found.trace, STAGES)]


def _nearest(domain: InputDomain | None, size: tuple[int, ...]) -> list[int] | None:
    """Return the next size along each axis that works; None if that is not known."""
    if domain is None or domain.is_empty or len(size) != len(domain.axes):
        return None
    found = tuple(axis.next_size(extent) for axis, extent in zip(domain.axes, size, strict=True))
    return list(found if found in domain else domain.smallest_size())
