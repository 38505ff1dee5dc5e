"""The output of `check` for many specs: `--quiet`, `--statistics`, and warnings that several specs share."""

from pathlib import Path

import pytest

from tests.cli.command_line import Completed, resnetgen

WRONG = "name: wrong\nextends: resnet18\nbock: {}\nhed: {}\nhead: {classes: x}\n"


def small(name: str) -> str:
    """A spec whose maps are too small."""
    return f"name: {name}\nextends: resnet18\ninput: {{size: 48}}\n"


@pytest.fixture
def many(folder: Path) -> Path:
    """Seven specs with the same warning, and one that is wrong."""
    for letter in "abcdefg":
        Path(f"{letter}.yaml").write_text(small(letter))
    Path("wrong.yaml").write_text(WRONG)
    return folder


SHARED = """\
resnetgen:resnet18.yaml:9:3: warning[RG501]: the maps of `layer3` are only 3x3, and `layer4` still follows
    9 |   layer3: {blocks: 2, channels: 256}
      |   ^^^^^^
  --> a.yaml:3:15
    3 | input: {size: 48}
      |               -- the input is 48x48
  --> a.yaml:2:10
    2 | extends: resnet18
      |          -------- extended here
   help: use a stem that keeps the size, such as `stem: [{conv: 3, to: 64}]`, fewer strides or a larger input
   note: the same in 6 other specs: b.yaml:3:15, c.yaml:3:15, d.yaml:3:15, e.yaml:3:15 and 2 more
"""


def test_a_warning_that_specs_share_is_shown_once(many: Path) -> None:
    Path("wrong.yaml").unlink()
    done = resnetgen("check", ".")
    assert (0, "") == (done.code, done.out)
    shown, _, summary = done.err.rpartition("\n\n")
    assert SHARED == f"{shown}\n"
    assert "7 warnings in 7 of 7 specs\n" == summary


def test_two_that_share_a_warning(folder: Path) -> None:
    for letter in "ab":
        Path(f"{letter}.yaml").write_text(small(letter))
    assert "   note: the same in 1 other spec: b.yaml:3:15\n" in resnetgen("check", ".").err


def test_a_warning_of_two_places_in_one_spec_is_two(folder: Path) -> None:
    text = "name: mine\nextends: resnet18\nstages: {layer3: {channels: 250}, layer4: {channels: 250}}\n"
    Path("mine.yaml").write_text(text)
    once = resnetgen("check", "mine.yaml").err
    Path("other.yaml").write_text(text.replace("mine", "other"))
    twice = resnetgen("check", ".").err
    assert "note:" not in once
    assert once.count("warning[") == twice.count("warning[") == twice.count("note: the same in 1 other spec")


def test_errors_are_shown_each(many: Path) -> None:
    Path("also.yaml").write_text(WRONG.replace("name: wrong", "name: also"))
    done = resnetgen("check", "wrong.yaml", "also.yaml")
    assert (1, 2) == (done.code, done.err.count("error[RG201]: unknown key `bock`"))
    assert 7 == resnetgen("check", ".", "--strict").err.count("error[RG501]")


def test_reports_for_programs_have_them_all(many: Path) -> None:
    assert 7 == resnetgen("check", ".", "--format", "json").out.count('"RG501"')


def test_quietly_only_diagnostics_are_shown(many: Path) -> None:
    assert Completed(0, "", "") == resnetgen("check", "resnet18", "--quiet")
    done = resnetgen("check", ".", "-q")
    loud = resnetgen("check", ".")
    assert (1, 1, "") == (loud.code, done.code, done.out)
    assert loud.err.startswith(done.err)
    assert loud.err.removeprefix(done.err).startswith("\n3 errors and 7 warnings in 8 of 8 specs\n")


STATISTICS = """\
7  RG501  Map too small for the stages after it
2  RG201  Unknown key
1  RG203  Value of the wrong type
"""


def test_codes_are_counted(many: Path) -> None:
    done = resnetgen("check", ".", "--statistics")
    assert (1, STATISTICS) == (done.code, done.out)
    assert done.err.startswith("\n3 errors and 7 warnings in 8 of 8 specs\n")
    assert Completed(1, STATISTICS, "") == resnetgen("check", ".", "--statistics", "--quiet")


def test_counts_stand_below_one_another(folder: Path) -> None:
    for number in range(10):
        Path(f"s{number}.yaml").write_text(small(f"s{number}"))
    Path("wrong.yaml").write_text(WRONG)
    assert ["10", " 2", " 1"] == [line[:2] for line in resnetgen("check", ".", "--statistics").out.splitlines()]


def test_nothing_to_count(folder: Path) -> None:
    assert Completed(0, "1 spec passed\n", "") == resnetgen("check", "resnet18", "--statistics")
    assert Completed(0, "", "") == resnetgen("check", "resnet18", "--statistics", "-q")


def test_counts_beside_a_report_file(many: Path) -> None:
    done = resnetgen("check", ".", "--statistics", "--output", "report.json", "--format", "text")
    assert 1 == done.code  # a report as text must not have the name of another format


@pytest.mark.parametrize("more", [["--format", "json"], ["--diff"]])
def test_counts_are_text(more: list[str]) -> None:
    done = resnetgen("check", "resnet18", "--statistics", *more)
    assert (2, "") == (done.code, done.out)
    assert "--statistics cannot be combined with --format or --diff" in done.err
