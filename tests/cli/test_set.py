"""`--set`: values on the command line in place of a spec's, in every command that compiles specs."""

import json
from pathlib import Path

import pytest

from tests.cli.command_line import Completed, resnetgen

SPEC = """\
name: mine
description: A small network.
extends: resnet18
input: {size: 64}
head: {classes: 100}
ignore: {RG501: the maps are small on purpose}
"""


@pytest.fixture
def mine(folder: Path) -> Path:
    """A spec of the user's."""
    path = folder / "mine.yaml"
    path.write_text(SPEC)
    return path


def figures(*arguments: str | Path) -> dict[str, object]:
    """Return the output of `show --format json`."""
    done = resnetgen("show", *arguments, "--format", "json")
    assert (0, "") == (done.code, done.err)
    found: dict[str, object] = json.loads(done.out)
    return found


def test_a_value_replaces_that_of_the_spec(mine: Path) -> None:
    found = figures("mine.yaml", "--set", "head.classes=10", "--set", "input.channels=4")
    assert ([4, 64, 64], [{"name": "output", "shape": [10]}]) == (found["input"], found["outputs"])
    assert [3, 64, 64] == figures("mine.yaml")["input"]


@pytest.mark.parametrize(
    ("setting", "spec"),
    [
        ("head={classes: 7}", "head: {classes: 7}"),
        ("stages.layer3.blocks=4", "stages: {layer3: {blocks: 4}}"),
        ("stages.layer4=null", "stages: {layer4: null}"),
        ("block.act=silu", "block: {act: silu}"),
        ("norm.type=instance", "norm: {type: instance}"),
        ("stem=[{conv: 3, to: 64}]", "stem: [{conv: 3, to: 64}]"),
        ("stem.0.conv=5", "stem: [{conv: 5, to: 64, stride: 2}, {max_pool: 3, stride: 2}]"),
        ("stages.layer5={blocks: 1, channels: 512}", "stages: {layer5: {blocks: 1, channels: 512}}"),
        (" head . classes = 7", "head: {classes: 7}"),
    ],
)
def test_values_merge_as_those_of_a_spec_that_extends(setting: str, spec: str, folder: Path) -> None:
    Path("other.yaml").write_text(f"name: resnet18\nextends: resnet18\n{spec}\n")
    found, expected = figures("resnet18", "--set", setting), figures("other.yaml")
    assert expected == found
    assert "" == found["description"]


def test_later_values_are_merged_over_earlier_ones(folder: Path) -> None:
    done = resnetgen(
        "build", "resnet18", "--stdout", "--set", "head={classes: 7, dropout: 0.5}", "--set", "head.classes=9"
    )
    assert "nn.Linear(512, 9)" in done.out
    assert "nn.Dropout(0.5)" in done.out


EXPECTED = {
    "head.clases=10": """\
--set:1:6: error[RG201]: unknown key `clases`; did you mean `classes`?
    1 | head.clases=10
      |      ^^^^^^
  --> mine.yaml:5:1
    5 | head: {classes: 100}
      | ---- set in this spec
   help: the keys here are layers, pool, then, dropout, classes, classifier, activation, normalize, features
""",
    "head.classes=ten": """\
--set:1:14: error[RG203]: `classes` must be a whole number, not the text 'ten'
    1 | head.classes=ten
      |              ^^^
  --> mine.yaml:5:8
    5 | head: {classes: 100}
      |        ------- set in this spec
""",
    "stages.layr3.blocks=4": """\
--set:1:8: error[RG201]: there is no `layr3` in `stages`; did you mean `layer3`?
    1 | stages.layr3.blocks=4
      |        ^^^^^
  --> mine.yaml:1:1
    1 | name: mine
      | - set in this spec
   help: to add `layr3`, set it as a whole: `stages.layr3={...}`
""",
    "stem.conv=3": """\
--set:1:6: error[RG203]: `stem` is a list of 2, and `conv` is not the index of an element
    1 | stem.conv=3
      |      ^^^^
  --> mine.yaml:1:1
    1 | name: mine
      | - set in this spec
   help: write an index from 0 to 1, or set the whole list with `stem=[...]`
""",
    "head.pol=null": """\
--set:1:6: error[RG209]: there is no `pol` here to remove; did you mean `pool`?
    1 | head.pol=null
      |      ^^^
  --> mine.yaml:5:1
    5 | head: {classes: 100}
      | ---- set in this spec
   help: write a value; `null` only removes a key that the spec or its base has
""",
    "extends=resnet50": """\
--set:1:1: error[RG112]: `extends` cannot be set, since the bases are merged first
    1 | extends=resnet50
      | ^^^^^^^
  --> mine.yaml:3:1
    3 | extends: resnet18
      | ------- set in this spec
   help: name the other spec in place of this one, or write a spec that extends it
""",
    "stem.0=null": """\
--set:1:6: error[RG209]: `null` removes keys, not elements of a list such as `stem`
    1 | stem.0=null
      |      ^
  --> mine.yaml:1:1
    1 | name: mine
      | - set in this spec
   help: set the whole list with `stem=[...]`
""",
    "head.classes=[1": """\
--set:1:16: error[RG103]: not YAML: did not find expected ',' or ']'
    1 | head.classes=[1
      |              - the list starts here
      |                ^
   help: close the list with `]`, or put a `,` between its elements
""",
    "block.antialias=no": """\
--set:1:17: error[RG105]: `no` means false in YAML 1.1
    1 | block.antialias=no
      |                 ^^
   help: put it in quotes, or write `false`
""",
    "head.classes=": """\
--set:1:14: error[RG106]: a value is missing after `=`
    1 | head.classes=
      |              ^
   help: write a value in YAML; `null` removes the key, and `''` is an empty text
""",
    "name.first=x": """\
--set:1:1: error[RG203]: `name` must be text, not a mapping
    1 | name.first=x
      | ^^^^^^^^^^^^
  --> mine.yaml:1:1
    1 | name: mine
      | ---- set in this spec
""",
}


@pytest.mark.parametrize("setting", EXPECTED)
def test_a_wrong_value_is_shown_in_the_option(setting: str, mine: Path) -> None:
    done = resnetgen("check", "mine.yaml", "--set", setting)
    assert Completed(1, "", f"{EXPECTED[setting]}\n1 error in 1 of 1 spec\n") == done


@pytest.mark.parametrize("command", ["check", "build", "show", "diff", "verify", "export"])
def test_every_command_takes_values(command: str, mine: Path) -> None:
    more = ["--to", "onnx"] if command == "export" else []
    done = resnetgen(command, "mine.yaml", *more, "--set", "head.clases=10")
    assert (1, "") == (done.code, done.out)
    assert done.err.startswith(EXPECTED["head.clases=10"])
    assert ["mine.yaml"] == [path.name for path in mine.parent.iterdir()]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["head.classes"], "'head.classes' has no `=`; write a key and a value, as in head.classes=10"),
        (["=10"], "'=10' has an empty key; write a key and a value, as in head.classes=10"),
        (["head..classes=10"], "'head..classes=10' has an empty key; write a key and a value, as in head.classes=10"),
        (["head.classes=10", "head.classes=9"], "`head.classes` is set twice; keep one of the two"),
        (["\x1b]0;x=1", "\x1b]0;x=2"], "`\\x1b]0;x` is set twice; keep one of the two"),
    ],
)
def test_what_is_no_setting_is_wrong_usage(settings: list[str], message: str) -> None:
    done = resnetgen("check", "resnet18", *(word for setting in settings for word in ("--set", setting)))
    assert (2, "") == (done.code, done.out)
    assert f"Error: Invalid value for '--set': {message}\n" in done.err


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_a_fix_is_of_the_spec_as_it_is_written(option: str, mine: Path) -> None:
    done = resnetgen("check", "mine.yaml", option, "--set", "head.classes=10")
    assert (2, "", SPEC) == (done.code, done.out, mine.read_text())
    assert "cannot be combined with --set" in done.err


def test_values_hold_for_several_specs(folder: Path) -> None:
    for name in ("a", "b"):
        Path(f"{name}.yaml").write_text(f"name: {name}\nextends: resnet18\nhead: {{classes: 5}}\n")

    assert Completed(0, "2 specs passed\n", "") == resnetgen("check", "a.yaml", "b.yaml", "--set", "head.classes=10")
    done = resnetgen("check", "a.yaml", "b.yaml", "--set", "head.clases=10")
    expected = """\
--set:1:6: error[RG201]: unknown key `clases`; did you mean `classes`?
    1 | head.clases=10
      |      ^^^^^^
  --> a.yaml:3:1
    3 | head: {classes: 5}
      | ---- set in this spec
  --> b.yaml:3:1
    3 | head: {classes: 5}
      | ---- set in this spec
   help: the keys here are layers, pool, then, dropout, classes, classifier, activation, normalize, features

1 error in 2 of 2 specs
"""
    assert Completed(1, "", expected) == done


def test_one_name_for_several_specs_is_a_clash(folder: Path) -> None:
    done = resnetgen("build", "resnet18", "resnet34", "--set", "name=same")
    assert (1, "", []) == (done.code, done.out, list(folder.iterdir()))
    assert "error[RG205]: two specs have the name `same`" in done.err


def test_specs_that_are_checked_in_processes_have_the_values_too(folder: Path) -> None:
    for number in range(6):
        Path(f"s{number}.yaml").write_text(f"name: s{number}\nextends: resnet18\n")
    done = resnetgen("check", ".", "--jobs", "2", "--set", "head.classes=x")
    assert (1, 1) == (done.code, done.err.count("error[RG203]"))
    assert done.err.endswith("1 error in 6 of 6 specs\n")


def test_the_header_of_a_file_says_what_was_set(mine: Path) -> None:
    done = resnetgen("build", "mine.yaml", "--set", "head.classes=10", "--set", "name=tiny")
    assert Completed(0, "generated/tiny.py  11,181,642 parameters, 148 MMACs\n", "") == done

    first, *more = Path("generated/tiny.py").read_text().splitlines()
    assert first.startswith("# Code generated by resnetgen from ../mine.yaml (digest ")
    assert ["# With --set head.classes=10", "# With --set name=tiny"] == more[:2]
    assert "class Tiny(nn.Module):" in more
    assert "A small network." not in Path("generated/tiny.py").read_text()


def test_the_digest_is_that_of_a_spec_with_these_values(mine: Path) -> None:
    resnetgen("build", "mine.yaml", "--set", "head.classes=10", "-o", "set")
    mine.write_text(SPEC.replace("classes: 100", "classes: 10").replace("description: A small network.\n", ""))
    resnetgen("build", "mine.yaml", "-o", "written")
    first, second, *rest = Path("set/mine.py").read_text().splitlines()
    assert "# With --set head.classes=10" == second
    assert [first, *rest] == Path("written/mine.py").read_text().splitlines()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([], ["--set", "head.classes=10"], "this file was built without `--set`"),
        (["--set", "head.classes=10"], [], "this file was built with `--set head.classes=10`"),
        (
            ["--set", "head.classes=9", "--set", "act=silu"],
            ["--set", "head.classes=10"],
            "this file was built with `--set head.classes=9 --set act=silu`",
        ),
    ],
)
def test_a_file_with_other_values_is_not_overwritten(
    before: list[str], after: list[str], said: str, mine: Path
) -> None:
    assert 0 == resnetgen("build", "mine.yaml", *before).code
    old = Path("generated/mine.py").read_text()

    done = resnetgen("build", "mine.yaml", *after)
    assert (1, "", old) == (done.code, done.out, Path("generated/mine.py").read_text())
    assert f"generated/mine.py:1:1: error[RG601]: {said}\n" in done.err
    assert 0 == resnetgen("build", "mine.yaml", *after, "--force").code
    assert old != Path("generated/mine.py").read_text()


def test_a_check_of_a_file_takes_the_values_too(mine: Path) -> None:
    values = ("--set", "head.classes=10")
    assert 0 == resnetgen("build", "mine.yaml", *values).code
    assert Completed(0, "1 file is up to date\n", "") == resnetgen("build", "mine.yaml", "--check", *values)

    done = resnetgen("build", "mine.yaml", "--check", "--set", "head.classes=11")
    assert 1 == done.code
    assert {"-# With --set head.classes=10", "+# With --set head.classes=11"} <= {*done.out.splitlines()}


def test_files_of_one_spec_with_different_values_are_no_orphans(mine: Path) -> None:
    tiny = ("--set", "name=tiny")
    assert 0 == resnetgen("build", "mine.yaml").code
    assert Completed(0, "generated/tiny.py  11,227,812 parameters, 148 MMACs\n", "") == resnetgen(
        "build", "mine.yaml", "--prune", *tiny
    )
    for values in ((), tiny):
        assert (0, "1 file is up to date\n") == resnetgen("build", "mine.yaml", "--check", *values)[:2]

    mine.write_text(SPEC.replace("name: mine", "name: other"))
    assert "mine.py: orphan; its spec ../mine.yaml now builds other.py" in resnetgen("build", "mine.yaml").err
    mine.unlink()
    done = resnetgen("build", "resnet18", "--check")
    assert 3 == done.out.count(": orphan; its spec ../mine.yaml is gone")


@pytest.mark.parametrize("text", ["x\nimport os", "x\ry", "coding: latin-1", "\u202eabc", '"""'])
def test_a_hostile_value_stays_in_its_comment(text: str, mine: Path) -> None:
    done = resnetgen("build", "mine.yaml", "--stdout", "--set", f"reference={json.dumps(text)}  # {text}")
    if done.code == 0:
        lines = done.out.splitlines()
        assert lines[1].startswith("# With --set reference=")
        assert lines[2].startswith('"""')
        assert "coding: latin-1" not in "\n".join(lines[:2])
    else:
        assert "error[RG" in done.err


def test_one_spec_is_compared_with_itself_as_set(mine: Path) -> None:
    done = resnetgen("diff", "mine.yaml", "--set", "head.classes=10", "--format", "json")
    found = json.loads(done.out)
    assert 0 == done.code
    assert ["mine.yaml", "mine.yaml with head.classes=10"] == [found[side]["spec"] for side in ("before", "after")]
    assert -90 * 513 == found["figures"]["parameters"]["change"]


def test_values_hold_for_both_of_two_specs(mine: Path) -> None:
    found = json.loads(resnetgen("diff", "mine.yaml", "resnet18", "--set", "head.classes=10", "--format", "json").out)
    assert 0 == found["figures"]["parameters"]["change"]
    assert 2 == resnetgen("diff", "mine.yaml").code


def test_unused_entries_of_ignore_are_not_reported(mine: Path) -> None:
    assert "RG511" not in resnetgen("check", "mine.yaml", "--set", "input.size=224").err
    mine.write_text(SPEC.replace("64", "224"))
    assert "RG511" in resnetgen("check", "mine.yaml").err


@pytest.mark.parametrize("format", ["json", "github", "sarif", "junit"])
def test_reports_name_a_place_in_the_spec(format: str, mine: Path) -> None:
    done = resnetgen("check", "mine.yaml", "--format", format, "--set", "head.clases=10")
    assert 1 == done.code
    assert "mine.yaml" in done.out
    assert "file=--set" not in done.out


def test_a_path_as_deep_as_no_spec_is_an_error(mine: Path) -> None:
    done = resnetgen("check", "mine.yaml", "--set", f"{'.'.join(['a'] * 5000)}=1")
    assert 1 == done.code
    assert "error[RG107]: a path of 5,000 keys, but mappings are nested at most 64 deep" in done.err
