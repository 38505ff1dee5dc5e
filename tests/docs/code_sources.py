"""The table of ARCHITECTURE.md that says which files raise each code, read from the calls in the package."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from resnetgen.codes import pages
from tests.docs.markdown import ROOT, with_generated

PAGE = ROOT / "ARCHITECTURE.md"
PACKAGE = ROOT / "resnetgen"

MOST_FILES = 3
"""The most files that a row names; of a code with more, it names the folders."""


def files(command: str) -> dict[Path, str]:
    """Return ARCHITECTURE.md with its table; `command` is not named there."""
    rows = [f"| {code} | {', '.join(f'`{place}`' for place in _places(found))} |" for code, found in sources().items()]
    table = "\n".join(["| code | raised in `resnetgen/` |", "| --- | --- |", *rows])
    return {PAGE: with_generated(PAGE.read_text(encoding="utf-8"), "code sources", table)}


def _places(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the files, or their folders if there are many."""
    return paths if len(paths) <= MOST_FILES else tuple(dict.fromkeys(f"{path.rpartition('/')[0]}/" for path in paths))


@cache
def sources() -> dict[str, tuple[str, ...]]:
    """Return the files that raise each code, by code, with paths inside the package."""
    found: dict[str, set[str]] = {code: set() for code in pages()}
    for path in PACKAGE.rglob("*.py"):
        for code in _passed(ast.parse(path.read_text(encoding="utf-8"))) & found.keys():
            found[code].add(path.relative_to(PACKAGE).as_posix())
    return {code: tuple(sorted(paths)) for code, paths in found.items()}


def _passed(tree: ast.AST) -> set[str]:
    """Return the codes in the arguments of calls and in defaults; a file that only compares codes raises none."""
    texts = (
        part.value
        for node in ast.walk(tree)
        for value in _arguments(node)
        for part in (value.values if isinstance(value, ast.JoinedStr) else [value])
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    return {code for text in texts for code in re.findall(r"\bRG\d{3}\b", text)}


def _arguments(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Call):
        return [*node.args, *(each.value for each in node.keywords)]
    return node.args.defaults if isinstance(node, ast.FunctionDef) else []
