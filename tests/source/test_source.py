"""Reading a spec: the data, where each piece of it stands, and files that cannot be read."""

from __future__ import annotations

import os
import pathlib

import pytest
import yaml

from resnetgen.diagnostics import Part, Path, Span
from resnetgen.errors import SpecError
from resnetgen.source import yaml_events
from resnetgen.source.source import parse, read
from tests.processor_time import at_most

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


def shown(span: Span | None) -> str | None:
    """Return the text that a span covers on its line."""
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
    monkeypatch.setattr(yaml_events, "_Loader", yaml.SafeLoader)
    assert yaml.safe_load(RESNET50) == parse(RESNET50).data


def test_positions_are_the_same_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    path = ("stages", "layer2", "blocks")
    expected = located(RESNET50, path)
    monkeypatch.setattr(yaml_events, "_Loader", yaml.SafeLoader)
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
    assert ("RG101", 1, 1, "there is no such file or folder") == read_fault(tmp_path / "none")


def test_a_folder(tmp_path: pathlib.Path) -> None:
    assert ("RG101", 1, 1, "this is a folder, not a file") == read_fault(tmp_path)


def test_a_name_that_no_file_can_have() -> None:
    assert ("RG101", 1, 1, "this file cannot be read: embedded null byte") == read_fault(pathlib.Path("a\0b"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1")
    path.chmod(0)
    assert ("RG101", 1, 1, "permission to read this file is denied") == read_fault(path)


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
    with at_most(2):
        fault = read_fault(path)
    assert ("RG107", 1, 1, "this file is larger than the 1 MiB that a spec may have") == fault
