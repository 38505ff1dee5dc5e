"""`hover`: what the language server tells of the key or the value at `offset`.

The answer has `text`, in Markdown and empty for nothing, `start` and `end`. Offsets are UTF-16 code units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnetgen.lsp.hover import hover
from resnetgen.playground.offsets import to_index, to_units

if TYPE_CHECKING:
    from resnetgen.playground.session import Session


def answer(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """Tell about a place in the tab `tab`."""
    tab, text = asked["tab"], session.text(asked["tab"])
    found = hover(session.workspace, tab, to_index(text, asked["offset"]))
    if found is None:
        return {"text": "", "start": 0, "end": 0}
    return {"text": found.text, "start": to_units(text, found.start), "end": to_units(text, found.end)}
