"""Errors in the text of a spec, hostile texts included."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnetgen.diagnostics import Diagnostic
from resnetgen.errors import SpecError
from resnetgen.source.source import MAX_SIZE, parse


def diagnostics(content: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as caught:
        parse(content, "spec.yaml")
    return caught.value.diagnostics


def faults(content: str) -> list[tuple[str, int, int, str]]:
    """Code, line, column and message of all that is wrong with a text."""
    return [(d.code, d.primary.span.line, d.primary.span.column, d.message) for d in diagnostics(content)]


def codes(content: str) -> list[str]:
    return [d.code for d in diagnostics(content)]


def test_a_trap_is_reported_at_the_scalar() -> None:
    assert [("RG105", 2, 4, "`no` means false in YAML 1.1")] == faults("a: 1\nb: no")


def test_a_trap_as_a_key_wants_quotes() -> None:
    assert ["put it in quotes"] == [d.help for d in diagnostics("on: 1")]


def test_a_duplicate_key_shows_the_first() -> None:
    (fault,) = diagnostics("a: 1\nb: 2\na: 3")
    assert ("RG104", 3, "duplicate key `a`") == (fault.code, fault.primary.span.line, fault.message)
    assert [(1, "first written here")] == [(label.span.line, label.words) for label in fault.related]


def test_a_duplicate_key_is_found_at_any_depth() -> None:
    assert [("RG104", 1, 11, "duplicate key `x`")] == faults("a: [{x: 1,x: 2}]")


def test_quotes_make_no_other_key() -> None:
    assert ["RG104"] == codes("a: 1\n'a': 2")


def test_all_independent_faults_are_reported_in_order() -> None:
    content = "a: 1\na: no\nb: {c: 010, c: 1}\nd: 1e5"
    assert ["RG104", "RG105", "RG105", "RG104", "RG105"] == codes(content)


def test_faults_before_one_that_ends_the_reading_are_reported_too() -> None:
    assert ["RG105", "RG109"] == codes("a: no\n? [x]\n: 1")


def test_reading_stops_at_a_hundred_faults() -> None:
    assert 100 == len(diagnostics("\n".join(f"k{i}: no" for i in range(300))))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a: !x 1", ("RG109", 1, 4, "a spec cannot have tags such as `!x`")),
        ("a: !!int 1", ("RG109", 1, 4, "a spec cannot have tags such as `!!int`")),
        ("a: !!python/tuple [1]", ("RG109", 1, 4, "a spec cannot have tags such as `!!python/tuple`")),
        ("%TAG ! x:\n---\na: 1", ("RG109", 1, 1, "a spec cannot have tags, so `%TAG` is not allowed")),
        ("<<: {a: 1}", ("RG109", 1, 1, "a spec cannot have the merge key `<<`")),
        ("a: 1\n---\nb: 1", ("RG109", 2, 1, "a second document in one file")),
        ("1: a", ("RG109", 1, 1, "a key must be text, not a number")),
        ("true: a", ("RG109", 1, 1, "a key must be text, not a boolean")),
        ("null: a", ("RG109", 1, 1, "a key must be text, not nothing")),
        ("[a]: 1", ("RG109", 1, 1, "a key must be text, not a mapping or a list")),
        ("a: &x [1]\n*x : 1", ("RG109", 2, 1, "a key must be text, not a mapping or a list")),
        ("a: &x [*x]", ("RG109", 1, 8, "`*x` is inside the value that it repeats")),
        ("a: &x 1\nb: &x 2", ("RG109", 2, 4, "`&x` is an anchor twice")),
        ("a: *x", ("RG103", 1, 4, "unknown alias `*x`: there is no anchor `&x`")),
        ("a:\n\tb: 1", ("RG103", 2, 1, "tabs cannot indent YAML")),
        ("a:\n  b: 1\n\tc: 1", ("RG103", 3, 1, "tabs cannot indent YAML")),
        ("-\ta: 1", ("RG103", 1, 2, "tabs cannot indent YAML")),
        ("a: b: c", ("RG103", 1, 5, "not YAML: mapping values are not allowed in this context")),
        ("a: [1\nb: 2\n", ("RG103", 2, 2, "not YAML: did not find expected ',' or ']'")),
        ("a: [1\n\n", ("RG103", 1, 6, "not YAML: did not find expected ',' or ']'")),
        ("a: 1\nb: \x01", ("RG103", 2, 4, "character U+0001 is not allowed in YAML")),
        ("é: \x00", ("RG103", 1, 4, "character U+0000 is not allowed in YAML")),
        ("é: \ud800", ("RG103", 1, 4, "character U+D800 is not allowed in YAML")),
        ("", ("RG106", 1, 1, "this file has no content")),
        ("# only a comment\n", ("RG106", 1, 1, "this file has no content")),
        ("---\n", ("RG106", 1, 1, "this file has no content")),
        ("- a", ("RG108", 1, 1, "a spec must be a mapping of keys to values, not a list")),
        ("resnet50", ("RG108", 1, 1, "a spec must be a mapping of keys to values, not a single value")),
    ],
)
def test_fault(content: str, expected: tuple[str, int, int, str]) -> None:
    assert [expected] == faults(content)


def test_a_merge_key_in_quotes_is_a_key() -> None:
    assert {"<<": 1} == parse("'<<': 1").data


def test_a_syntax_fault_shows_what_was_left_open() -> None:
    (fault,) = diagnostics("a: [1\nb: 2\n")
    assert [(1, 4, "the list starts here")] == [(x.span.line, x.span.column, x.words) for x in fault.related]


# Bounds


def test_a_text_too_long() -> None:
    assert [("RG107", 1, 1, "this file is larger than the 1 MiB that a spec may have")] == faults("#" * (MAX_SIZE + 1))


def test_sixty_four_levels_are_accepted() -> None:
    assert ["a"] == list(parse("a: " + "[" * 63 + "]" * 63).data)


def test_one_level_more_is_too_deep() -> None:
    expected = ("RG107", 1, 67, "mappings and lists are nested more than 64 deep")
    assert [expected] == faults("a: " + "[" * 64 + "]" * 64)


def test_aliases_count_towards_the_depth() -> None:
    content = "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 30 + "*a" + "]" * 30
    assert [("RG107", 2, 34, "mappings and lists are nested more than 64 deep")] == faults(content)


def test_an_alias_bomb_is_refused() -> None:
    lines = ["x0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 10)}]" for i in range(1, 10)]
    assert ["RG107"] == codes("\n".join(lines))


HOSTILE = {
    "flow lists": "'[' * 1_000_000",
    "flow mappings": "'{a: ' * 200_000",
    "block lists": "'- ' * 500_000",
    "keys of keys": "'? ' * 500_000",
    "indentation": "''.join(' ' * i + 'a:\\n' for i in range(1400))",
    "many nodes": "'[' + '[],' * 300_000",
    "tag directives": "''.join(f'%TAG !{i}! x\\n' for i in range(50_000)) + '---\\na: 1'",
    "a long number": "'a: ' + '9' * 1_000_000",
    "a long time": "'a: 1' + ':1' * 500_000",
    "duplicates": "''.join(f'k{i}: 1\\n' for i in range(30_000)) + 'k29999: 1\\n' * 15_000",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_ends_soon_in_a_diagnostic(content: str) -> None:
    """In a process of its own: a parser that recurses would take this one with it."""
    code = f"""
from resnetgen.errors import SpecError
from resnetgen.source.source import parse
try:
    parse({content})
except SpecError as error:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=200, check=False)
    assert (0, "refused\n", "") == (done.returncode, done.stdout, done.stderr)


@given(st.text(max_size=60) | st.text("ab:-[]{}&*!|>'\"# \n\t,?%01.", max_size=40))
def test_any_text_gives_data_or_diagnostics(content: str) -> None:
    try:
        source = parse(content)
    except SpecError as error:
        assert [] == [d for d in error.diagnostics if not d.code.startswith("RG1") or d.primary.span.line < 1]
    else:
        assert all(source.locate((key,)) is not None for key in source.data)
