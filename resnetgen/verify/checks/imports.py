"""The imports of the emitted file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, failed, passed


def check(fixture: ModelFixture) -> Verdict:
    """The file imports torch and nothing else, can be imported itself, and its class constructs a network."""
    names = sorted(set(_imported_packages(Path(fixture.path).read_text(encoding="utf-8"))) - {"torch"})
    if names:
        return failed(f"it imports {', '.join(names)} beside torch")
    network = fixture.initial
    return passed(f"only torch; {type(network).__name__} has {sum(1 for _ in network.modules()):,} modules")


def _imported_packages(source: str) -> Iterator[str]:
    """Yield the top-level packages that a source imports; relative imports start with dots."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + str(node.module or "").partition(".")[0]
