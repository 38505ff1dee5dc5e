"""`table`: a tab's network as `resnetgen show` prints it, at `level`: `stages`, `blocks` or `ops`.

The answer has `title`, `facts` (pairs), `columns` (each with `title` and `number`), `rows` (lists of texts), `left_out`
(how many more there are) and `notes`; `facts` is null while the spec has faults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnetgen.diagnostics.terminal import escape

if TYPE_CHECKING:
    from resnetgen.playground.session import Session


def answer(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """Summarize the network of the tab `tab`."""
    from resnetgen.summary import texts
    from resnetgen.summary.network_summary import summarize

    compiled = session.checked(asked["tab"]).compiled
    if compiled is None:
        return {"facts": None}
    summary = summarize(compiled, asked["level"], batch=1, dtype="float32")
    rows = [[escape(cell) for cell in texts.cells_of(row, summary)] for row in summary.rows]
    left = max(0, len(rows) - 1 - texts.MAX_ROWS)
    return {
        "title": escape(summary.network.description),
        "facts": [[name, escape(words)] for name, words in texts.facts(summary)],
        "columns": [{"title": column.title, "number": column.number} for column in (*texts.COLUMNS, texts.SHORTCUT)],
        "rows": [*rows[: texts.MAX_ROWS], rows[-1]] if left else rows,
        "left_out": left,
        "notes": [escape(note) for note in texts.notes(summary)],
    }
