"""`resnetgen draw`: the file, and the reasons not to write one."""

from pathlib import Path

import pytest

from resnetgen.pictures.formats import MARK
from tests.cli.command_line import resnetgen

pytestmark = pytest.mark.usefixtures("folder")


def test_the_file_has_the_networks_name() -> None:
    done = resnetgen("draw", "resnet18")
    assert (0, "") == (done.code, done.err)
    assert done.out.startswith("resnet18.svg: ")
    assert Path("resnet18.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert 0 == resnetgen("draw", "resnet18", "--level", "block").code
    assert Path("resnet18_block.svg").exists()


def test_the_ending_decides_the_format() -> None:
    assert 0 == resnetgen("draw", "resnet18", "-o", "pictures/a.HTML", "--level", "all").code
    assert Path("pictures/a.HTML").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_picture_is_printed() -> None:
    done = resnetgen("draw", "resnet18", "-o", "-")
    assert done.out.startswith("<svg ")
    assert [] == list(Path().iterdir())


def test_a_picture_is_drawn_anew_and_another_file_is_kept() -> None:
    assert 0 == resnetgen("draw", "resnet18", "-o", "a.svg").code
    before = Path("a.svg").read_bytes()
    assert 0 == resnetgen("draw", "resnet34", "-o", "a.svg").code
    assert before != Path("a.svg").read_bytes()

    Path("a.svg").write_text("<svg/>", encoding="utf-8")
    done = resnetgen("draw", "resnet34", "-o", "a.svg")
    assert 1 == done.code
    assert "error[RG601]: resnetgen has not drawn this file" in done.err
    assert "<svg/>" == Path("a.svg").read_text(encoding="utf-8")
    assert 0 == resnetgen("draw", "resnet34", "-o", "a.svg", "--force").code
    assert MARK in Path("a.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("output", ["a.png", "a", ""])
def test_an_unknown_ending_is_wrong_usage(output: str) -> None:
    done = resnetgen("draw", "resnet18", "-o", output)
    assert 2 == done.code
    assert "does not end in .svg, .html, .mmd, .dot or .tex" in " ".join(done.err.split())
    assert [] == list(Path().iterdir())


def test_a_target_that_cannot_be_written_is_told() -> None:
    Path("a.svg").mkdir()
    done = resnetgen("draw", "resnet18", "-o", "a.svg")
    assert 1 == done.code
    assert "error[RG601]" in done.err


def test_faults_of_the_spec_leave_no_picture() -> None:
    Path("a.yaml").write_text("{name: a, extends: resnet18, bock: {}}", encoding="utf-8")
    done = resnetgen("draw", "a.yaml")
    assert 1 == done.code
    assert "error[RG201]" in done.err
    assert [Path("a.yaml")] == list(Path().iterdir())


def test_the_size_and_set_values_show() -> None:
    done = resnetgen("draw", "resnet18", "-o", "-", "--input-size", "320x192", "--set", "head.classes=10")
    assert "3×320×192" in done.out
    assert ">10</text>" in done.out


def test_two_networks_are_drawn_beside_each_other() -> None:
    done = resnetgen("draw", "resnet18", "resnet34")
    assert (0, "") == (done.code, done.err)
    assert done.out.startswith("resnet18_resnet34.svg: ")
    assert "≠ 1 more block<" in Path("resnet18_resnet34.svg").read_text(encoding="utf-8")


def test_a_network_is_drawn_beside_itself() -> None:
    assert 0 == resnetgen("draw", "resnet18", "resnet18", "-o", "a.svg").code
    assert "no difference" in Path("a.svg").read_text(encoding="utf-8")


def test_faults_of_the_second_spec_leave_no_picture() -> None:
    done = resnetgen("draw", "resnet18", "nonesuch", "-o", "a.svg")
    assert 1 == done.code
    assert "error[RG101]: no spec `nonesuch`" in done.err
    assert [] == list(Path().iterdir())


@pytest.mark.parametrize(
    ("suffix", "start"),
    [(".mmd", "---\nconfig:"), (".dot", "// "), (".tex", "% "), (".svg", "<svg "), (".html", "<!DOCTYPE")],
)
def test_a_file_of_each_format_is_drawn_anew(suffix: str, start: str) -> None:
    for name in ("resnet18", "resnet34"):
        assert 0 == resnetgen("draw", name, "-o", f"a{suffix}").code
    assert Path(f"a{suffix}").read_text(encoding="utf-8").startswith(start)
