"""`code`: the Python file of a tab's network in `form`: `trained` or `deploy`.

The answer has `file`, its name, and `text`, byte for byte what `resnetgen build` writes for the same file beside the
folder `generated`; both are null while the spec has faults.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from resnetgen.source import collection

if TYPE_CHECKING:
    from resnetgen.playground.session import Session

_FOLDER = "generated"
"""The folder that `resnetgen build` writes to, which the path in the header is relative to."""


def answer(session: Session, asked: dict[str, Any]) -> dict[str, Any]:
    """Compile the tab `tab` to Python."""
    from resnetgen.codegen.source_path import origin
    from resnetgen.compiler import deploy_code, deploy_form, source_code

    tab = asked["tab"]
    compiled = session.checked(tab).compiled
    if compiled is None:
        return {"file": None, "text": None}
    path = origin(_path(tab, session.text(tab)), _FOLDER)
    if asked["form"] == "deploy":
        return {"file": f"{deploy_form(compiled).network.name}.py", "text": deploy_code(compiled, path)}
    return {"file": f"{compiled.network.name}.py", "text": source_code(compiled, path)}


def _path(tab: str, text: str) -> Path:
    """Return the file that a tab stands for: that of the collection while it has the text of a shipped spec."""
    shipped = collection.names().get(Path(tab).stem)
    same = shipped is not None and collection.shipped(Path(tab).stem).text.content == text
    return shipped if same and shipped is not None else Path(tab)
