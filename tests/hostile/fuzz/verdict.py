"""The properties of the compiler on any text: it reports errors, or it compiles."""

from __future__ import annotations

import json
import os
import time
from functools import lru_cache
from typing import NoReturn

from resnetgen.compiler import compile_source, source_code
from resnetgen.diagnostics.model import Diagnostic, Edit, Label
from resnetgen.diagnostics.text import render
from resnetgen.errors import SpecError
from resnetgen.reports import Format, renderer
from resnetgen.reports.report import Report, Result
from resnetgen.source.source import parse
from resnetgen.unicode import is_visible
from tests.subjects import CASES

FORMATS = [renderer(form) for form in Format if form not in (Format.TEXT, Format.JSON)]
"""The other ways to write down what was found, beside that for people and JSON."""

NAME = os.path.relpath(CASES / "fuzz" / "spec.yaml")
"""The name of the texts: that of a case, so that they may extend the same bases."""

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
    start = time.monotonic()
    try:
        outcome = _outcome(text)
        if time.monotonic() - start > SECONDS:  # others may have had the processor
            start = time.process_time()
            _outcome(text)
            seconds = time.process_time() - start
            if seconds > SECONDS:
                _fail(f"it took {seconds:.1f} s")
    except Fault:
        raise
    except Exception as error:  # of any kind: none of them may leave the compiler
        raise Fault(f"{type(error).__name__}: {error}") from error
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
    if not all(map(is_visible, source.split("\n"))):
        _fail("the source has characters that hide")
    _parsed(source)


@lru_cache(maxsize=256)  # many mutants of one spec are one network
def _parsed(source: str) -> None:
    try:
        compile(source.encode(), "<emitted>", "exec")  # of bytes, as an import reads it
    except SyntaxError as error:
        _fail(f"the source is no Python: {error}")


def _judge_messages(diagnostics: tuple[Diagnostic, ...]) -> None:
    for diagnostic in diagnostics:
        for edit in diagnostic.fix.edits if diagnostic.fix is not None else ():
            if not is_within(edit):
                _fail(f"an edit outside of its text: {diagnostic.message} at {edit.span[1:]}")
        for label in (diagnostic.primary, *diagnostic.related):
            if not is_inside(label):
                _fail(f"a label outside of its text: {diagnostic.message} at {label.span[1:]}")
    shown = render(diagnostics)
    if len(shown) > MOST_SHOWN:
        _fail(f"{len(shown)} characters of messages")
    if not all(map(is_visible, shown.split("\n"))):
        _fail("a control character in a message")
    shown.encode()
    report = Report((Result(NAME, diagnostics),))
    for write in FORMATS if len(shown) % 4 == 0 else ():  # one in four: they take longer than all else together
        write(report).encode()
    rendered = json.loads(renderer(Format.JSON)(report))["diagnostics"]
    if len(rendered) != len({*diagnostics}):
        _fail("messages lost on the way to JSON")


def is_inside(label: Label) -> bool:
    """Return whether a label's ends lie on its text: at a character of a line, or right after the last one."""
    span = label.span
    start, end = (span.line, span.column), (span.end_line, span.end_column)
    lines = span.text.place(len(span.text.content))[0]
    first, last = len(span.text.line(span.line)) + 1, len(span.text.line(span.end_line)) + 2
    return (1, 1) <= start <= end and span.end_line <= lines and span.column <= first and 1 <= span.end_column <= last


def is_within(edit: Edit) -> bool:
    """Return whether an edit's ends lie in its text; the line after the last is its end."""
    text, line, column, end_line, end_column = edit.span
    return 0 <= text.index(line, column) <= text.index(end_line, end_column) <= len(text.content)


def _fail(why: str) -> NoReturn:
    raise Fault(why)
