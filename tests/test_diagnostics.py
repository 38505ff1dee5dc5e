"""Diagnostics as JSON, the order they are shown in, and the catalogue of codes."""

from __future__ import annotations

import json
import re

from resnetgen.diagnostics import CATALOGUE, Diagnostic, Label, Severity, Span, Text, sort
from resnetgen.diagnostics import json as as_json


def label(text: Text, line: int, first: int, after: int, words: str = "") -> Label:
    return Label(Span(text, line, first, line, after), words)


# JSON


def test_json() -> None:
    text = Text("a.yaml", "a: 1\nb: 2\n")
    diagnostic = Diagnostic(
        "RG204", Severity.WARNING, "wrong", label(text, 2, 4, 5, "this"), (label(text, 1, 1, 2, "that"),), "mend it"
    )
    expected = [
        {
            "code": "RG204",
            "severity": "warning",
            "message": "wrong",
            "file": "a.yaml",
            "line": 2,
            "column": 4,
            "end_line": 2,
            "end_column": 5,
            "words": "this",
            "related": [{"file": "a.yaml", "line": 1, "column": 1, "end_line": 1, "end_column": 2, "words": "that"}],
            "help": "mend it",
        }
    ]
    assert json.dumps(expected, indent=2) + "\n" == as_json.render([diagnostic])


def test_json_of_nothing_is_an_empty_list() -> None:
    assert "[]\n" == as_json.render([])


# Order


def at(name: str, line: int, column: int, code: str = "RG204") -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, "wrong", label(Text(name, ""), line, column, column))


def test_sort_orders_by_line_column_and_code() -> None:
    first, second, third, fourth = at("a", 1, 2), at("a", 2, 1, "RG201"), at("a", 2, 1), at("a", 2, 3)
    assert (first, second, third, fourth) == sort([fourth, third, second, first])


def test_sort_keeps_files_in_the_order_they_appear() -> None:
    assert (at("z", 1, 1), at("z", 2, 1), at("a", 1, 1)) == sort([at("z", 2, 1), at("a", 1, 1), at("z", 1, 1)])


def test_sort_drops_what_is_said_twice() -> None:
    assert (at("a", 1, 1),) == sort([at("a", 1, 1), at("a", 1, 1)])


# The catalogue


def test_codes_are_in_order() -> None:
    assert sorted(CATALOGUE) == list(CATALOGUE)


def test_codes_have_one_form() -> None:
    assert [] == [code for code in CATALOGUE if re.fullmatch(r"RG[1-9][0-9]{2}", code) is None]


def test_titles_are_one_line() -> None:
    assert [] == [title for title in CATALOGUE.values() if "\n" in title or not title]
