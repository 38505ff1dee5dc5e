"""Places as the Language Server Protocol counts them."""

import pytest

from resnetgen.diagnostics.model import Span, Text
from resnetgen.lsp.position_codec import PositionCodec

TEXT = "a: é\nb: 🦊🦊x\r\nc: e\u0301\rd: \u2028e\n"


@pytest.mark.parametrize(
    ("encoding", "after_foxes", "after_accent", "after_separator"),
    [("utf-8", 11, 6, 7), ("utf-16", 7, 5, 5), ("utf-32", 5, 5, 5)],
)
def test_places_are_lines_and_code_units(
    encoding: str, after_foxes: int, after_accent: int, after_separator: int
) -> None:
    codec = PositionCodec(TEXT, encoding)
    assert (1, after_foxes) == codec.place(TEXT.index("x"))
    assert (2, after_accent) == codec.place(TEXT.index("\u0301") + 1)
    assert (3, after_separator) == codec.place(TEXT.index("\u2028") + 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_every_place_leads_back(encoding: str) -> None:
    codec = PositionCodec(TEXT, encoding)
    inside = {TEXT.index("\r\n") + 1}  # no place of the protocol is between the two
    for index in set(range(len(TEXT) + 1)) - inside:
        assert index == codec.index(*codec.place(index))


def test_a_place_beyond_is_the_end_of_the_line_or_of_the_text() -> None:
    codec = PositionCodec(TEXT)
    assert TEXT.index("\r\n") == codec.index(1, 10**6)
    assert len(TEXT) == codec.index(10**6, 0)


def test_a_place_inside_of_a_character_is_before_it() -> None:
    assert TEXT.index("🦊") == PositionCodec(TEXT).index(1, 4)


def test_a_line_of_yaml_is_not_always_a_line_of_the_protocol() -> None:
    text = Text("x", "a: b\x85c: d\n")
    assert ((0, 8), (0, 9)) == PositionCodec(text.content).span(Span(text, 2, 4, 2, 5))


def test_a_byte_order_mark_counts() -> None:
    codec = PositionCodec("a: b\nc: d\n", bom=True)
    assert (0, 4) == codec.place(3)
    assert 3 == codec.index(0, 4)
    assert (1, 3) == codec.place(8)


def test_a_stretch_of_another_text_stays_in_this_one() -> None:
    assert ((1, 0), (1, 0)) == PositionCodec("a\n").span(Span(Text("x", ""), 9, 9, 9, 12))


def test_half_a_character_has_a_place_too() -> None:
    text = "a: \ud800b"
    assert (0, 5) == PositionCodec(text).place(5)
    assert 5 == PositionCodec(text).index(0, 5)
