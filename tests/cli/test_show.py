"""`resnetgen show`: the table, its levels of detail, and its formats."""

import json
from pathlib import Path

import pytest

from resnetgen.api import compile_spec
from resnetgen.cli import tables
from resnetgen.summary.rows import BLOCKS, rows
from tests.cli.command_line import Completed, process, resnetgen
from tests.processor_time import at_most

TINY = """\
name: tiny
description: A network of three blocks.
reference: https://example.org/tiny
input: {channels: 3, size: [24, 16]}
stem: [{conv: 3, to: 8}]
block: {type: basic}
stages:
  first: {blocks: 2, channels: 8}
  second: {blocks: 1, channels: 16, stride: 2}
head: {pool: avg, classes: 10}
"""
FEATURES = "extends: tiny.yaml\nname: features\nhead: {pool: null, classes: null, features: [first]}\n"


@pytest.fixture
def folder(folder: Path) -> Path:
    """A working directory with the specs tiny.yaml and features.yaml."""
    (folder / "tiny.yaml").write_text(TINY)
    (folder / "features.yaml").write_text(FEATURES)
    return folder


FACTS = """\
tiny: A network of three blocks.
https://example.org/tiny

weighted layers  8
parameters       6,450
multiply-adds    1,311,904
state dict       50 tensors
input            3x24x16; height and width: 1 and up
output           10
memory           activations, float32, batch 1

"""


def test_the_table_of_a_pipe_has_all_columns(folder: Path) -> None:
    rule = "─" * 131
    expected = f"""{FACTS}\
name    what                     output   parameters    MACs    memory  receptive field  shortcut
{rule}
input                            3x24x16                                              1
stem    conv 3x3                 8x24x16         232  82.9 k  24.0 KiB                3
first   basic x 2                8x24x16       2,368   885 k  96.0 KiB               11  identity: the shapes match
second  basic                    16x12x8       3,680   344 k  36.0 KiB               17  projection: 8 channels become \
16, stride 2
head    global avg pool, linear  10              170     160     104 B              all
{rule}
total                            10            6,450  1.31 M   156 KiB               17
"""
    assert Completed(0, expected, "") == resnetgen("show", "tiny.yaml")
    assert Completed(0, expected, "") == process("show", "tiny.yaml", cwd=folder)


@pytest.mark.parametrize("name", ["shortcut", "skip"])
def test_the_modules_of_a_shortcut_have_the_names_of_the_layout(name: str, folder: Path) -> None:
    (folder / "renamed.yaml").write_text(f"extends: tiny.yaml\nname: renamed\nlayout: {{shortcut: {name}}}\n")

    done = resnetgen("show", "renamed.yaml", "--ops", "--format", "json")

    names = [row["name"] for row in json.loads(done.out)["rows"]]
    assert [f"second.0.{name}.0", f"second.0.{name}.1"] == [each for each in names if name in each]
    assert not [each for each in names if "downsample" in each]


def test_a_terminal_of_80_columns_has_the_shortcuts_below(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "terminal_width", lambda: 80)
    rule = "─" * 77
    expected = f"""{FACTS}\
                                                                         rec.
name            what             output   parameters    MACs    memory  field
{rule}
input                            3x24x16                                    1
conv1           conv 3x3         8x24x16         216  82.9 k  12.0 KiB      3
bn1             batch norm       8x24x16          16          12.0 KiB      3
act1            relu             8x24x16                                    3
first.0-1       basic x 2
  conv1         conv 3x3 x 2     8x24x16       1,152   442 k  24.0 KiB      9
  bn1           batch norm x 2   8x24x16          32          24.0 KiB      9
  act1          relu x 2         8x24x16                                    9
  conv2         conv 3x3 x 2     8x24x16       1,152   442 k  24.0 KiB     11
  bn2           batch norm x 2   8x24x16          32          24.0 KiB     11
  add           add x 2          8x24x16                                   11
  act2          relu x 2         8x24x16                                   11
second.0        basic
  conv1         conv 3x3/2       16x12x8       1,152   111 k  6.00 KiB     13
  bn1           batch norm       16x12x8          32          6.00 KiB     13
  act1          relu             16x12x8                                   13
  conv2         conv 3x3         16x12x8       2,304   221 k  6.00 KiB     17
  bn2           batch norm       16x12x8          32          6.00 KiB     17
  downsample.0  conv 1x1/2       16x12x8         128  12.3 k  6.00 KiB     11
  downsample.1  batch norm       16x12x8          32          6.00 KiB     11
  add           add              16x12x8                                   17
  act2          relu             16x12x8                                   17
avgpool         global avg pool  16x1x1                           64 B    all
flatten         flatten          16                                       all
fc              linear           10              170     160      40 B    all
{rule}
total                            10            6,450  1.31 M   156 KiB     17

first.0-1  identity: the shapes match
second.0   projection: 8 channels become 16, stride 2
"""
    assert Completed(0, expected, "") == resnetgen("show", "tiny.yaml", "--ops")


def test_a_terminal_of_120_columns_has_the_shortcuts_in_lines(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "terminal_width", lambda: 120)
    for name in ("tiny.yaml", "resnet50", "resnet18"):
        shown = resnetgen("show", name).out
        assert 120 >= max(map(len, shown.splitlines()))
        assert shown.count("shortcut\n") == shown.count("  shortcut\n") == 1  # a column, and no list below
    assert "64 channels become 256;\n" in resnetgen("show", "resnet50").out


MARKDOWN = """\
## tiny

A network of three blocks.

https://example.org/tiny

- weighted layers: 8
- parameters: 6,450
- multiply-adds: 5,247,136
- state dict: 50 tensors
- input: 3x32x48; height and width: 1 and up
- output: 10
- memory: activations, float16, batch 8

| name | what | output | parameters | MACs | memory | receptive field | shortcut |
| --- | --- | --- | ---: | ---: | ---: | ---: | --- |
| input |  | 3x32x48 |  |  |  | 1 |  |
| stem | conv 3x3 | 8x32x48 | 232 | 332 k | 384 KiB | 3 |  |
| first.0-1 | basic x 2 | 8x32x48 | 2,368 | 3.54 M | 1.50 MiB | 11 | identity: the shapes match |
| second.0 | basic | 16x16x24 | 3,680 | 1.38 M | 576 KiB | 17 | projection: 8 channels become 16, stride 2 |
| head | global avg pool, linear | 10 | 170 | 160 | 416 B | all |  |
| total |  | 10 | 6,450 | 5.25 M | 2.44 MiB | 17 |  |
"""


def test_markdown_at_another_size_batch_and_type(folder: Path) -> None:
    options = ["--blocks", "--input-size", "32x48", "--batch", "8", "--dtype", "float16", "--format", "markdown"]
    assert Completed(0, MARKDOWN, "") == resnetgen("show", "tiny.yaml", *options)


def row(name: str, what: str, output: list[int], figures: list[int], field: int, *shortcuts: tuple[str, str]) -> object:
    return {
        "name": name,
        "what": what,
        "count": 2 if what.endswith(" x 2") else 1,
        "output": output,
        **dict(zip(("params", "buffers", "macs", "memory"), figures, strict=True)),
        "receptive_field": [field, field] if field else None,
        "shortcuts": [{"kind": kind, "why": why} for kind, why in shortcuts],
    }


def test_json(folder: Path) -> None:
    widens = ("projection", "8 channels become 16, stride 2")
    expected = {
        "name": "tiny",
        "description": "A network of three blocks.",
        "reference": "https://example.org/tiny",
        "aka": {},
        "input": [3, 24, 16],
        "outputs": [{"name": "output", "shape": [10]}],
        "features": [
            {"name": "first", "channels": 8, "reduction": [1, 1], "module": "first", "shape": [8, 24, 16]},
            {"name": "second", "channels": 16, "reduction": [2, 2], "module": "second", "shape": [16, 12, 8]},
        ],
        "domain": [{"smallest": 1, "largest": None, "period": 2, "remainders": None}] * 2,
        "single_pixels": {"refused": [], "pairs": [], "min_batch": 1},
        "weighted_layers": 8,
        "blocks": 3,
        "state_dict": {"keys": 50},
        "params": 6450,
        "buffers": 184,
        "macs": 1311904,
        "batch": 1,
        "dtype": "float32",
        "memory": 159848,
        "receptive_field": [17, 17],
        "left_out": [],
        "inherited_dilations": [],
        "rows": [
            row("input", "", [3, 24, 16], [0, 0, 0, 0], 1),
            row("stem", "conv 3x3", [8, 24, 16], [232, 17, 82944, 24576], 3),
            row("first", "basic x 2", [8, 24, 16], [2368, 68, 884736, 98304], 11, ("identity", "the shapes match")),
            row("second", "basic", [16, 12, 8], [3680, 99, 344064, 36864], 17, widens),
            row("head", "global avg pool, linear", [10], [170, 0, 160, 104], 0),
            row("total", "", [10], [6450, 184, 1311904, 159848], 17),
        ],
    }
    done = resnetgen("show", "tiny.yaml", "--format", "json")
    assert (0, expected, "") == (done.code, json.loads(done.out), done.err)


def test_stages_that_no_feature_depends_on_are_named(folder: Path) -> None:
    note = "Left out, because no feature map depends on the stages after first: second."
    found = json.loads(resnetgen("show", "features.yaml", "--format", "json").out)

    assert [{"name": "first", "shape": [8, 24, 16]}] == found["outputs"]
    assert (["second"], []) == (found["left_out"], found["rows"][-1]["output"])
    assert note == resnetgen("show", "features.yaml").out.splitlines()[-1]
    assert note == resnetgen("show", "features.yaml", "--format", "markdown").out.splitlines()[-1]
    assert "output           first 8x24x16 (reduction 1)\n" in resnetgen("show", "features.yaml").out


MAPS = "stem 8x24x16 (reduction 1), second 16x12x8 (reduction 2), first 8x24x16 (reduction 1)"


@pytest.mark.parametrize(("more", "fact"), [("", "feature maps"), (", pool: null, classes: null", "output")])
def test_maps_are_listed_with_their_reductions(
    more: str, fact: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("maps.yaml").write_text(f"extends: tiny.yaml\nname: maps\nhead: {{features: [stem, second, first]{more}}}\n")
    found = json.loads(resnetgen("show", "maps.yaml", "--format", "json").out)["features"]

    assert ["stem", "second", "first"] == [each["name"] for each in found]
    assert {
        "name": "stem",
        "channels": 8,
        "reduction": [1, 1],
        "module": "act1",
        "shape": [8, 24, 16],
    } == found[0]
    assert f"\n{fact:15}  {MAPS}\n" in resnetgen("show", "maps.yaml").out
    assert f"\n- {fact}: {MAPS}\n" in resnetgen("show", "maps.yaml", "--format", "markdown").out

    monkeypatch.setattr(tables, "terminal_width", lambda: 80)
    narrow = resnetgen("show", "maps.yaml").out
    assert 80 >= max(map(len, narrow.splitlines()))
    assert f"{fact} {MAPS}" in " ".join(narrow.split())


def test_reductions_that_differ_by_axis_are_told_apart(folder: Path) -> None:
    Path("uneven.yaml").write_text(
        TINY.replace("stride: 2", "stride: [2, 1]").replace("{pool", "{features: [second], pool")
    )
    assert "\nfeature maps     second 16x12x16 (reduction 2x1)\n" in resnetgen("show", "uneven.yaml").out


def test_a_map_that_is_smaller_than_its_strides_make_it_is_told_apart(folder: Path) -> None:
    stem = "stem: [{conv: [24, 1], to: 8, padding: 0}]\n"
    Path("electrodes.yaml").write_text(
        f"extends: tiny.yaml\nname: electrodes\n{stem}head: {{features: [stem, second]}}\n"
    )
    stem_map = "stem 8x1x16 (reduction 1 by strides, 24x16 to 1x16)"
    second = "second 16x1x8 (reduction 2 by strides, 24x16 to 1x8)"
    assert f"\nfeature maps     {stem_map}, {second}\n" in resnetgen("show", "electrodes.yaml").out


DILATED = TINY.replace("stride: 2", "dilation: 2").replace("tiny", "dilated")
LISTED = TINY.replace("blocks: 2", "blocks: [{}, {dilation: 2}]")
THIRD = "  third: {blocks: 2, channels: 16, dilation: 4}\nhead:"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (DILATED, [("second", "first", [1, 1])]),
        (DILATED.replace("head:", THIRD), [("second", "first", [1, 1]), ("third", "second", [2, 2])]),
        (DILATED.replace("dilation: 2", "dilation: [2, 1]"), [("second", "first", [1, 1])]),
        (DILATED.replace("dilation: 2", "dilation: 2, first_dilation: 1"), []),
        (DILATED.replace("channels: 8", "channels: 8, dilation: 2"), []),
        (TINY.replace("channels: 8", "channels: 8, dilation: 2"), [("second", "first", [2, 2])]),
        (LISTED, [("second", "first", [2, 2])]),
        (LISTED.replace("{dilation: 2}", "{blocks: [{dilation: 2}], repeat: 2}"), [("second", "first", [2, 2])]),
        (LISTED.replace("blocks: 1", "blocks: [{blocks: [{dilation: 4}], repeat: 1}]"), []),
        (LISTED.replace("blocks: 1", "blocks: [{dilation: 4}]"), []),
        (LISTED.replace("blocks: 1", "blocks: [{first_dilation: 4}]"), []),
        (TINY.replace("head:", "output_stride: 1\nhead:"), []),
        (TINY, []),
    ],
)
def test_a_dilation_from_the_stage_before_is_told(
    text: str, expected: list[tuple[str, str, list[int]]], folder: Path
) -> None:
    Path("mine.yaml").write_text(text)
    found = json.loads(resnetgen("show", "mine.yaml", "--format", "json").out)["inherited_dilations"]
    assert [{"stage": stage, "source": source, "dilation": extents} for stage, source, extents in expected] == found
    shown = resnetgen("show", "mine.yaml").out
    for stage, source, extents in expected:
        assert f"The first block of {stage} begins with dilation {extents[0]}, that of {source}; " in shown
    assert ("first_dilation" in shown) == bool(expected)


def test_a_dilation_that_shows_in_no_layer_is_not_told(folder: Path) -> None:
    """The strided layer is a 1x1 convolution: those up to it have no dilation."""
    text = DILATED.replace("block: {type: basic}", "block: {type: bottleneck, stride_on: conv1}")
    Path("mine.yaml").write_text(text.replace("dilation: 2", "dilation: 2, stride: 2"))
    assert "first_dilation" not in resnetgen("show", "mine.yaml").out


def test_a_classifier_without_features_lists_no_maps(folder: Path) -> None:
    assert "feature maps" not in resnetgen("show", "tiny.yaml").out


def test_names_elsewhere_are_told(folder: Path) -> None:
    Path("known.yaml").write_text("extends: tiny.yaml\nname: known\naka: {timm: small, ours: tiny-1, zoo: small}\n")
    found = json.loads(resnetgen("show", "known.yaml", "--format", "json").out)

    assert {"timm": "small", "ours": "tiny-1", "zoo": "small"} == found["aka"]
    assert "\nalso known as    timm, zoo: small; ours: tiny-1\n" in resnetgen("show", "known.yaml").out
    assert (
        "\n- also known as: timm, zoo: small; ours: tiny-1\n"
        in resnetgen("show", "known.yaml", "--format", "markdown").out
    )


def test_equal_neighbours_of_a_list_are_one_row(folder: Path) -> None:
    Path("listed.yaml").write_text(TINY.replace("blocks: 2", "blocks: [{}, {shortcut: auto}, {}]"))
    found = rows(compile_spec("listed.yaml").trace, BLOCKS)
    assert ["input", "stem", "first.0-2", "second.0", "head", "total"] == [row.name for row in found]


@pytest.mark.parametrize("level", [[], ["--blocks"], ["--ops"]])
def test_a_million_blocks_are_shown_as_fast_as_two(level: list[str], folder: Path) -> None:
    Path("deep.yaml").write_text(TINY.replace("blocks: 2", "blocks: 1000000"))
    with at_most(2):
        done = resnetgen("show", "deep.yaml", *level)

    assert "basic x 1,000,000" in done.out
    assert "state dict       12,000,026 tensors\n" in done.out


def test_a_size_outside_the_domain_is_a_fault(folder: Path) -> None:
    Path("bare.yaml").write_text(TINY.replace("{conv: 3, to: 8}", "{conv: 7, to: 8, padding: 0}"))

    assert "3x24x16; height and width: 7 and up\n" in resnetgen("show", "bare.yaml").out
    done = resnetgen("show", "bare.yaml", "--input-size", "24x6")
    assert (1, "") == (done.code, done.out)
    assert "bare.yaml:5:8: error[RG304]: conv1 (conv 7x7 without padding) has a window of 7 pixels" in done.err
    done = resnetgen("show", "bare.yaml", "--input-size", "24x24x24")
    assert (1, "") == (done.code, done.out)
    assert "bare.yaml:4:28: error[RG401]: an input size of 24x24x24 has 3 axes" in done.err


@pytest.mark.parametrize(
    "options",
    [
        ["--blocks", "--ops"],
        ["--batch", "0"],
        ["--batch", "x"],
        ["--dtype", "int8"],
        ["--format", "text"],
        ["--input-size", "x"],
    ],
)
def test_wrong_usage(options: list[str]) -> None:
    done = resnetgen("show", "resnet50", *options)
    assert (2, "") == (done.code, done.out)
    assert "Usage: resnetgen show" in done.err


def test_axes_that_differ_are_told_apart(folder: Path) -> None:
    stem = "{conv: [7, 3], to: 8, padding: 0}"
    Path("uneven.yaml").write_text(TINY.replace("{conv: 3, to: 8}", stem))
    assert "3x24x16; height: 7 and up; width: 3 and up\n" in resnetgen("show", "uneven.yaml").out
    assert "21x17" in resnetgen("show", "uneven.yaml").out.splitlines()[-1]
