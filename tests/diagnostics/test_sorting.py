"""The order that diagnostics are shown in."""

from __future__ import annotations

from resnetgen.diagnostics import Diagnostic, Label, Severity, Span, Text, sort


def label(text: Text, line: int, first: int, after: int, words: str = "") -> Label:
    return Label(Span(text, line, first, line, after), words)


def at(name: str, line: int, column: int, code: str = "RG204") -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, "wrong", label(Text(name, ""), line, column, column))


def test_sort_orders_by_line_column_and_code() -> None:
    first, second, third, fourth = at("a", 1, 2), at("a", 2, 1, "RG201"), at("a", 2, 1), at("a", 2, 3)
    assert (first, second, third, fourth) == sort([fourth, third, second, first])


def test_sort_keeps_files_in_the_order_they_appear() -> None:
    assert (at("z", 1, 1), at("z", 2, 1), at("a", 1, 1)) == sort([at("z", 2, 1), at("a", 1, 1), at("z", 1, 1)])


def test_sort_drops_what_is_said_twice() -> None:
    assert (at("a", 1, 1),) == sort([at("a", 1, 1), at("a", 1, 1)])
