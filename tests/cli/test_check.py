"""`resnetgen check`: everything that is wrong, with all that is named, each once."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command_line import ROOT, Completed, command, environment, resnetgen

BROKEN = """\
name: 9x
extends: resnet18
stages:
  layer2: {blocks: 2, channels: 128.5}
"""
CLASHING = """\
name: clashing
extends: resnet18
stages:
  layer2: {shortcut: identity}
"""
WELL = "name: mine\nextends: resnet18\n"


def test_a_good_spec_is_well() -> None:
    assert Completed(0, "1 spec passed\n", "") == resnetgen("check", "resnet50")


def test_all_faults_of_all_specs_are_shown(folder: Path) -> None:
    Path("broken.yaml").write_text(BROKEN)
    Path("clashing.yaml").write_text(CLASHING)

    expected = """\
broken.yaml:1:7: error[RG205]: '9x' is not a valid name: use letters, digits and `_`, and no digit first
    1 | name: 9x
      |       ^^

broken.yaml:4:33: error[RG203]: `channels` must be a whole number or an expression such as `out / 4`, not 128.5
    4 |   layer2: {blocks: 2, channels: 128.5}
      |                                 ^^^^^

clashing.yaml:4:12: error[RG301]: identity shortcut cannot join 64x56x56 to 128x28x28
    4 |   layer2: {shortcut: identity}
      |   ------ branch gives 128x28x28
      |            ^^^^^^^^^^^^^^^^^^ shortcut brings 64x56x56
   help: use `shortcut: auto`, which puts a 1x1 convolution with stride 2 there

3 errors in 2 of 3 specs
"""
    assert Completed(1, "", expected) == resnetgen("check", "broken.yaml", "resnet50", "clashing.yaml")


def test_as_json_everything_goes_to_standard_output(folder: Path) -> None:
    Path("clashing.yaml").write_text(CLASHING)
    done = resnetgen("check", "clashing.yaml", "resnet50", "--format", "json")

    diagnostic = {
        "code": "RG301",
        "severity": "error",
        "message": "identity shortcut cannot join 64x56x56 to 128x28x28",
        "file": "clashing.yaml",
        "line": 4,
        "column": 12,
        "end_line": 4,
        "end_column": 30,
        "words": "shortcut brings 64x56x56",
        "related": [
            {
                "file": "clashing.yaml",
                "line": 4,
                "column": 3,
                "end_line": 4,
                "end_column": 9,
                "words": "branch gives 128x28x28",
            }
        ],
        "help": "use `shortcut: auto`, which puts a 1x1 convolution with stride 2 there",
        "fix": None,
    }
    specs = [{"name": "clashing.yaml", "fails": True}, {"name": "resnet50", "fails": False}]
    expected = {"version": 1, "specs": specs, "diagnostics": [diagnostic]}
    assert (1, expected, "") == (done.code, json.loads(done.out), done.err)


def test_as_json_a_good_spec_has_no_diagnostics() -> None:
    done = resnetgen("check", "resnet50", "--format", "json")
    expected = {"version": 1, "specs": [{"name": "resnet50", "fails": False}], "diagnostics": []}
    assert (0, expected, "") == (done.code, json.loads(done.out), done.err)


def test_a_folder_stands_for_all_specs_in_it(folder: Path) -> None:
    Path("a/b").mkdir(parents=True)
    Path("a/one.yaml").write_text(WELL)
    Path("a/b/two.yml").write_text(WELL)
    Path("a/b/notes.txt").write_text("no spec")

    assert Completed(0, "2 specs passed\n", "") == resnetgen("check", "a")


def test_a_spec_that_is_named_twice_is_checked_once(folder: Path) -> None:
    Path("a").mkdir()
    Path("a/clashing.yaml").write_text(CLASHING)
    Path("link.yaml").symlink_to("a/clashing.yaml")
    named = ["a", "a/clashing.yaml", "a/../a/clashing.yaml", str(folder / "a/clashing.yaml"), "link.yaml"]

    assert "1 error in 1 of 1 spec" == resnetgen("check", *named).err.splitlines()[-1]
    assert Completed(0, "1 spec passed\n", "") == resnetgen(
        "check", "resnet50", ROOT / "specs/resnet50.yaml", "resnet50"
    )


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        pytest.param("nowhere.yaml", "nowhere.yaml:1:1: error[RG101]: there is no such file", id="file"),
        pytest.param("empty", "empty:1:1: error[RG101]: there is no spec in this folder", id="folder"),
        pytest.param(
            "resnet500",
            "resnet500:1:1: error[RG101]: no spec `resnet500`: neither a file nor a shipped spec has this name",
            id="name",
        ),
    ],
)
def test_what_is_not_there_is_a_fault_beside_the_others(argument: str, message: str, folder: Path) -> None:
    Path("empty").mkdir()
    done = resnetgen("check", argument, "resnet50")

    assert (1, "", message) == (done.code, done.out, done.err.splitlines()[0])
    assert "1 error in 1 of 2 specs" == done.err.splitlines()[-1]


@pytest.mark.parametrize("size", ["224", "320x192", "320,192", "320X192", "320, 192"])
def test_a_spec_is_checked_at_another_size(size: str) -> None:
    assert Completed(0, "1 spec passed\n", "") == resnetgen("check", "resnet50", "--input-size", size)


def test_a_size_that_the_network_cannot_take_is_a_fault(folder: Path) -> None:
    Path("unpadded.yaml").write_text("extends: resnet18\nname: unpadded\nstem: [{conv: 7, to: 64, padding: 0}]\n")

    assert 0 == resnetgen("check", "unpadded.yaml", "--input-size", "7").code
    done = resnetgen("check", "unpadded.yaml", "--input-size", "6")
    assert 1 == done.code
    window = "conv1 (conv 7x7 without padding) has a window of 7 pixels, more than the 6 of the map"
    assert f"unpadded.yaml:3:8: error[RG304]: {window}" == done.err.splitlines()[0]


@pytest.mark.parametrize("size", ["", "x", "0", "-1", "3x", "3x3x3x3", "1e3", "٣", "100001", "9" * 5000])
def test_what_is_no_size_is_wrong_usage(size: str) -> None:
    done = resnetgen("check", "resnet50", f"--input-size={size}")
    assert (2, "") == (done.code, done.out)
    assert "Invalid value for '--input-size'" in done.err


def test_a_fault_of_a_base_is_told_once_of_all_that_extend_it(folder: Path) -> None:
    Path("base.yaml").write_text("extends: resnet18\nname: base\nact: rleu\n")
    for number in range(6):
        Path(f"mine{number}.yaml").write_text(f"extends: base.yaml\nname: mine{number}\n")

    done = resnetgen("check", ".")
    shown = [line for line in done.err.splitlines() if line.startswith(("base.yaml:", "  --> "))]
    labels = [f"  --> mine{number}.yaml:1:10" for number in range(4)]
    assert ["base.yaml:3:6: error[RG204]: unknown `act` 'rleu'; did you mean `relu`?"] == shown[:1]
    assert labels == shown[1:]
    assert "1 error in 7 of 7 specs\n1 of these can be fixed" in done.err
    assert 1 == len(json.loads(resnetgen("check", ".", "--format", "json").out)["diagnostics"])


def test_a_fault_in_the_collection_is_told_of_each_spec_that_brings_it_about(folder: Path) -> None:
    for number in range(2):
        Path(f"mine{number}.yaml").write_text(
            f"extends: resnet50\nname: mine{number}\nhead: {{features: [layer2], pool: null}}\n"
        )

    found = json.loads(resnetgen("check", ".", "--format", "json").out)["diagnostics"]
    assert {"mine0.yaml", "mine1.yaml"} == {label["file"] for each in found for label in each["related"]}
    assert {"resnetgen:resnet50.yaml"} == {each["file"] for each in found}
    assert len(found) == len({(each["code"], each["column"], each["related"][0]["file"]) for each in found})


@pytest.mark.skipif(sys.platform == "win32", reason="there the current directory cannot be removed")
def test_a_current_directory_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    words = shlex.join(command("check", "resnet18"))
    script = f"cd {shlex.quote(str(gone))} && rmdir {shlex.quote(str(gone))} && exec {words}"
    done = subprocess.run(["sh", "-c", script], env=environment(), capture_output=True, encoding="utf-8", check=False)
    assert (1, "") == (done.returncode, done.stdout)
    assert (
        "error[RG101]: the current directory has been removed\n   help: change to a directory that exists\n"
        in done.stderr
    )


def test_a_folder_that_cannot_be_read_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other folders beside it are checked; root may read everything, so the system's answer is played."""
    for name in ("good", "closed"):
        Path(f"specs/{name}").mkdir(parents=True)
        Path(f"specs/{name}/mine.yaml").write_text("extends: resnet18\nname: mine\n", encoding="utf-8")
    scan = os.scandir

    def refuse(path: str) -> object:
        if os.fspath(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    done = resnetgen("check", "specs")
    assert (1, "") == (done.code, done.out)
    assert "specs/closed:1:1: error[RG101]: this folder cannot be read: Permission denied" in done.err
    assert "1 error in 1 of 2 specs" in done.err
    assert 1 == resnetgen("check", "specs/closed").code
