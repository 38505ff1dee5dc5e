"""`check --output`: a file gets a report in any format, and no other file is written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from resnetgen.reports import Format, renderer
from tests.cli.command_line import Completed, resnetgen
from tests.reports.reported import whole


@pytest.mark.parametrize("format", Format)
def test_every_format_is_written_without_a_carriage_return_and_ends_in_a_line(format: Format) -> None:
    written = renderer(format)(whole())
    assert (True, False, False) == (written.endswith("\n"), written.endswith("\n\n"), "\r" in written)


CLASHING = "name: clashing\nextends: resnet18\nstages:\n  layer2: {shortcut: identity}\n"


@pytest.fixture(autouse=True)
def specs(folder: Path) -> None:
    (folder / "clashing.yaml").write_text(CLASHING)


@pytest.mark.parametrize("format", Format)
def test_a_file_gets_the_format_and_the_terminal_the_text(format: Format, folder: Path) -> None:
    shown = resnetgen("check", "clashing.yaml", "resnet18")
    printed = resnetgen("check", "clashing.yaml", "resnet18", "--format", format)
    done = resnetgen("check", "clashing.yaml", "resnet18", "--format", format, "--output", "out/report")

    assert shown == done
    assert (printed.out or printed.err) == (folder / "out/report").read_bytes().decode()


def test_a_file_gets_a_report_of_what_is_well(folder: Path) -> None:
    done = resnetgen("check", "resnet18", "--format", "github", "-o", "report")
    assert (Completed(0, "1 spec passed\n", ""), "1 spec passed\n") == (done, (folder / "report").read_text())


@pytest.mark.parametrize(("format", "name"), [("json", "w.pth"), ("text", "model.py"), ("junit", "report.json")])
def test_no_other_file_is_written_over(format: str, name: str, folder: Path) -> None:
    (folder / name).write_text("precious")
    done = resnetgen("check", "resnet18", "--format", format, "-o", name)
    assert (1, "precious") == (done.code, (folder / name).read_text())
    assert f"{name}:1:1: error[RG601]: a file exists here, and its name does not end in ." in done.err


def test_an_empty_file_is_no_other_file(folder: Path) -> None:
    (folder / "report").touch()
    assert 0 == resnetgen("check", "resnet18", "-o", "report").code
    assert "1 spec passed\n" == (folder / "report").read_text()


def test_a_report_replaces_the_one_before(folder: Path) -> None:
    resnetgen("check", "clashing.yaml", "--format", "junit", "-o", "report.xml")
    resnetgen("check", "resnet18", "--format", "junit", "-o", "report.xml")
    assert resnetgen("check", "resnet18", "--format", "junit").out == (folder / "report.xml").read_text()
    assert ["clashing.yaml", "report.xml"] == sorted(path.name for path in folder.iterdir())


def test_a_report_that_cannot_be_written_is_a_fault(folder: Path) -> None:
    done = resnetgen("check", "resnet18", "--format", "json", "--output", ".")
    assert (1, "1 spec passed\n") == (done.code, done.out)
    assert ".:1:1: error[RG601]: this file cannot be written: " in done.err
    assert "help: choose another file with -o FILE" in done.err


def test_a_device_is_not_replaced(folder: Path) -> None:
    assert 1 == resnetgen("check", "resnet18", "--format", "json", "--output", "/dev/null").code
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("name", ["-", "clashing.yaml", "other.yml"])
def test_what_is_no_name_of_a_report_is_wrong_usage(name: str, folder: Path) -> None:
    done = resnetgen("check", "resnet18", "--format", "json", "--output", name)
    assert (2, "") == (done.code, done.out)
    assert "Invalid value for '--output'" in done.err
    assert [("clashing.yaml", CLASHING)] == [(path.name, path.read_text()) for path in folder.iterdir()]


def test_a_report_is_not_written_through_a_link_that_leads_out(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "file"
    outside.write_text("mine")
    for target in (outside, folder / "nothing"):
        Path("report").unlink(missing_ok=True)
        Path("report").symlink_to(target)
        done = resnetgen("check", "resnet18", "-o", "report")
        assert (1, True) == (done.code, "report:1:1: error[RG601]: this is a" in done.err)
    assert ("mine", False) == (outside.read_text(), (folder / "nothing").exists())
