"""Run the notebook of the docs and store what it shows: `python -m tests.docs.make_notebook`. It needs Jupyter."""

from __future__ import annotations

import json
from typing import Any

from tests.docs.markdown import ROOT

NOTEBOOK = ROOT / "docs" / "tutorial" / "residual.ipynb"


def executed() -> dict[str, Any]:
    """Return the notebook with the outputs of a run, without what differs between runs."""
    import nbclient
    import nbformat

    book = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(book, timeout=300, kernel_name="python3").execute()
    for cell in book.cells:
        cell.metadata.clear()
    book.metadata = nbformat.NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    found: dict[str, Any] = json.loads(nbformat.writes(book))
    return found


def text(book: dict[str, Any]) -> str:
    """Return a notebook as its file."""
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    NOTEBOOK.write_text(text(executed()), encoding="utf-8")
