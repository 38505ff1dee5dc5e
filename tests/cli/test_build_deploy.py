"""`resnetgen build --deploy`: where it writes, and what it does not write over."""

import contextlib
import os
from pathlib import Path

import pytest

from tests.cli.command_line import ROOT, Done, resnetgen

FIGURES = "25,530,472 parameters, 4.09 GMACs"
PLAIN = "25,557,032 parameters, 4.09 GMACs"


@pytest.fixture
def folder(folder: Path) -> Path:
    """A working directory with a spec whose name is that of another's deployed form."""
    (folder / "named.yaml").write_text("name: resnet50_deploy\nextends: resnet50\n")
    return folder


def test_it_writes_a_file_of_its_own(folder: Path) -> None:
    assert Done(0, f"out/resnet50_deploy.py  {FIGURES}\n", "") == resnetgen(
        "build", "resnet50", "--deploy", "-o", "out"
    )
    assert Done(0, f"out/resnet50.py  {PLAIN}\n", "") == resnetgen("build", "resnet50", "-o", "out")
    assert ["resnet50.py", "resnet50_deploy.py"] == sorted(os.listdir("out"))


def test_it_prints_what_it_writes(folder: Path) -> None:
    resnetgen("build", "resnet50", "--deploy")
    text = Path("generated/resnet50_deploy.py").read_text(encoding="utf-8")
    assert Done(0, text, "") == resnetgen("build", "resnet50", "--deploy", "--stdout")
    header = (
        "# DO NOT EDIT: `resnetgen build --deploy` made this from the spec\n# resnetgen's specs/resnet50.yaml (digest "
    )
    assert text.startswith(header)


def test_check_tells_whether_it_is_fresh(folder: Path) -> None:
    resnetgen("build", "resnet50", "--deploy")
    assert Done(0, "1 file is up to date\n", "") == resnetgen("build", "resnet50", "--deploy", "--check")
    path = Path("generated/resnet50_deploy.py")
    path.write_text(path.read_text().replace("stride=2", "stride=1"))
    done = resnetgen("build", "resnet50", "--deploy", "--check")
    assert (1, "1 of 1 file out of date; run `resnetgen build --deploy` to update\n") == (done.code, done.err)
    assert "+        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3)\n" in done.out


@pytest.mark.parametrize(
    ("there", "other", "wrote"),
    [
        (("resnet50", "--deploy"), ("named.yaml",), "resnetgen build --deploy"),
        (("named.yaml",), ("resnet50", "--deploy"), "resnetgen build"),
    ],
)
def test_one_form_is_not_written_over_the_other(
    folder: Path, there: tuple[str, ...], other: tuple[str, ...], wrote: str
) -> None:
    assert 0 == resnetgen("build", *there).code
    before = Path("generated/resnet50_deploy.py").read_bytes()
    expected = f"""\
generated/resnet50_deploy.py:1:1: error[RG601]: this file was written by `{wrote}`
   help: write to another folder with -o DIR, or overwrite this file with --force

1 error; nothing was written
"""
    assert Done(1, "", expected) == resnetgen("build", *other)
    assert before == Path("generated/resnet50_deploy.py").read_bytes()
    assert 0 == resnetgen("build", *other, "--force").code
    assert before != Path("generated/resnet50_deploy.py").read_bytes()


def test_two_specs_of_one_name_are_told_of_the_file_that_both_want(folder: Path) -> None:
    Path("resnet50.yaml").write_text("extends: resnet50\nname: resnet50\nhead: {classes: 10}\n")
    done = resnetgen("build", "resnet50", "./resnet50.yaml", "--deploy")
    assert (1, "") == (done.code, done.out)
    assert "two specs have the name `resnet50`, and both would be written to resnet50_deploy.py" in done.err
    assert not Path("generated").exists()


def test_a_spec_at_fault_is_what_it_is_without(folder: Path) -> None:
    Path("bad.yaml").write_text("extends: resnet50\nname: bad\nstages: {layer9: 3}\n")
    assert resnetgen("build", "bad.yaml") == resnetgen("build", "bad.yaml", "--deploy")


def test_the_flagship_is_fresh() -> None:
    with contextlib.chdir(ROOT):
        assert Done(0, "1 file is up to date\n", "") == resnetgen("build", "resnet50", "--deploy", "--check")
