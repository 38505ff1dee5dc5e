"""`complete`: the completions at `offset`, as the language server gives them.

The answer has `items`: each with `label`, `insert`, `start`, `kind` and `about`, which is Markdown. Offsets are UTF-16
code units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnetgen.lsp.completion import complete
from resnetgen.playground.offsets import to_index, to_units

if TYPE_CHECKING:
    from resnetgen.playground.session import Session


def answer(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """Complete the text of the tab `tab`."""
    document = session.workspace.spec(asked["tab"])
    assert document is not None, "every tab is a spec"
    found = complete(session.workspace, document, to_index(document.text, asked["offset"]))
    return {"items": [{**item._asdict(), "start": to_units(document.text, item.start)} for item in found]}
