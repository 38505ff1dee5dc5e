"""Places as the Language Server Protocol counts them."""

import pytest

from resnetgen.diagnostics.model import Span, Text
from resnetgen.lsp.position_codec import Ruler

TEXT = "a: é\nb: 🦊🦊x\r\nc: e\u0301\rd: \u2028e\n"


@pytest.mark.parametrize(
    ("encoding", "after_foxes", "after_accent", "after_separator"),
    [("utf-8", 11, 6, 7), ("utf-16", 7, 5, 5), ("utf-32", 5, 5, 5)],
)
def test_places_are_lines_and_code_units(
    encoding: str, after_foxes: int, after_accent: int, after_separator: int
) -> None:
    ruler = Ruler(TEXT, encoding)
    assert (1, after_foxes) == ruler.place(TEXT.index("x"))
    assert (2, after_accent) == ruler.place(TEXT.index("\u0301") + 1)
    assert (3, after_separator) == ruler.place(TEXT.index("\u2028") + 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_every_place_leads_back(encoding: str) -> None:
    ruler = Ruler(TEXT, encoding)
    inside = {TEXT.index("\r\n") + 1}  # no place of the protocol is between the two
    for index in set(range(len(TEXT) + 1)) - inside:
        assert index == ruler.index(*ruler.place(index))


def test_a_place_beyond_is_the_end_of_the_line_or_of_the_text() -> None:
    ruler = Ruler(TEXT)
    assert TEXT.index("\r\n") == ruler.index(1, 10**6)
    assert len(TEXT) == ruler.index(10**6, 0)


def test_a_place_inside_of_a_character_is_before_it() -> None:
    assert TEXT.index("🦊") == Ruler(TEXT).index(1, 4)


def test_a_line_of_yaml_is_not_always_a_line_of_the_protocol() -> None:
    text = Text("x", "a: b\x85c: d\n")
    assert ((0, 8), (0, 9)) == Ruler(text.content).span(Span(text, 2, 4, 2, 5))


def test_a_byte_order_mark_counts() -> None:
    ruler = Ruler("a: b\nc: d\n", bom=True)
    assert (0, 4) == ruler.place(3)
    assert 3 == ruler.index(0, 4)
    assert (1, 3) == ruler.place(8)


def test_a_stretch_of_another_text_stays_in_this_one() -> None:
    assert ((1, 0), (1, 0)) == Ruler("a\n").span(Span(Text("x", ""), 9, 9, 9, 12))


def test_half_a_character_has_a_place_too() -> None:
    text = "a: \ud800b"
    assert (0, 5) == Ruler(text).place(5)
    assert 5 == Ruler(text).index(0, 5)
