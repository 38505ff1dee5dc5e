"""`resnetgen list` and `resnetgen new`: what there is to start from, and the start."""

import json
import re
from pathlib import Path

import pytest

from resnetgen.api import compile_spec, compile_text
from resnetgen.cli import tables
from resnetgen.source.collection import names
from tests.cli.command_line import Completed, process, resnetgen

SHIPPED = sorted(names())


def test_the_list_has_every_spec() -> None:
    done = resnetgen("list", "--format", "json")
    found = {entry["name"]: entry for entry in json.loads(done.out)}

    assert (0, "", SHIPPED) == (done.code, done.err, sorted(found))
    resnet50 = {
        "name": "resnet50",
        "folder": "",
        "family": "main",
        "aka": {"timm": "resnet50", "torchvision": "resnet50"},
        "input": [3, 224, 224],
        "params": 25_557_032,
        "macs": 4_089_184_256,
        "attention": [],
        "description": 'ResNet-50, stride in the 3x3 convolution ("v1.5").',
    }
    assert resnet50 == found["resnet50"]
    resnet20 = found["resnet20"]
    assert ("cifar", "cifar", 269_722) == (resnet20["folder"], resnet20["family"], resnet20["params"])


def test_the_list_as_a_table() -> None:
    header, rule, *rows = resnetgen("list").out.splitlines()

    assert ["name", "family", "parameters", "MACs", "also known as", "description"] == re.split("  +", header.strip())
    assert {"─"} == set(rule)
    assert SHIPPED == sorted(row.split()[0] for row in rows)
    (row,) = [row for row in rows if row.startswith("resnet50 ")]
    names = "timm, torchvision: resnet50"
    expected = rf'resnet50 +main +25,557,032  4\.09 G  {names} +ResNet-50, stride in the 3x3 convolution \("v1\.5"\)\.'
    assert re.fullmatch(expected, row)


def test_a_narrow_list_wraps_the_descriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "terminal_width", lambda: 80)
    header, _, *rows = resnetgen("list").out.splitlines()

    assert 80 >= max(map(len, rows))
    assert len(SHIPPED) == sum(not row.startswith(" ") for row in rows)
    column = header.index("description")
    words = " ".join(row[column:].strip() for row in rows)
    assert 'ResNet-50, stride in the 3x3 convolution ("v1.5").' in words


def test_the_names_alone() -> None:
    assert Completed(0, "seresnet18\nseresnet34\n", "") == resnetgen(
        "list", "seresnet??", "--params", "..25M", "--format", "names"
    )


def test_the_list_as_markdown() -> None:
    lines = resnetgen("list", "--format", "markdown").out.splitlines()

    header = ["| name | family | parameters | MACs | also known as | description |"]
    assert [*header, "| --- | --- | ---: | ---: | --- | --- |"] == lines[:2]
    names = "timm, torchvision: resnet50"
    line = f'| resnet50 | main | 25,557,032 | 4.09 G | {names} | ResNet-50, stride in the 3x3 convolution ("v1.5"). |'
    assert line in lines


STARTED = """\
# A variant of resnet50. Keys that are not written here keep the values of resnet50.
#
#   resnetgen check mine.yaml    checks it,
#   resnetgen show mine.yaml     shows its shapes and costs,
#   resnetgen build mine.yaml    writes the PyTorch code.

name: mine
description: A variant of resnet50.
extends: resnet50

# The input size in pixels: one number for all axes, or a list with one for each.
input: {size: 224}

# The output.
head: {classes: 1000}

# A new name adds a stage; `null` instead of a stage removes it.
# stages:
#   layer3: {blocks: 8}  # resnet50 has 6

# The blocks of all stages. In a stage, the same keys apply to its blocks only.
# block:
#   act: silu                        # relu, gelu, hardswish, leaky_relu, ...
#   norm: {type: group, groups: 8}   # batch, frozen_batch, instance, none, ...
#   shortcut: avg_projection         # auto, identity, projection, pad, none
#   drop_path: 0.1                   # stochastic depth: the rate of the last block
"""


def test_a_new_spec_is_commented_and_well(folder: Path) -> None:
    assert Completed(0, "mine.yaml\n", "") == resnetgen("new", "mine")
    assert STARTED == Path("mine.yaml").read_text()
    assert Completed(0, "1 spec passed\n", "") == resnetgen("check", "mine.yaml")


def test_what_a_new_spec_leaves_in_comments_works_too(folder: Path) -> None:
    options = STARTED.partition("# block:\n")[2].splitlines()
    assert 4 == len(options)
    for option in options:
        Path("mine.yaml").write_text(f"{STARTED}block:\n{option.removeprefix('#')}\n")
        assert Completed(0, "1 spec passed\n", "") == resnetgen("check", "mine.yaml"), option


def test_every_spec_can_be_started_from(folder: Path, subtests: pytest.Subtests) -> None:
    for base in SHIPPED:
        with subtests.test(base):
            assert 0 == resnetgen("new", "mine", "--extends", base).code
            assert Completed(0, "1 spec passed\n", "") == resnetgen("check", "mine.yaml")
            assert compile_spec(base).network.blocks() == compile_spec("mine.yaml").network.blocks()
        Path("mine.yaml").unlink()


def started(*arguments: str) -> str:
    """The text of a new spec that is well, without its comments."""
    assert Completed(0, "mine.yaml\n", "") == resnetgen("new", "mine", *arguments)
    assert Completed(0, "1 spec passed\n", "") == resnetgen("check", "mine.yaml")
    lines = Path("mine.yaml").read_text().splitlines()
    return "\n".join(line for line in lines if line and not line.startswith("#"))


def test_values_are_written_into_a_new_spec(folder: Path) -> None:
    expected = """\
name: mine
description: A variant of resnet50.
extends: resnet50
input: {channels: 1, size: 32}
stem: [{conv: 3, to: 64}]
head: {classes: 10}"""
    assert expected == started("--classes", "10", "--size", "32", "--channels", "1")
    compiled = compile_spec("mine.yaml")
    assert ((1, 32, 32), (10,)) == (compiled.trace.input, compiled.trace.output)


@pytest.mark.parametrize(
    ("base", "size", "stem"),
    [
        ("resnet18", "64", ""),
        ("resnet18", "48", "stem: [{conv: 3, to: 64}]"),
        ("resnet50d", "32", "stem: [{conv: 3, to: 32}, {conv: 3, to: 32}, {conv: 3, to: 64}]"),
        ("resnetv2_50", "32", "stem: [{conv: 3, to: 64, norm: none, act: none, bias: false}]"),
        ("resnet20", "28", ""),
        ("resnet18_1d", "48", "stem: [{conv: 3, to: 64}]"),
        ("resnet18", "48x40", "stem: [{conv: 3, to: 64}]"),
    ],
)
def test_small_images_get_a_stem_of_their_own(base: str, size: str, stem: str, folder: Path) -> None:
    found = started("--extends", base, "--size", size)
    assert stem == "".join(line for line in found.splitlines() if line.startswith("stem"))


def test_images_too_small_for_any_stem_keep_that_of_the_base(folder: Path) -> None:
    assert 0 == resnetgen("new", "mine", "--extends", "resnet18", "--size", "8").code
    assert "\nstem:" not in Path("mine.yaml").read_text()
    assert "warning[RG501]" in resnetgen("check", "mine.yaml").err


def test_classes_for_a_base_that_gives_maps(folder: Path) -> None:
    Path("base.yaml").write_text(
        "extends: resnet18\nname: base\nhead: {features: [layer3], pool: null, classes: null}\n"
    )
    assert "head: {features: null, pool: avg, classes: 10}" in started("--extends", "base.yaml", "--classes", "10")


@pytest.mark.parametrize(
    ("option", "value"),
    [("--classes", "0"), ("--classes", "x"), ("--channels", "-1"), ("--size", "0"), ("--size", "a")],
)
def test_values_that_no_network_has_are_wrong_usage(option: str, value: str, folder: Path) -> None:
    done = resnetgen("new", "mine", option, value)
    assert (2, "", []) == (done.code, done.out, [*folder.iterdir()])
    assert f"Error: Invalid value for '{option}'" in done.err


def test_standard_input_is_no_base(folder: Path) -> None:
    done = resnetgen("new", "mine", "--extends", "-")
    assert (2, []) == (done.code, [*folder.iterdir()])
    assert "a spec extends a file or a shipped spec, not standard input" in done.err


def test_too_many_axes_are_an_error(folder: Path) -> None:
    done = resnetgen("new", "mine", "--size", "9x9x9x9")
    assert (2, [], True) == (done.code, [*folder.iterdir()], "Invalid value for '--size'" in done.err)


def test_it_goes_to_the_folder_of_specs_where_there_is_one(folder: Path) -> None:
    Path("specs").mkdir()
    assert Completed(0, f"{Path('specs/mine.yaml')}\n", "") == resnetgen("new", "mine")
    assert Completed(0, "a/b/other.yaml\n", "") == resnetgen("new", "mine", "-o", "a/b/other.yaml")
    assert Completed(0, "2 specs passed\n", "") == resnetgen("check", ".")


def test_a_dash_prints_the_spec(folder: Path) -> None:
    Path("specs").mkdir()
    done = resnetgen("new", "mine", "--classes", "7", "-o", "-")
    assert (0, "", ["specs"]) == (done.code, done.err, [path.name for path in folder.iterdir()])
    assert (7,) == compile_text(done.out).trace.output
    assert "resnetgen check mine.yaml " in done.out
    assert 0 == resnetgen("new", "mine", "--classes", "7", "-o", "mine.yaml").code
    assert done.out == Path("mine.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("base.yaml", "extends: ../base.yaml\n"),
        ("./specs/our base.yaml", 'extends: "our base.yaml"\n'),
        ("specs/010.yaml", 'extends: "010.yaml"\n'),
    ],
)
def test_a_base_by_its_path_is_found_from_the_new_spec(base: str, expected: str, folder: Path) -> None:
    Path("specs").mkdir()
    Path(base).write_text("extends: resnet18\nname: base\n")

    assert Completed(0, f"{Path('specs/mine.yaml')}\n", "") == resnetgen("new", "mine", "--extends", base)
    assert expected in Path("specs/mine.yaml").read_text()
    assert 0 == resnetgen("check", "specs/mine.yaml").code


def test_nothing_is_overwritten(folder: Path) -> None:
    Path("mine.yaml").write_text("precious")

    expected = """\
mine.yaml:1:1: error[RG601]: this file already exists
   help: choose another name, or another file with -o FILE

1 error; nothing was written
"""
    assert Completed(1, "", expected) == resnetgen("new", "mine")
    assert "precious" == Path("mine.yaml").read_text()


@pytest.mark.parametrize("name", ["9x", "a-b", "a b", "../x", "class", "__x", "", "naïve", "x" * 101, "a\n"])
def test_what_is_no_name_is_wrong_usage(name: str, folder: Path) -> None:
    done = resnetgen("new", "--", name)
    assert (2, "", []) == (done.code, done.out, list(folder.iterdir()))
    assert "Invalid value for 'NAME'" in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["torch"], "torch.yaml:7:7: error[RG205]: a file `torch.py` would be imported in place of the library torch"),
        (
            ["x", "--extends", "no"],
            "no:1:1: error[RG101]: no spec `no`: neither a file nor a shipped spec has this name",
        ),
        (["x", "--extends", "no.yaml"], "no.yaml:1:1: error[RG101]: there is no such file"),
        (["x", "-o", "file/x.yaml"], "file/x.yaml:1:1: error[RG601]: this file cannot be written: Not a directory"),
    ],
)
def test_a_spec_that_could_not_be_is_not_written(arguments: list[str], message: str, folder: Path) -> None:
    Path("file").write_text("")
    done = resnetgen("new", *arguments)
    assert (1, "", message) == (done.code, done.out, done.err.splitlines()[0])
    assert ["file"] == [path.name for path in folder.iterdir()]


def test_they_run_as_processes(tmp_path: Path) -> None:
    assert Completed(0, "mine.yaml\n", "") == process("new", "mine", cwd=tmp_path)
    assert 1 == process("new", "mine", cwd=tmp_path).code
    assert 2 == process("new", cwd=tmp_path).code
    assert 0 == process("list", cwd=tmp_path).code
