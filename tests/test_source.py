"""Reading a spec's text: the data, the positions, and every way that a text can be wrong."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from resnetgen import composer
from resnetgen.diagnostics import Diagnostic, Part, Path, Span, SpecError
from resnetgen.scalars import LARGEST, Trap, plain
from resnetgen.source import LONGEST, parse, read

RESNET50 = """\
name: resnet50
input: {channels: 3, size: 224}          # or [224, 160]
stem:
  - {conv: 7, to: 64, stride: 2}         # convolution, norm, activation
  - {max_pool: 3, stride: 2}
block: {type: bottleneck}
stages:                                  # in order
  layer1: {blocks: 3, channels: 256}
  layer2:
    blocks: 4      # four of them
    channels: 512
head: {pool: avg, classes: 1000, momentum: 0.1, bias: true, dropout: null}
"""


def diagnostics(content: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as caught:
        parse(content, "spec.yaml")
    return caught.value.diagnostics


def faults(content: str) -> list[tuple[str, int, int, str]]:
    """Code, line, column and message of all that is wrong with a text."""
    return [(d.code, d.primary.span.line, d.primary.span.column, d.message) for d in diagnostics(content)]


def codes(content: str) -> list[str]:
    return [d.code for d in diagnostics(content)]


def shown(span: Span | None) -> str | None:
    """What a span covers of its line."""
    return None if span is None else span.text.line(span.line)[span.column - 1 : span.end_column - 1]


def located(content: str, path: Path, part: Part = Part.VALUE) -> tuple[int, str | None]:
    span = parse(content).locate(path, part)
    assert span is not None
    assert span.line == span.end_line
    return span.line, shown(span)


# The data


def test_data_is_what_yaml_loads() -> None:
    assert yaml.safe_load(RESNET50) == parse(RESNET50).data


def test_data_is_the_same_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composer, "_Loader", yaml.SafeLoader)
    assert yaml.safe_load(RESNET50) == parse(RESNET50).data


def test_positions_are_the_same_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    path = ("stages", "layer2", "blocks")
    expected = located(RESNET50, path)
    monkeypatch.setattr(composer, "_Loader", yaml.SafeLoader)
    assert expected == located(RESNET50, path)


def test_keys_keep_their_order() -> None:
    assert ["b", "a", "c"] == list(parse("b: 1\na: 2\nc: 3").data)


def test_quoted_scalars_are_text() -> None:
    assert {"a": "no", "b": "010", "c": "2020-01-01", "d": "1"} == parse(
        "a: 'no'\nb: \"010\"\nc: '2020-01-01'\nd: '1'"
    ).data


def test_an_alias_gives_what_it_stands_for() -> None:
    assert {"a": {"x": [1, 2]}, "b": {"x": [1, 2]}} == parse("a: &a {x: [1, 2]}\nb: *a").data


def test_an_alias_may_be_a_key() -> None:
    assert {"a": "k", "k": 1} == parse("a: &a k\n*a : 1").data


def test_a_byte_order_mark_is_accepted_and_has_no_column() -> None:
    assert (1, "1") == located("\ufeffa: 1", ("a",))


def test_carriage_returns_are_accepted() -> None:
    assert (2, "2") == located("a: 1\r\nb: 2\r\n", ("b",))


def test_a_yaml_directive_is_accepted() -> None:
    assert {"a": 1} == parse("%YAML 1.2\n---\na: 1\n").data


def test_an_empty_mapping_is_a_mapping() -> None:
    assert {} == parse("{}").data


def test_y_and_n_are_text() -> None:
    assert {"y": "n"} == parse("y: n").data


# Positions


@pytest.mark.parametrize(
    ("path", "part", "expected"),
    [
        (("name",), Part.KEY, (1, "name")),
        (("name",), Part.VALUE, (1, "resnet50")),
        (("name",), Part.ENTRY, (1, "name: resnet50")),
        (("input",), Part.VALUE, (2, "{channels: 3, size: 224}")),
        (("input", "size"), Part.VALUE, (2, "224")),
        (("input", "size"), Part.ENTRY, (2, "size: 224")),
        (("stem",), Part.VALUE, (4, "- {conv: 7, to: 64, stride: 2}")),
        (("stem", 1), Part.VALUE, (5, "{max_pool: 3, stride: 2}")),
        (("stem", 1), Part.KEY, (5, "{max_pool: 3, stride: 2}")),
        (("stem", 1), Part.ENTRY, (5, "{max_pool: 3, stride: 2}")),
        (("stem", 0, "to"), Part.KEY, (4, "to")),
        (("stages",), Part.KEY, (7, "stages")),
        (("stages",), Part.ENTRY, (7, "stages")),
        (("stages",), Part.VALUE, (8, "layer1: {blocks: 3, channels: 256}")),
        (("stages", "layer2"), Part.VALUE, (10, "blocks: 4")),
        (("stages", "layer2", "channels"), Part.VALUE, (11, "512")),
        ((), Part.VALUE, (1, "")),
    ],
)
def test_locate(path: Path, part: Part, expected: tuple[int, str]) -> None:
    assert expected == located(RESNET50, path, part)


def test_locate_of_what_is_not_written_is_none() -> None:
    assert None is parse(RESNET50).locate(("stages", "layer9"))


@pytest.mark.parametrize("path", [("name", "x"), ("stem", 2), ("stem", -1), ("stem", "to"), ("input", 0)])
def test_locate_beyond_the_data_is_none(path: Path) -> None:
    assert None is parse(RESNET50).locate(path)


def test_the_empty_path_is_the_start() -> None:
    source = parse("# comment\na: 1")
    assert Span(source.text, 1, 1, 1, 1) == source.locate(())


def test_a_missing_value_is_just_after_its_colon() -> None:
    source = parse("a:\nb: 1")
    assert Span(source.text, 1, 3, 1, 3) == source.locate(("a",))


def test_a_list_over_several_lines_is_shown_by_its_first() -> None:
    assert (1, "[1") == located("a: [1,\n  2]", ("a",))


def test_a_bracket_alone_on_its_line_is_shown() -> None:
    assert (1, "[") == located("a: [\n  1,\n]", ("a",))


def test_a_text_over_several_lines_is_shown_by_its_first() -> None:
    assert (1, '"one') == located('a: "one\n  two"', ("a",))


def test_a_block_text_is_shown_by_its_sign() -> None:
    assert (1, "|-") == located("a: |-  # why\n  one\n  two\n", ("a",))


def test_a_comment_after_the_last_value_is_no_part_of_it() -> None:
    assert (2, "b: 1") == located("a:\n  b: 1   # comment", ("a",))


def test_an_alias_is_shown_where_it_stands() -> None:
    assert (2, "*a") == located("a: &a {x: 1}\nb: *a", ("b",))


def test_what_an_alias_holds_is_shown_where_it_was_anchored() -> None:
    assert (1, "1") == located("a: &a {x: 1}\nb: *a", ("b", "x"))


def test_columns_count_characters() -> None:
    span = parse("日本: {x: 2}").locate(("日本", "x"))
    assert span is not None
    assert (9, 10) == (span.column, span.end_column)


def test_a_lone_pair_in_a_list_ends_at_its_value() -> None:
    assert (1, "a: 1") == located("x: [a: 1 , 2]", ("x", 0))


# Plain scalars


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("0", 0),
        ("-0", 0),
        ("+3", 3),
        ("224", 224),
        (str(LARGEST), LARGEST),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1.0e-5", 1e-5),
        ("out / 4", "out / 4"),
        ("3x3", "3x3"),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
        (".", "."),
        ("nO", "nO"),
        ("y", "y"),
    ],
)
def test_plain(text: str, expected: object) -> None:
    actual = plain(text)
    assert (type(expected), expected) == (type(actual), actual)


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        ("no", "`no` means false in YAML 1.1", "put it in quotes, or write `false`"),
        ("Off", "`Off` means false in YAML 1.1", "put it in quotes, or write `false`"),
        ("YES", "`YES` means true in YAML 1.1", "put it in quotes, or write `true`"),
        ("on", "`on` means true in YAML 1.1", "put it in quotes, or write `true`"),
        (
            "010",
            "`010` means 8 in YAML 1.1, which reads it in base 8",
            "write `10`, or `8` if that is what it should be",
        ),
        (
            "-017",
            "`-017` means -15 in YAML 1.1, which reads it in base 8",
            "write `-17`, or `-15` if that is what it should be",
        ),
        ("0x1F", "`0x1F` means 31 in YAML 1.1", "write `31`, or put it in quotes"),
        ("0b11", "`0b11` means 3 in YAML 1.1", "write `3`, or put it in quotes"),
        ("1_000", "`1_000` means 1000 in YAML 1.1", "write `1000`, or put it in quotes"),
        ("1_0.5", "`1_0.5` means 10.5 in YAML 1.1", "write `10.5`, or put it in quotes"),
        (
            "1:30",
            "`1:30` means 90 in YAML 1.1, which reads it in base 60",
            "put it in quotes, or write `90`",
        ),
        (
            "-1:30.5",
            "`-1:30.5` means -90.5 in YAML 1.1, which reads it in base 60",
            "put it in quotes, or write `-90.5`",
        ),
        ("1e-5", "`1e-5` is text in YAML 1.1, not a number", "write `1.0e-5`, or put it in quotes"),
        ("1e5", "`1e5` is text in YAML 1.1, not a number", "write `1.0e+5`, or put it in quotes"),
        ("2.5e3", "`2.5e3` is text in YAML 1.1, not a number", "write `2.5e+3`, or put it in quotes"),
        ("-.5", "`-.5` is text in YAML 1.1, not a number", "write `-0.5`, or put it in quotes"),
        ("08", "`08` is text in YAML 1.1, not a number", "write `8`, or put it in quotes"),
        ("0o17", "`0o17` is text in YAML 1.1, not a number", "write `15`, or put it in quotes"),
        ("2020-01-31", "`2020-01-31` is a date in YAML 1.1", 'put it in quotes: "2020-01-31"'),
        (".inf", "`.inf` is not a number that a network can use", "write a finite number"),
        (".NaN", "`.NaN` is not a number that a network can use", "write a finite number"),
    ],
)
def test_trap(text: str, message: str, help_: str) -> None:
    assert Trap("RG105", message, help_) == plain(text)


@pytest.mark.parametrize("text", [str(LARGEST + 1), "9" * 5000, "-" + "9" * 5000, "0x" + "f" * 5000, "1.0e+999"])
def test_numbers_out_of_range(text: str) -> None:
    actual = plain(text)
    assert isinstance(actual, Trap)
    assert ("RG107", "the largest whole number in a spec is 9223372036854775807") == (actual.code, actual.help)


@given(st.text("0179_.:+-eExXobTf ", min_size=1, max_size=9).map(str.strip).filter(bool))
def test_what_is_no_trap_means_what_pyyaml_says(text: str) -> None:
    actual = plain(text)
    if isinstance(actual, Trap):
        return
    resolve = yaml.SafeLoader("").resolve
    tag = resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]  # its types leave it out
    node = yaml.ScalarNode(tag, text)
    if text in ("0x_", "0b_"):  # PyYAML resolves these as numbers, and fails to read them
        return
    expected = text if node.tag.endswith("str") else yaml.SafeLoader("").construct_object(node)
    assert (type(expected), expected) == (type(actual), actual)


# Faults in the text


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
        ("a: !x 1", ("RG109", 1, 4, "specs have no tags such as `!x`")),
        ("a: !!int 1", ("RG109", 1, 4, "specs have no tags such as `!!int`")),
        ("a: !!python/tuple [1]", ("RG109", 1, 4, "specs have no tags such as `!!python/tuple`")),
        ("%TAG ! x:\n---\na: 1", ("RG109", 1, 1, "specs have no tags, so no `%TAG` either")),
        ("<<: {a: 1}", ("RG109", 1, 1, "specs have no merge key `<<`")),
        ("a: 1\n---\nb: 1", ("RG109", 2, 1, "a second document in one file")),
        ("1: a", ("RG109", 1, 1, "a key must be text, and this is a number")),
        ("true: a", ("RG109", 1, 1, "a key must be text, and this is a truth value")),
        ("null: a", ("RG109", 1, 1, "a key must be text, and this is nothing")),
        ("[a]: 1", ("RG109", 1, 1, "a key must be text, and this is a mapping or a list")),
        ("a: &x [1]\n*x : 1", ("RG109", 2, 1, "a key must be text, and this is a mapping or a list")),
        ("a: &x [*x]", ("RG109", 1, 8, "`*x` stands inside the very thing it repeats")),
        ("a: &x 1\nb: &x 2", ("RG109", 2, 4, "`&x` is anchored twice")),
        ("a: *x", ("RG103", 1, 4, "nothing is anchored as `&x`")),
        ("a:\n\tb: 1", ("RG103", 2, 1, "a tab cannot indent YAML")),
        ("a:\n  b: 1\n\tc: 1", ("RG103", 3, 1, "a tab cannot indent YAML")),
        ("-\ta: 1", ("RG103", 1, 2, "a tab cannot indent YAML")),
        ("a: b: c", ("RG103", 1, 5, "not YAML: mapping values are not allowed in this context")),
        ("a: [1\nb: 2\n", ("RG103", 2, 2, "not YAML: did not find expected ',' or ']'")),
        ("a: [1\n\n", ("RG103", 1, 6, "not YAML: did not find expected ',' or ']'")),
        ("a: 1\nb: \x01", ("RG103", 2, 4, "character U+0001 cannot stand in YAML")),
        ("é: \x00", ("RG103", 1, 4, "character U+0000 cannot stand in YAML")),
        ("é: \ud800", ("RG103", 1, 4, "character U+D800 cannot stand in YAML")),
        ("", ("RG106", 1, 1, "there is nothing in this file")),
        ("# only a comment\n", ("RG106", 1, 1, "there is nothing in this file")),
        ("---\n", ("RG106", 1, 1, "there is nothing in this file")),
        ("- a", ("RG108", 1, 1, "a spec is a mapping of keys to values, and this is a list")),
        ("resnet50", ("RG108", 1, 1, "a spec is a mapping of keys to values, and this is a single value")),
    ],
)
def test_fault(content: str, expected: tuple[str, int, int, str]) -> None:
    assert [expected] == faults(content)


def test_a_merge_key_in_quotes_is_a_key() -> None:
    assert {"<<": 1} == parse("'<<': 1").data


def test_a_syntax_fault_shows_what_was_left_open() -> None:
    (fault,) = diagnostics("a: [1\nb: 2\n")
    assert [(1, 4, "the list starts here")] == [(x.span.line, x.span.column, x.words) for x in fault.related]


# Files


def test_read_names_the_file_as_given(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")
    assert (tmp_path / "a.yaml").as_posix() == read(tmp_path / "a.yaml").text.name


def test_read_takes_another_name(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")
    assert "resnet50" == read(tmp_path / "a.yaml", "resnet50").text.name


def read_fault(path: pathlib.Path) -> tuple[str, int, int, str]:
    with pytest.raises(SpecError) as caught:
        read(path, "spec.yaml")
    (fault,) = caught.value.diagnostics
    return fault.code, fault.primary.span.line, fault.primary.span.column, fault.message


def test_a_missing_file(tmp_path: pathlib.Path) -> None:
    assert ("RG101", 1, 1, "there is no such file") == read_fault(tmp_path / "none.yaml")


def test_a_folder(tmp_path: pathlib.Path) -> None:
    assert ("RG101", 1, 1, "this is a folder, not a file") == read_fault(tmp_path)


def test_a_name_that_no_file_can_have() -> None:
    assert ("RG101", 1, 1, "this file cannot be read: embedded null byte") == read_fault(pathlib.Path("a\0b"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")
    path.chmod(0)
    assert ("RG101", 1, 1, "there is no permission to read this file") == read_fault(path)


def test_bytes_that_are_not_utf8_are_located(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.yaml").write_bytes("é: 1\nü: ".encode() + b"\xff\n")
    assert ("RG102", 2, 4, "byte 0xff here is not UTF-8") == read_fault(tmp_path / "a.yaml")


def test_utf16_is_named(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1", encoding="utf-16")
    with pytest.raises(SpecError) as caught:
        read(tmp_path / "a.yaml")
    assert ["this looks like UTF-16; save the file as UTF-8"] == [d.help for d in caught.value.diagnostics]


def test_a_huge_file_is_refused_unread(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    start = time.perf_counter()
    fault = read_fault(path)
    assert ("RG107", 1, 1, "this file is larger than the 1 MiB that a spec may have") == fault
    assert time.perf_counter() - start < 2


# Bounds


def test_a_text_too_long() -> None:
    assert [("RG107", 1, 1, "this file is larger than the 1 MiB that a spec may have")] == faults("#" * (LONGEST + 1))


def test_sixty_four_levels_are_accepted() -> None:
    assert ["a"] == list(parse("a: " + "[" * 63 + "]" * 63).data)


def test_one_level_more_is_too_deep() -> None:
    expected = ("RG107", 1, 67, "more than 64 mappings and lists inside one another")
    assert [expected] == faults("a: " + "[" * 64 + "]" * 64)


def test_aliases_count_towards_the_depth() -> None:
    content = "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 30 + "*a" + "]" * 30
    assert [("RG107", 2, 34, "more than 64 mappings and lists inside one another")] == faults(content)


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
from resnetgen.source import parse
from resnetgen.diagnostics import SpecError
try:
    parse({content})
except SpecError as error:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert (0, "refused\n", "") == (done.returncode, done.stdout, done.stderr)


@given(st.text(max_size=60) | st.text("ab:-[]{}&*!|>'\"# \n\t,?%01.", max_size=40))
def test_any_text_gives_data_or_diagnostics(content: str) -> None:
    try:
        source = parse(content)
    except SpecError as error:
        assert [] == [d for d in error.diagnostics if not d.code.startswith("RG1") or d.primary.span.line < 1]
    else:
        assert all(source.locate((key,)) is not None for key in source.data)
