"""What must hold of any text that is given for a spec: it is told what is wrong, or it becomes Python."""

from __future__ import annotations

import ast
import json
import os
import time
from functools import lru_cache
from typing import NoReturn

from resnetgen.compiler import compile_source, source_code
from resnetgen.diagnostics.model import Diagnostic, Label, SpecError
from resnetgen.diagnostics.text import render
from resnetgen.reports import FORMATS, Report, Result, renderer
from resnetgen.source import parse
from tests.subjects import CASES

NAME = os.path.relpath(CASES / "fuzz" / "spec.yaml")
"""What the texts are called: as a case is, so that they may extend what a case extends."""

SECONDS = 5.0
"""Of the processor's time. The slowest good text takes half of one on an idle machine; a shared one has pauses."""

MOST_SHOWN = 150_000
"""Characters of all the messages about one text: a hundred of them, each with a few clipped lines."""

OUTCOMES = ("refused", "emitted")


class Fault(Exception):
    """A text that the compiler did not deal with as it should."""


def verdict(text: str) -> str:
    """Compile a text, and give which of the `OUTCOMES` it came to.

    Raises:
        Fault: neither, or not as promised.
    """
    start = time.process_time()
    try:
        outcome = _outcome(text)
    except Fault:
        raise
    except Exception as error:  # of any kind: none of them may leave the compiler
        raise Fault(f"{type(error).__name__}: {error}") from error
    seconds = time.process_time() - start
    if seconds > SECONDS:
        _fail(f"it took {seconds:.1f} s")
    return outcome


def _outcome(text: str) -> str:
    try:
        compiled = compile_source(parse(text, NAME))
    except SpecError as error:
        if not error.diagnostics:
            _fail("an error without a message")
        _judge_messages(error.diagnostics)
        return "refused"
    _judge_messages(compiled.warnings)
    _judge_source(source_code(compiled, NAME))
    return "emitted"


def _judge_source(source: str) -> None:
    hidden = {character for character in source if not character.isprintable() and character != "\n"}
    if hidden:
        _fail(f"the source has {sorted(hidden)!r}")
    _parsed(source)


@lru_cache(maxsize=256)  # many mutants of one spec are one network
def _parsed(source: str) -> None:
    try:
        compile(ast.parse(source), "<emitted>", "exec")
    except SyntaxError as error:
        _fail(f"the source is no Python: {error}")


def _judge_messages(diagnostics: tuple[Diagnostic, ...]) -> None:
    for diagnostic in diagnostics:
        for label in (diagnostic.primary, *diagnostic.related):
            if not is_inside(label):
                _fail(f"a label outside of its text: {diagnostic.message} at {label.span[1:]}")
    shown = render(diagnostics)
    if len(shown) > MOST_SHOWN:
        _fail(f"{len(shown)} characters of messages")
    if not all(character.isprintable() or character == "\n" for character in shown):
        _fail("a control character in a message")
    shown.encode()
    report = Report((Result(NAME, diagnostics),))
    for form in FORMATS:
        renderer(form)(report).encode()
    told = json.loads(renderer("json")(report))["diagnostics"]
    if len(told) != len({*diagnostics}):
        _fail("messages lost on the way to JSON")


def is_inside(label: Label) -> bool:
    """Whether a label is on a line of its text, between its first character and the place after its last."""
    span = label.span
    lines = span.text.place(len(span.text.content))[0]
    length = len(span.text.line(span.line))
    return span.line <= lines and 1 <= span.column <= length + 1 and span.column <= span.end_column <= length + 2


def _fail(why: str) -> NoReturn:
    raise Fault(why)
