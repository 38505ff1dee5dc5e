"""Abstract specs: files that only others extend."""

import json
from pathlib import Path

import pytest

import resnetgen as package
from resnetgen.errors import AbstractSpecError, SpecError
from tests.cli.command_line import resnetgen

BASE = """\
abstract: true
layout: {stage: stages.*}
blocks:
  narrow: {mid: out / 8, branch: [{conv: 3, to: mid, stride: here}, {conv: 1, to: out, act: none}]}
stages: {layer1: {channels: 128}}
"""
BETWEEN = """\
extends: base.yaml
abstract: true
input: {channels: 3, size: 32}
stem: [{conv: 7, to: 16, stride: 4}, {max_pool: 3, stride: 2}]
block: {type: narrow}
stages: {layer1: {blocks: 8}}
head: {pool: avg}
"""
MINE = "extends: between.yaml\nname: mine\n"


@pytest.fixture
def folder(folder: Path) -> Path:
    """The working directory: an abstract spec, another one that extends it, and a network of both."""
    Path("base.yaml").write_text(BASE)
    Path("between.yaml").write_text(BETWEEN)
    Path("mine.yaml").write_text(MINE)
    return folder


def test_check_passes_a_folder_with_abstract_specs(folder: Path) -> None:
    done = resnetgen("check", ".")
    assert (0, "3 specs passed\n", "") == (done.code, done.out, done.err)
    listed = json.loads(resnetgen("check", "--format", "json", ".").out)["specs"]
    assert [False] * 3 == [each["fails"] for each in listed]


def test_a_folder_is_built_without_them(folder: Path) -> None:
    done = resnetgen("build", ".", "-o", "out")
    assert 0 == done.code
    assert ["mine.py"] == [path.name for path in Path("out").iterdir() if path.suffix == ".py"]
    assert 0 == resnetgen("build", "--check", ".", "-o", "out").code


def test_a_folder_with_abstract_specs_alone_builds_nothing(folder: Path) -> None:
    Path("mine.yaml").unlink()
    done = resnetgen("build", ".", "-o", "out")
    assert (0, "", "") == (done.code, done.out, done.err)
    assert not Path("out").exists()


@pytest.mark.parametrize("command", ["build", "show", "verify"])
def test_a_command_that_needs_a_network_says_that_there_is_none(folder: Path, command: str) -> None:
    done = resnetgen(command, "base.yaml")
    assert 1 == done.code
    assert "base.yaml:1:1: error[RG114]: this spec is abstract" in done.err
    assert "name a spec that extends it" in done.err


def test_the_word_is_not_inherited(folder: Path) -> None:
    assert "abstract" not in package.compile_spec("mine.yaml").document.data
    assert package.compile_spec("mine.yaml").network.stages[0].path == "stages.0"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("blocks: {T: {branch: [{conv: 3}]}}", "RG202"),  # nobody adds to the elements of a list
        ("blocks: {T: {mid: out /, branch: [{conv: 1, to: out}]}}", "RG207"),
        ("blocks: {T: {branch: [{cnv: 3, to: out}]}}", "RG206"),
        ("layout: {stage: 3}", "RG203"),
        ("stagess: {}", "RG201"),
        ("act: rleu", "RG204"),
    ],
)
def test_what_can_be_checked_is(folder: Path, text: str, code: str) -> None:
    Path("wrong.yaml").write_text(f"abstract: true\n{text}\n")
    done = resnetgen("check", "wrong.yaml")
    assert 1 == done.code
    assert f"error[{code}]" in done.err


def test_one_that_lacks_nothing_is_lowered(folder: Path) -> None:
    Path("whole.yaml").write_text("extends: resnet18\nname: whole\nabstract: true\nblock: {groups: 2}\n")
    done = resnetgen("check", "whole.yaml")
    assert 1 == done.code
    assert "`groups` has no effect" in done.err


def test_abstract_is_true_or_false(folder: Path) -> None:
    Path("odd.yaml").write_text("extends: resnet18\nname: odd\nabstract: 1\n")
    assert "`abstract` must be true or false" in resnetgen("check", "odd.yaml").err
    Path("odd.yaml").write_text("extends: resnet18\nname: odd\nabstract: false\n")
    assert 0 == resnetgen("check", "odd.yaml").code


def test_python_hears_of_it(folder: Path) -> None:
    assert () == package.diagnose("base.yaml")
    with pytest.raises(AbstractSpecError) as caught:
        package.compile_spec("base.yaml")
    assert isinstance(caught.value, SpecError)
    assert ["RG114"] == [each.code for each in caught.value.diagnostics]


def test_check_fix_leaves_it_as_it_is(folder: Path) -> None:
    assert 0 == resnetgen("check", "--fix", "base.yaml").code
    assert Path("base.yaml").read_text() == BASE
