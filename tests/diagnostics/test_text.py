"""The text rendering of diagnostics."""

from __future__ import annotations

import re

import pytest

from resnetgen.diagnostics import Diagnostic, Label, Severity, Span, Text
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
