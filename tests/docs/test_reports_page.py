"""What docs/formats.md says of the formats is so: its commands are run, and its tables compared with the code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from resnetgen.cli import app, exit
from resnetgen.reports import Format, renderer
from tests.cli.command_line import ROOT, Done, resnetgen
from tests.reports.reported import whole

PAGE = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^```(.+)\n((?:(?!```).*\n)*)```$", PAGE, re.MULTILINE)
SPECS = {info.split()[-1]: content for info, content in FENCES if " in " in info}
SESSIONS = [content for info, content in FENCES if info == "console"]


def rows(mark: str) -> list[tuple[str, ...]]:
    """The cells of the table below a comment, but for its head."""
    table = PAGE.partition(f"<!-- {mark} -->\n\n")[2].partition("\n\n")[0].splitlines()[2:]
    return [tuple(cell.strip() for cell in row[1:-1].split("|")) for row in table]


@pytest.mark.parametrize("session", SESSIONS, ids=lambda session: session.splitlines()[0])
def test_a_command_shows_what_the_page_says(session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    for name, content in SPECS.items():
        Path(name).write_text(content)
    command, _, shown = session.partition("\n")
    done = resnetgen(*shlex.split(command)[2:])

    pieces = [re.escape(piece) for piece in re.split(r"^ *\.\.\.\n", shown, flags=re.MULTILINE)]
    assert re.fullmatch("(?:.*\n)*?".join(pieces), done.out + done.err), done


def test_every_format_is_on_the_page() -> None:
    formats = [f"`{format.value}`" for format in Format]
    assert formats == [name for name, _ in rows("formats")]
    assert [format.value for format in Format][1:] == re.findall(r"^## (\w+)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("format", Format)
def test_every_format_is_written_without_a_carriage_return_and_ends_in_a_line(format: Format) -> None:
    written = renderer(format)(whole())
    assert (True, False, False) == (written.endswith("\n"), written.endswith("\n\n"), "\r" in written)


def test_the_command_line_is_told_with_every_exit_code() -> None:
    codes = [exit.OK, exit.FAILURE, 2, exit.INTERNAL_ERROR, exit.INTERRUPTED, exit.BROKEN_PIPE]
    assert [] == [code for code in codes if f"{code}, " not in str(app.__doc__)]


# `--output`


CLASHING = "name: clashing\nextends: resnet18\nstages:\n  layer2: {shortcut: identity}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("clashing.yaml").write_text(CLASHING)
    return tmp_path


@pytest.mark.parametrize("format", Format)
def test_a_file_gets_the_format_and_the_terminal_the_text(format: Format, folder: Path) -> None:
    shown = resnetgen("check", "clashing.yaml", "resnet18")
    printed = resnetgen("check", "clashing.yaml", "resnet18", "--format", format)
    done = resnetgen("check", "clashing.yaml", "resnet18", "--format", format, "--output", "out/report")

    assert shown == done
    assert (printed.out or printed.err) == (folder / "out/report").read_bytes().decode()


def test_a_file_gets_a_report_of_what_is_well(folder: Path) -> None:
    done = resnetgen("check", "resnet18", "--format", "github", "-o", "report")
    assert (Done(0, "1 spec passed\n", ""), "1 spec passed\n") == (done, (folder / "report").read_text())


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
