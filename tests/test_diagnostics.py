"""How diagnostics look, as text and as JSON, and the order they are shown in."""

from __future__ import annotations

import json
import re

import pytest

from resnetgen.diagnostics import CATALOGUE, Diagnostic, Label, Severity, Span, Text, sort
from resnetgen.diagnostics import json as as_json
from resnetgen.diagnostics.text import render

DESIGN = """\
specs/mine.yaml:14:49: error[RG301]: identity shortcut cannot join 256x56x56 to 512x28x28
   14 |   layer2: {blocks: 4, channels: 512, stride: 2, shortcut: identity}
      |                       ------------- branch gives 512x28x28
      |                                                 ^^^^^^^^^^^^^^^^^^ shortcut brings 256x56x56 from layer1
   help: use `shortcut: auto`, which puts a 1x1 convolution with stride 2 there
"""

LINE = "  layer2: {blocks: 4, channels: 512, stride: 2, shortcut: identity}"


def label(text: Text, line: int, first: int, after: int, words: str = "") -> Label:
    return Label(Span(text, line, first, line, after), words)


def design() -> Diagnostic:
    text = Text("specs/mine.yaml", "\n" * 13 + LINE + "\n")
    return Diagnostic(
        "RG301",
        Severity.ERROR,
        "identity shortcut cannot join 256x56x56 to 512x28x28",
        label(text, 14, 49, 67, "shortcut brings 256x56x56 from layer1"),
        (label(text, 14, 23, 36, "branch gives 512x28x28"),),
        "use `shortcut: auto`, which puts a 1x1 convolution with stride 2 there",
    )


def simple(content: str, line: int, first: int, after: int, words: str = "", message: str = "wrong") -> Diagnostic:
    return Diagnostic("RG204", Severity.ERROR, message, label(Text("a.yaml", content), line, first, after, words))


def body(diagnostic: Diagnostic) -> str:
    """All but the first row."""
    return render([diagnostic]).partition("\n")[2]


# Text


def test_the_example_of_the_design() -> None:
    assert DESIGN == render([design()])


def test_nothing_to_say() -> None:
    assert "" == render([])


def test_an_empty_line_stands_between_two() -> None:
    assert f"{DESIGN}\n{DESIGN}" == render([design(), design()])


def test_a_warning_says_so() -> None:
    warning = Diagnostic("RG204", Severity.WARNING, "hm", label(Text("a.yaml", "a: 1"), 1, 1, 2))
    assert "a.yaml:1:1: warning[RG204]: hm\n    1 | a: 1\n      | ^\n" == render([warning])


def test_labels_elsewhere_have_their_own_line() -> None:
    text, other = Text("a.yaml", "a: 1\nb: 2\n"), Text("b.yaml", "extends: a\n")
    related = (label(text, 1, 1, 2, "here"), label(other, 1, 10, 11, "extended here"))
    diagnostic = Diagnostic("RG204", Severity.ERROR, "wrong", label(text, 2, 4, 5), related)
    expected = """\
    2 | b: 2
      |    ^
  --> a.yaml:1:1
    1 | a: 1
      | - here
  --> b.yaml:1:10
    1 | extends: a
      |          - extended here
"""
    assert expected == body(diagnostic)


def test_labels_of_another_line_share_it() -> None:
    text = Text("a.yaml", "a: 1\nb: 2\n")
    related = (label(text, 1, 4, 5, "value"), label(text, 1, 1, 2, "key"))
    diagnostic = Diagnostic("RG204", Severity.ERROR, "wrong", label(text, 2, 4, 5), related)
    expected = """\
    2 | b: 2
      |    ^
  --> a.yaml:1:4
    1 | a: 1
      | - key
      |    - value
"""
    assert expected == body(diagnostic)


def test_a_file_that_could_not_be_read_has_no_line() -> None:
    diagnostic = Diagnostic("RG101", Severity.ERROR, "there is no such file", label(Text("a.yaml", ""), 1, 1, 1))
    assert "a.yaml:1:1: error[RG101]: there is no such file\n" == render([diagnostic])


def test_an_empty_span_has_one_caret() -> None:
    assert "    1 | a:\n      |   ^ missing\n" == body(simple("a:", 1, 3, 3, "missing"))


def test_a_span_over_several_lines_is_marked_on_its_first() -> None:
    text = Text("a.yaml", "a: [1,\n  2]")
    diagnostic = Diagnostic("RG204", Severity.ERROR, "wrong", Label(Span(text, 1, 4, 2, 5)))
    assert "    1 | a: [1,\n      |    ^^^\n" == body(diagnostic)


def test_a_span_beyond_the_line_is_cut() -> None:
    assert "    1 | a: 1\n      |    ^\n" == body(simple("a: 1", 1, 4, 99))


def test_a_line_number_of_five_digits_fits() -> None:
    assert "12345 | a\n      | ^\n" == body(simple("\n" * 12344 + "a", 12345, 1, 2))


def test_a_longer_line_number_widens_the_gutter() -> None:
    assert "123456 | a\n       | ^\n" == body(simple("\n" * 123455 + "a", 123456, 1, 2))


def test_tabs_become_spaces() -> None:
    assert "    1 | a:  1   2\n      |         ^\n" == body(simple("a:\t1\t2", 1, 6, 7))


def test_wide_characters_take_two_columns() -> None:
    assert "    1 | 日本: 値 x\n      |       ^^\n" == body(simple("日本: 値 x", 1, 5, 6))


def test_combining_characters_take_none() -> None:
    assert "    1 | e\u0301: 1\n      |    ^\n" == body(simple("e\u0301: 1", 1, 5, 6))


@pytest.mark.parametrize(
    ("character", "shown"),
    [
        ("\x1b", r"\x1b"),
        ("\x00", r"\x00"),
        ("\u202e", r"\u202e"),
        ("\u2066", r"\u2066"),
        ("\u200b", r"\u200b"),
        ("\u200d", r"\u200d"),
        ("\xa0", r"\xa0"),
        ("\ufeff", r"\ufeff"),
        ("\ud800", r"\ud800"),
        ("\U000e0001", r"\U000e0001"),
    ],
)
def test_what_could_deceive_is_spelt_out_in_the_line(character: str, shown: str) -> None:
    expected = f"    1 | a: {shown}b\n      | {' ' * (3 + len(shown))}^\n"
    assert expected == body(simple(f"a: {character}b", 1, 5, 6))


def test_what_could_deceive_is_spelt_out_in_words() -> None:
    text = Text("\x1b[2Ja.yaml", "a")
    diagnostic = Diagnostic("RG204", Severity.ERROR, "\x1b[31m\n", label(text, 1, 1, 2, "\u202e"), (), "\r")
    expected = r"""\x1b[2Ja.yaml:1:1: error[RG204]: \x1b[31m\n
    1 | a
      | ^ \u202e
   help: \r
"""
    assert expected == render([diagnostic])


def test_a_line_of_160_characters_is_whole() -> None:
    assert f"    1 | {'x' * 160}\n" == body(simple("x" * 160, 1, 1, 2)).partition("\n")[0] + "\n"


def test_a_long_line_is_cut_around_the_label() -> None:
    content = "a" * 500 + "HERE" + "b" * 500
    expected = f"    1 | ...{'a' * 60}HERE{'b' * 90}...\n      | {' ' * 63}^^^^ this\n"
    assert expected == body(simple(content, 1, 501, 505, "this"))


def test_a_long_line_is_whole_at_its_start() -> None:
    assert f"    1 | {'a' * 154}...\n      | ^\n" == body(simple("a" * 500, 1, 1, 2))


def test_a_long_line_is_whole_at_its_end() -> None:
    assert f"    1 | ...{'a' * 154}\n      | {' ' * 156}^\n" == body(simple("a" * 500, 1, 500, 501))


def test_labels_far_apart_on_a_long_line_are_shown_apart() -> None:
    text = Text("a.yaml", "a" * 500)
    diagnostic = Diagnostic("RG204", Severity.ERROR, "wrong", label(text, 1, 1, 2), (label(text, 1, 500, 501, "w"),))
    expected = f"""\
    1 | {"a" * 154}...
      | ^
  --> a.yaml:1:500
    1 | ...{"a" * 154}
      | {" " * 156}- w
"""
    assert expected == body(diagnostic)


def test_color_adds_nothing_but_codes() -> None:
    assert DESIGN == re.sub(r"\x1b\[[0-9;]*m", "", render([design()], color=True))


def test_color_marks_the_severity() -> None:
    assert "\x1b[1;31merror[RG301]\x1b[0m" in render([design()], color=True)


# JSON


def test_json() -> None:
    expected = [
        {
            "code": "RG301",
            "severity": "error",
            "message": "identity shortcut cannot join 256x56x56 to 512x28x28",
            "file": "specs/mine.yaml",
            "line": 14,
            "column": 49,
            "end_line": 14,
            "end_column": 67,
            "words": "shortcut brings 256x56x56 from layer1",
            "related": [
                {
                    "file": "specs/mine.yaml",
                    "line": 14,
                    "column": 23,
                    "end_line": 14,
                    "end_column": 36,
                    "words": "branch gives 512x28x28",
                }
            ],
            "help": "use `shortcut: auto`, which puts a 1x1 convolution with stride 2 there",
        }
    ]
    assert json.dumps(expected, indent=2) + "\n" == as_json.render([design()])


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
