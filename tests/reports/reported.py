"""Reports for the tests of their formats: of small diagnostics made here, and of every case that is at fault."""

from __future__ import annotations

import contextlib
import functools

from resnetgen.api import diagnose
from resnetgen.diagnostics.model import Diagnostic, Edit, Fix, Label, Severity, Span, Text
from resnetgen.reports.report import Report, Result
from tests.subjects import case, case_folders

TEXT = Text("specs/mine.yaml", "extends: resnet18\nname: mine\nact: relo\n")
BASE = Text("resnetgen:resnet18.yaml", "name: resnet18\nact: relu\n")

HOSTILE = (
    "a\n::error::b\r\n::set-output name=a::b",
    "::stop-commands::word",
    "##[error]a",
    "%0A::error::a%25",
    "a, b: c; file=other,line=9::",
    ']]></failure></testcase> & <b a="\'">',
    "\x00\x07\x08\x0b\x0c\x1b[2J\x1b]0;title\x07\x7f\x9b31m",
    "\u202e\u2066bidirectional\u2069\u200f",
    "\u200b\u00ad\ufeff\ufffe\uffff\U0001fffe unseen",
    "a\x85b\u2028c\u2029d",
    "\ud800 \udcff alone",
    "{0} {type: se} }} {{",
    "[here](https://example.org) [here](0)",
    '"\\" \\u0022 \\',
    "\U0001f600 e\u0301 漢字",
    "",
    "a b " * 2000,
)
"""Texts that would end a field, a line or a string early, hide what follows, or be read as more than text."""


def label(text: Text, line: int, first: int, after: int, words: str = "") -> Label:
    return Label(Span(text, line, first, line, after), words)


HERE = label(TEXT, 3, 6, 10, "this")


def fault(
    at: Label = HERE,
    *related: Label,
    severity: Severity = Severity.ERROR,
    message: str = "wrong",
    help: str = "mend it",
    fix: Fix | None = None,
    code: str = "RG204",
) -> Diagnostic:
    return Diagnostic(code, severity, message, at, related, help, fix)


FIX = Fix("write `relu`", (Edit(label(TEXT, 3, 6, 10).span, "relu"),))


def report(*diagnostics: Diagnostic, name: str = "specs/mine.yaml") -> Report:
    """Return a report of one spec."""
    return Report((Result(name, diagnostics),))


def hostile(text: str) -> Report:
    """A report that has a text wherever one can be: in names, contents, messages, words, help and fixes."""
    file = Text(f"specs/{text}.yaml".replace("\ud800", ""), f"name: mine\n{text}")  # which no file can be called
    first, second = (Label(Span(file, 2, column, 2, column + 1), text) for column in (1, 2))
    fix = Fix(text, (Edit(first.span, text),))
    found = (
        Diagnostic("RG204", Severity.ERROR, text, first, (second, label(BASE, 2, 6, 10, text)), text, fix),
        Diagnostic("RG501", Severity.WARNING, text, second, (), text),
    )
    return Report((Result(file.name, found), Result(text, found)))


@functools.cache
def cases() -> tuple[Report, ...]:
    """A report of each spec in tests/cases/ that has something to be said of."""
    reports = []
    for folder in case_folders():
        spec = case(folder).spec
        with contextlib.chdir(spec.parent):  # a case names its own spec without a folder
            found = diagnose(spec.name)
        if found:
            reports.append(report(*found, name=spec.name))
    return tuple(reports)


def whole() -> Report:
    """A report of one kind of everything: errors and warnings, places elsewhere, a fix, a spec that is well."""
    found = (
        fault(label(TEXT, 3, 6, 10, "this"), label(TEXT, 1, 10, 18, "and that"), fix=FIX),
        fault(label(BASE, 2, 6, 10), label(TEXT, 1, 10, 18, "extended here"), code="RG301"),
        fault(label(TEXT, 2, 1, 5), severity=Severity.WARNING, code="RG501", message="unwise", help=""),
    )
    return Report((Result("specs/mine.yaml", found), Result("resnet50", ())))
