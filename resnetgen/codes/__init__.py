"""The catalogue: every code of a diagnostic, with its page.

The page of a lint's code is the docstring of the lint. The other codes are raised in several places, before the lints
run; their pages are the docstrings of classes named after the codes, with one file per hundred or subject.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType

from resnetgen.codes.page import Example, Page, page
from resnetgen.lint import ERRORS, RULES, UNUSED_IGNORE, unused_ignores

__all__ = ["HUNDREDS", "Example", "Page", "ignoring", "is_warning", "message", "pages", "warnings"]

HUNDREDS: dict[str, str] = {
    "1": "reading the spec and its bases",
    "2": "the spec language",
    "3": "the network: shapes, groups and strides",
    "4": "the input",
    "5": "warnings: style and risk",
    "6": "output",
    "7": "weights",
    "8": "running a network",
    "9": "bugs in resnetgen",
}
"""The subject of the codes of each hundred."""


@cache
def pages() -> dict[str, Page]:
    """Return the page of each code, in the order of the codes."""
    from resnetgen.codes import (
        abstract,
        export,
        imports,
        inputs,
        internal,
        language,
        network,
        output,
        runtime,
        source,
        spaces,
        weights,
    )

    docstrings = {code: str(found.__doc__) for code, found in (*RULES, (UNUSED_IGNORE, unused_ignores))}
    modules = (source, abstract, imports, spaces, language, network, inputs, output, weights, runtime, export, internal)
    for module in modules:
        docstrings |= _docstrings(module)
    return {code: page(code, docstrings[code]) for code in sorted(docstrings)}


def _docstrings(module: ModuleType) -> dict[str, str]:
    return {name: str(value.__doc__) for name, value in vars(module).items() if name.startswith("RG")}


def message(code: str) -> str:
    """Return the exact output of resnetgen for a page's `fails` example; empty for a page without one.

    It is recorded (`make golden`), since an example may need a shell.
    """
    path = Path(__file__).parent / "messages" / f"{code}.txt"
    return path.read_text(encoding="utf-8") if pages()[code].fails is not None else ""


def is_warning(code: str) -> bool:
    """Return whether a code is that of a warning, which a spec can ignore; all others are errors."""
    return code in warnings()


def ignoring(code: str) -> str:
    """Return the hint that shows how a spec ignores a warning; empty for a code that cannot be ignored."""
    if code == UNUSED_IGNORE or not is_warning(code):
        return ""
    return f"Where it is meant, the spec says why: `ignore: {{{code}: ...}}`."


def warnings() -> tuple[str, ...]:
    """Return the codes of warnings, which a spec can ignore: style and risk, but not an exceeded budget."""
    return tuple(sorted((*(code for code, _ in RULES if code not in ERRORS), UNUSED_IGNORE)))
