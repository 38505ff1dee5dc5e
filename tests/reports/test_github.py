"""`--format github`: workflow commands, read here as a runner of GitHub Actions reads them."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from resnetgen.diagnostics.model import Label, Severity, Span, Text
from resnetgen.reports.github import render
from resnetgen.reports.report import Report, Result
from resnetgen.unicode import escape_invisible
from tests.cli.command_line import resnetgen
from tests.reports.reported import BASE, HOSTILE, TEXT, cases, fault, hostile, label, report


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, which is the current folder."""
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    message: str


_DATA = (("%0D", "\r"), ("%0A", "\n"))
_PROPERTY = (*_DATA, ("%3A", ":"), ("%2C", ","))


def unescape(written: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for escape, character in escapes:
        written = written.replace(escape, character)
    return written.replace("%25", "%")


def read(line: str) -> Command | None:
    """A line of a step's log as the command that it is, or None."""
    if not line.lstrip().startswith("::"):
        return None
    head, _, message = line.lstrip()[2:].partition("::")
    name, _, written = head.partition(" ")
    properties = dict(each.split("=", 1) for each in written.split(",") if each)
    return Command(
        name, {key: unescape(value, _PROPERTY) for key, value in properties.items()}, unescape(message, _DATA)
    )


def commands(written: str) -> list[Command]:
    """Return the commands in the output, split into lines as .NET does."""
    found = [read(line) for line in re.split("\r\n|\r|\n", written)]
    return [command for command in found if command is not None]


def test_a_fault_is_a_command() -> None:
    found = report(fault(label(TEXT, 3, 6, 10, "this"), label(TEXT, 1, 1, 8, "that"), message="100% wrong"))
    expected = (
        "::error file=specs/mine.yaml,line=3,endLine=3,col=6,endColumn=9,title=resnetgen RG204::100%25 wrong"
        "%0Aspecs/mine.yaml:3:6: this%0Aspecs/mine.yaml:1:1: that%0Ahelp: mend it\n"
        "1 error in 1 of 1 spec\n"
    )
    assert expected == render(found)


def test_a_warning_is_one_too() -> None:
    found = report(fault(severity=Severity.WARNING, message="unwise"))
    assert ["warning"] == [command.name for command in commands(render(found))]
    assert "1 warning in 1 of 1 spec" == render(found).splitlines()[-1]


def test_what_is_well_has_no_command() -> None:
    assert "2 specs passed\n" == render(Report((Result("resnet50", ()), Result("mine.yaml", ()))))


def test_a_fault_in_the_collection_is_shown_where_the_spec_extends_it() -> None:
    found = report(fault(label(BASE, 2, 6, 10), label(BASE, 1, 1, 5, "here"), label(TEXT, 1, 10, 18, "extended here")))
    (command,) = commands(render(found))

    assert ("specs/mine.yaml", "1", "10", "17") == tuple(
        command.properties[key] for key in ("file", "line", "col", "endColumn")
    )
    expected = [
        "wrong",
        "resnetgen:resnet18.yaml:2:6",
        "resnetgen:resnet18.yaml:1:1: here",
        "specs/mine.yaml:1:10: extended here",
        "help: mend it",
    ]
    assert expected == command.message.splitlines()


def test_a_fault_in_a_base_of_ones_own_is_shown_there() -> None:
    base = Text("specs/base.yaml", "act: relo\n")
    (command,) = commands(render(report(fault(label(base, 1, 6, 10), label(TEXT, 1, 10, 18, "extended here")))))
    assert ("specs/base.yaml", "1") == (command.properties["file"], command.properties["line"])


def test_what_is_in_the_collection_alone_is_shown_at_no_line() -> None:
    (command,) = commands(render(report(fault(label(BASE, 2, 6, 10, "this")), name="resnet18")))
    assert {"title": "resnetgen RG204"} == command.properties
    assert "resnetgen:resnet18.yaml:2:6: this" == command.message.splitlines()[1]


def test_several_lines_have_no_columns() -> None:
    (command,) = commands(render(report(fault(Label(Span(TEXT, 1, 3, 3, 2))))))
    assert {"file": "specs/mine.yaml", "line": "1", "endLine": "3", "title": "resnetgen RG204"} == command.properties


def test_a_place_between_two_characters_has_one_column() -> None:
    (command,) = commands(render(report(fault(label(TEXT, 1, 1, 1)))))
    assert ("1", "1") == (command.properties["col"], command.properties["endColumn"])


@pytest.mark.parametrize(
    ("workspace", "name", "path"),
    [
        pytest.param("", "a.yaml", "a.yaml", id="none"),
        pytest.param(".", "a.yaml", "a.yaml", id="the current folder"),
        pytest.param("..", "a.yaml", "folder/a.yaml", id="the one above"),
        pytest.param("..", "./b/../a.yaml", "folder/a.yaml", id="on a detour"),
        pytest.param("..", "../other/a.yaml", "other/a.yaml", id="beside"),
        pytest.param("", "../a.yaml", None, id="outside"),
        pytest.param("../other", "a.yaml", None, id="in another repository"),
        pytest.param("../fold", "a.yaml", None, id="where the name of the folder begins like another's"),
    ],
)
def test_paths_are_those_from_the_root_of_the_repository(
    workspace: str, name: str, path: str | None, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = root / "folder"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("GITHUB_WORKSPACE", os.path.normpath(here / workspace) if workspace else "")

    for given in (name, str(here / name)):
        (command,) = commands(render(report(fault(label(Text(given, "a"), 1, 1, 2)))))
        assert path == command.properties.get("file")


def test_links_lead_to_the_repository_and_not_out_of_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "real").mkdir()
    (root / "outside.yaml").write_text("")
    (root / "real/link.yaml").symlink_to(root / "outside.yaml")
    (root / "workspace").symlink_to("real")
    monkeypatch.chdir(root / "real")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(root / "workspace"))

    (command,) = commands(render(report(fault(label(Text("a.yaml", "a"), 1, 1, 2)))))
    assert "a.yaml" == command.properties["file"]
    monkeypatch.setenv("GITHUB_WORKSPACE", str(root / "real"))
    (command,) = commands(render(report(fault(label(Text("link.yaml", "a"), 1, 1, 2)))))
    assert "link.yaml" == command.properties["file"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_field(text: str) -> None:
    found = commands(render(hostile(text)))

    assert ["error", "warning"] == [command.name for command in found]
    keys = {"file", "line", "endLine", "col", "endColumn", "title"}
    assert [keys, keys] == [set(command.properties) for command in found]
    path = "".join(each if each in "\r\n" else escape_invisible(each) for each in hostile(text).results[0].name)
    assert os.path.normpath(path) == os.path.normpath(found[0].properties["file"])
    assert (5 if text else 3) == len(found[0].message.split("\n"))
    assert [] == [row for command in found for row in command.message.split("\n") if not row.isprintable()]


def test_each_case_is_as_many_commands_as_it_has_faults() -> None:
    for found in cases():
        assert len(found.diagnostics) == len(commands(render(found)))
        assert len(found.diagnostics) + 1 == len(render(found).splitlines())


def test_a_missing_file_is_said_in_this_format_too() -> None:
    done = resnetgen("check", "nowhere.yaml", "--format", "github")
    expected = (
        "::error file=nowhere.yaml,line=1,endLine=1,col=1,endColumn=1,title=resnetgen RG101::there is no such file\n"
        "1 error in 1 of 1 spec\n"
    )
    assert (1, expected, "") == (done.code, done.out, done.err)
