"""The notebook of the docs shows what its cells give."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import io
import json
from typing import Any

import pytest

from tests.docs.make_notebook import NOTEBOOK, executed, text

BOOK: dict[str, Any] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))


def shown(value: object) -> dict[str, str]:
    """What Jupyter shows of a value, by type."""
    html = value._repr_html_() if hasattr(value, "_repr_html_") else None
    return {"text/plain": repr(value)} | ({} if html is None else {"text/html": html})


def run(source: str, names: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Run a cell: what it prints, and what is shown of its last expression."""
    *body, last = ast.parse(source).body
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        if not isinstance(last, ast.Expr):
            exec(compile(ast.Module([last], []), "cell", "exec"), names)
            return printed.getvalue(), {}
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    return printed.getvalue(), {} if value is None else shown(value)


def test_the_stored_outputs_are_those_of_the_cells() -> None:
    names: dict[str, Any] = {}
    cells = [cell for cell in BOOK["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 5
    for cell in cells:
        printed, found = run("".join(cell["source"]), names)
        stored: dict[str, str] = {}
        for output in cell["outputs"]:
            assert output["output_type"] in ("stream", "execute_result"), output
            stored |= {kind: "".join(content) for kind, content in output.get("data", {}).items()}
        text_of = "".join("".join(each["text"]) for each in cell["outputs"] if each["output_type"] == "stream")
        assert (printed, found.keys()) == (text_of, stored.keys())
        for kind, content in found.items():
            assert content.rstrip("\n") == stored[kind].rstrip("\n"), kind


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("nbclient") is None, reason="the extra `notebook` is not installed")
@pytest.mark.filterwarnings("ignore::Warning")  # those of Jupyter's own packages
def test_jupyter_shows_the_same() -> None:
    assert NOTEBOOK.read_text(encoding="utf-8") == text(executed())
