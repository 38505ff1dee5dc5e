"""Keys of other libraries: each row of the table, at each place where it means something, and elsewhere."""

from typing import NamedTuple

import pytest

from resnetgen.layers import KINDS
from resnetgen.spec.foreign_words import FOREIGN_WORDS, ForeignWord
from tests.diagnostics.fixing import HEAD, fixed_once, found

EVERY_CASE = pytest.mark.parametrize(
    ("row", "place", "key"),
    [
        pytest.param(row, *target.split("."), id=f"{row.word}-{target}")
        for row in FOREIGN_WORDS
        for target in row.targets
    ],
)


def piece(place: str, word: str, key: str) -> str:
    """A piece of a spec with a word where a key of a place would stand."""
    match place:
        case "spec":
            return f"{word}: 1\n"
        case "norm":
            return f"norm: {{type: {'group' if key == 'groups' else 'batch'}, {word}: 1}}\n"
        case "attention":
            return f"block: {{attention: {{type: se, {word}: 1}}}}\n"
        case "any" if key == "act":
            return f"block: {{join: {{{word}: 1}}}}\n"
        case "shortcut" | "any":
            return f"block: {{shortcut: {{type: projection, {word}: 1}}}}\n"
        case "stage":
            return f"stages: {{layer1: {{{word}: 1}}}}\n"
        case "type":
            return f"blocks: {{mine: {{{word}: [{{conv: 3, to: out}}]}}}}\n"
        case "layer" | "stem":
            others = "" if key in KINDS else "conv: 3, " if key == "to" else "conv: 3, to: 8, "
            return f"stem: [{{{others}{word}: 1}}]\n"
    return f"{place}: {{{word}: 1}}\n"


@EVERY_CASE
def test_a_word_gets_its_key_where_that_stands(row: ForeignWord, place: str, key: str) -> None:
    text = HEAD + piece(place, row.word, key)

    about = [each for each in found(text) if f"`{row.word}`" in each.message]

    assert 1 == len(about), [str(each) for each in found(text)]
    said, _, question = about[0].message.partition("; did you mean ")
    assert f"unknown {'layer' if about[0].code == 'RG206' else 'key'} `{row.word}`" == said
    choices = [word.strip("`?") for word in question.replace(" or ", ", ").split(", ")]
    assert key in choices
    assert (row.same and len(choices) == 1) == (about[0].fix is not None)
    if about[0].fix is not None:
        assert HEAD + piece(place, key, key) == fixed_once(text, (about[0],))


@EVERY_CASE
def test_the_key_of_a_row_is_one_of_the_language(row: ForeignWord, place: str, key: str) -> None:
    unknown = [each for each in found(HEAD + piece(place, key, key)) if each.message.startswith("unknown")]
    assert [] == [each for each in unknown if f"`{key}`" in each.message]


@pytest.mark.parametrize("row", FOREIGN_WORDS, ids=lambda row: row.word)
def test_a_word_elsewhere_gets_the_place_and_no_fix(row: ForeignWord) -> None:
    text = f"{HEAD}budget: {{{row.word}: 1}}\n"

    (one,) = found(text)

    assert one.message.startswith(f"unknown key `{row.word}`; did you mean `")
    assert any(key in one.message for key in (target.partition(".")[2] for target in row.targets))
    assert one.fix is None


def test_no_word_has_two_rows_and_none_is_written_otherwise_than_it_is_looked_up() -> None:
    words = [row.word for row in FOREIGN_WORDS]
    assert sorted(set(words)) == sorted(words)
    assert [] == [word for word in words if word != word.lower().replace("-", "_")]
    assert all(row.library and row.targets for row in FOREIGN_WORDS)


class Said(NamedTuple):
    """A piece of a spec, and what is said of it."""

    piece: str
    message: str
    fixed: str = ""


@pytest.mark.parametrize(
    "case",
    [
        Said("num_classes: 10\n", "unknown key `num_classes`; did you mean `head.classes`?"),
        Said("classes: 10\n", "unknown key `classes`; did you mean `head.classes`?"),
        Said("block: {activation: silu}\n", "unknown key `activation`; did you mean `act`?", "block: {act: silu}\n"),
        Said(
            "stem: [{conv: 3, out_channels: 64, stride: 4}]\n",
            "unknown key `out_channels`; did you mean `to`?",
            "stem: [{conv: 3, to: 64, stride: 4}]\n",
        ),
        Said(
            "stem: [{kernel_size: 3, to: 64}]\n",
            "unknown layer `kernel_size`; did you mean `conv`, `max_pool` or `avg_pool`?",
        ),
        Said("stages: {layer1: {planes: 64}}\n", "unknown key `planes`; did you mean `channels` or `mid`?"),
        Said("stages: {layer1: {in_channels: 64}}\n", "unknown key `in_channels`; did you mean `input.channels`?"),
        Said(
            "head: {Num-Classes: 10}\n", "unknown key `Num-Classes`; did you mean `classes`?", "head: {classes: 10}\n"
        ),
        Said("head: {num_classes: 10, classes: 10}\n", "unknown key `num_classes`; did you mean `classes`?"),
        Said(
            "convolution: SpectralNorm\n",
            "unknown `convolution` 'SpectralNorm'; did you mean `spectral_norm`?",
            "convolution: spectral_norm\n",
        ),
        Said("inplanes: 64\n", "unknown key `inplanes`; did you mean `to` in a layer of `stem`?"),
    ],
    ids=lambda case: case.piece.strip(),
)
def test_what_is_said(case: Said) -> None:
    (one,) = found(HEAD + case.piece)
    assert case.message == one.message
    assert HEAD + (case.fixed or case.piece) == fixed_once(HEAD + case.piece, (one,))


def test_a_word_stands_for_the_key_that_is_missing() -> None:
    text = "name: mine\nin_channels: 3\ninput: {size: 32}\nstem: []\nstages: {a: {blocks: 1, channels: 3}}\nhead: {}\n"
    assert ["RG201"] == [each.code for each in found(text)]
