"""`resnetgen report`: the file, and the reasons not to write one."""

from pathlib import Path

import pytest

from resnetgen.cli.report import run
from resnetgen.cli.spec_args import CompileOptions
from resnetgen.errors import RunError
from resnetgen.pages.page import MARK
from tests.cli.command_line import resnetgen

pytestmark = pytest.mark.usefixtures("folder")


def test_the_file_has_the_networks_name_and_a_known_mark() -> None:
    done = resnetgen("report", "resnet18")
    assert (0, "") == (done.code, done.err)
    assert done.out.startswith("resnet18.html: ")
    text = Path("resnet18.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>") and MARK in text


def test_several_specs_are_one_page() -> None:
    done = resnetgen("report", "resnet18", "resnet34")
    assert done.out.startswith("report.html: ")
    text = Path("report.html").read_text(encoding="utf-8")
    assert [1, 1, 1] == [text.count(f'<section id="{name}"') for name in ("comparison", "net1", "net2")]


def test_a_page_is_printed_and_is_the_same_each_time() -> None:
    one, other = (resnetgen("report", "resnet18", "-o", "-").out for _ in range(2))
    assert one.startswith("<!DOCTYPE html>")
    assert one == other
    assert [] == list(Path().iterdir())


def test_a_page_is_written_anew_and_another_file_is_kept() -> None:
    assert 0 == resnetgen("report", "resnet18", "-o", "a.html").code
    assert 0 == resnetgen("report", "resnet34", "-o", "a.html").code
    Path("a.html").write_text("<p>mine", encoding="utf-8")
    done = resnetgen("report", "resnet34", "-o", "a.html")
    assert 1 == done.code
    assert "error[RG601]: resnetgen has not written this file" in done.err
    assert "<p>mine" == Path("a.html").read_text(encoding="utf-8")
    assert 0 == resnetgen("report", "resnet34", "-o", "a.html", "--force").code


def test_a_fault_of_one_spec_is_told_and_nothing_is_written() -> None:
    Path("bad.yaml").write_text("name: bad\nextends: resnet18\nbock: {}\n", encoding="utf-8")
    done = resnetgen("report", "resnet18", "bad.yaml", "-o", "a.html")
    assert 1 == done.code
    assert "bad.yaml:3:1: error[RG201]" in done.err
    assert done.err.endswith("1 error; nothing was written\n")
    assert ["bad.yaml"] == [path.name for path in Path().iterdir()]


@pytest.mark.parametrize("output", ["a.pdf", "a", ""])
def test_an_unknown_ending_is_wrong_usage(output: str) -> None:
    done = resnetgen("report", "resnet18", "-o", output)
    assert 2 == done.code
    assert "does not end in .html" in done.err
    assert [] == list(Path().iterdir())


def test_what_is_printed_cannot_be_shown() -> None:
    done = resnetgen("report", "resnet18", "-o", "-", "--open")
    assert (2, "") == (done.code, done.out)
    assert "name a file with -o" in done.err


def test_a_target_that_cannot_be_written_is_told() -> None:
    Path("a.html").mkdir()
    done = resnetgen("report", "resnet18", "-o", "a.html")
    assert 1 == done.code
    assert "error[RG601]" in done.err


def test_a_folder_without_networks_is_wrong_usage() -> None:
    Path("bases").mkdir()
    Path("bases/base.yaml").write_text("name: base\nabstract: true\nextends: resnet18\n", encoding="utf-8")
    done = resnetgen("report", "bases")
    assert 2 == done.code
    assert "the given folders hold no spec" in done.err
    assert ["bases"] == [path.name for path in Path().iterdir()]


def test_the_page_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def open_url(url: str) -> bool:
        shown.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", open_url)
    assert 0 == run.run(["resnet18"], run.Target("a.html", open=True), 1, "float32", CompileOptions())
    assert [Path("a.html").resolve().as_uri()] == shown


def test_without_pygments_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnetgen.runtime.packages.find_spec", lambda name: None)
    with pytest.raises(RunError) as caught:
        run.run(["resnet18"], run.Target("a.html"), 1, "float32", CompileOptions())
    assert "pygments" in caught.value.message
    assert "[report]" in caught.value.help
    assert [] == list(Path().iterdir())
