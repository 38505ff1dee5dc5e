"""`resnetgen build` and the folder of generated files: orphans, line ends, formatters, and git."""

import os
from pathlib import Path

import pytest

from tests.cli.command_line import resnetgen
from tests.source.git_repository import Repository, repository

FIGURES = "11,689,512 parameters, 1.81 GMACs"
KEEP_OR_PRUNE = "remove with `--prune`, or delete a file's first line to keep it as your own"


@pytest.fixture
def folder(folder: Path) -> Path:
    """The working directory: two specs in specs/, and their files in generated/."""
    (folder / "specs").mkdir()
    for name in ("mine", "other"):
        (folder / f"specs/{name}.yaml").write_text(f"name: {name}\nextends: resnet18\n")
    assert 0 == resnetgen("build", "specs").code
    return folder


# Orphans


def test_a_file_whose_spec_is_gone_is_an_orphan(folder: Path) -> None:
    Path("specs/other.yaml").unlink()

    done = resnetgen("build", "--check", "specs")
    assert (1, "generated/other.py: orphan; its spec ../specs/other.yaml is gone\n") == (done.code, done.out)
    assert f"1 orphan; {KEEP_OR_PRUNE}\n" == done.err


def test_a_file_whose_spec_has_another_name_is_an_orphan(folder: Path) -> None:
    Path("specs/other.yaml").write_text("name: third\nextends: resnet18\n")
    done = resnetgen("build", "specs")

    assert (0, True) == (done.code, Path("generated/other.py").exists())
    why = "its spec ../specs/other.yaml now builds third.py"
    assert f"generated/other.py: orphan; {why}; {KEEP_OR_PRUNE}\n" == done.err
    done = resnetgen("build", "--check", "specs")
    assert (1, f"generated/other.py: orphan; {why}\n") == (done.code, done.out)


def test_prune_removes_orphans_and_nothing_else(folder: Path) -> None:
    os.rename("specs/other.yaml", "specs/new.yaml")
    Path("generated/own.py").write_text("x = 1\n")
    Path("generated/kept.py").write_text(Path("generated/other.py").read_text().partition("\n")[2])
    Path("generated/notes.txt").write_bytes(Path("generated/other.py").read_bytes())
    Path("generated/link.py").symlink_to("notes.txt")
    resnetgen("build", "specs/mine.yaml", "--deploy")
    Path("generated/lost.py").write_text(Path("generated/mine.py").read_text().replace("mine.yaml", "gone.yaml"))
    done = resnetgen("build", "specs", "--prune")

    assert (0, "") == (done.code, done.err)
    assert "generated/lost.py  removed; its spec ../specs/gone.yaml is gone" == done.out.splitlines()[-1]
    left = {"kept.py", "link.py", "mine.py", "mine_deploy.py", "notes.txt", "other.py", "own.py"}
    assert left == set(os.listdir("generated"))


def test_a_file_of_a_spec_that_is_not_built_is_no_orphan(folder: Path) -> None:
    resnetgen("build", "resnet34")
    done = resnetgen("build", "specs/mine.yaml", "--prune")

    assert (0, f"generated/mine.py  {FIGURES}, unchanged\n", "") == done
    assert {"mine.py", "other.py", "resnet34.py"} == set(os.listdir("generated"))


def test_a_file_of_a_shipped_spec_that_is_gone_is_an_orphan(folder: Path) -> None:
    old = resnetgen("build", "resnet34", "--stdout").out.replace("specs/resnet34.yaml", "specs/resnet33.yaml")
    Path("generated/resnet33.py").write_text(old)

    done = resnetgen("build", "--check", "specs")
    assert (1, "generated/resnet33.py: orphan; its spec resnetgen's specs/resnet33.yaml is gone\n") == done[:2]


# What is a difference


def test_line_ends_are_no_difference(folder: Path) -> None:
    path = Path("generated/mine.py")
    path.write_bytes(converted := path.read_bytes().replace(b"\n", b"\r\n"))

    assert (0, "2 files are up to date\n", "") == resnetgen("build", "--check", "specs")
    assert f"generated/mine.py   {FIGURES}, unchanged\n" in resnetgen("build", "specs").out
    assert converted == path.read_bytes()


def test_git_may_convert_line_ends(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    made: Repository = repository(folder)
    made.commit({})
    made.git("config", "core.autocrlf", "true")
    Path("generated/mine.py").unlink()
    made.git("checkout", "generated/mine.py")

    assert b"\r\n" in Path("generated/mine.py").read_bytes()
    assert 0 == resnetgen("build", "--check", "specs").code


def test_a_formatter_is_named(folder: Path) -> None:
    path = Path("generated/mine.py")
    path.write_text(path.read_text().replace("x: Tensor) -> Tensor:", "x: Tensor,) -> Tensor:"))
    done = resnetgen("build", "--check", "specs")

    assert 1 == done.code
    assert "1 of them differs only in formatting; if a formatter does this, exclude generated" in done.err


@pytest.mark.parametrize(
    ("old", "new"),
    [("x = self.fc(x)", "x = self.fc( x + 1)"), ("digest ", "digest 0"), ("x = self.fc(x)", "x = = self.fc(x)")],
)
def test_other_code_is_no_formatters_work(folder: Path, old: str, new: str) -> None:
    path = Path("generated/mine.py")
    path.write_text(path.read_text().replace(old, new))
    done = resnetgen("build", "--check", "specs")

    assert (1, "1 of 2 files out of date; run `resnetgen build` to update\n") == (done.code, done.err)


def test_a_file_that_bursts_the_parser_is_only_different(folder: Path) -> None:
    path = Path("generated/mine.py")
    path.write_text(path.read_text() + "x = " + "(" * 5000)
    assert "1 of 2 files out of date; run `resnetgen build` to update\n" == resnetgen("build", "--check", "specs").err


def test_a_faulty_spec_does_not_hide_the_files_of_others(folder: Path) -> None:
    Path("specs/wrong.yaml").write_text("name: wrong\nextends: resnet18\nhead: {clases: 10}\n")
    Path("generated/mine.py").write_text(Path("generated/mine.py").read_text() + "x = 1\n")
    done = resnetgen("build", "--check", "specs")

    assert 1 == done.code
    assert "--- generated/mine.py\n" in done.out
    assert "specs/wrong.yaml:3:8: error[" in done.err
    assert done.err.endswith(
        "1 error; 1 spec was not compared\n1 of 2 files out of date; run `resnetgen build` to update\n"
    )


def test_check_compares_all_but_the_second_spec_of_a_name(folder: Path) -> None:
    Path("specs/third.yaml").write_text("name: mine\nextends: resnet18\n")
    Path("generated/other.py").unlink()
    done = resnetgen("build", "--check", "specs")

    assert (1, True) == (done.code, "+++ generated/other.py\n" in done.out)
    assert "error[RG205]: two specs have the name `mine`" in done.err
    assert "\n1 error; 1 spec was not compared\n" in done.err


# .gitattributes


def test_gitattributes_on_request(folder: Path) -> None:
    assert not Path("generated/.gitattributes").exists()
    done = resnetgen("build", "specs", "--gitattributes")

    assert "generated/.gitattributes  marks the files as generated" == done.out.splitlines()[-1]
    assert "*.py text eol=lf linguist-generated\n" == Path("generated/.gitattributes").read_text()
    assert ".gitattributes" not in resnetgen("build", "specs", "--gitattributes").out


def test_gitattributes_keeps_what_is_there(folder: Path) -> None:
    Path("generated/.gitattributes").write_text("*.pth binary")
    resnetgen("build", "specs", "--gitattributes")
    assert "*.pth binary\n*.py text eol=lf linguist-generated\n" == Path("generated/.gitattributes").read_text()


def test_gitattributes_is_not_written_through_a_link_that_leads_out(folder: Path) -> None:
    Path("elsewhere").write_text("")
    Path("generated/.gitattributes").symlink_to("../elsewhere")
    done = resnetgen("build", "specs", "--gitattributes")

    assert (1, "") == (done.code, Path("elsewhere").read_text())
    assert "generated/.gitattributes:1:1: error[RG601]: this is a link that leads out of the folder" in done.err


# Options


@pytest.mark.parametrize("reader", ["--check", "--stdout"])
@pytest.mark.parametrize("writer", ["--prune", "--gitattributes"])
def test_what_writes_nothing_takes_no_option_that_writes(folder: Path, reader: str, writer: str) -> None:
    done = resnetgen("build", "specs/mine.yaml", reader, writer)
    assert (2, "") == (done.code, done.out)
    assert f"{writer} cannot be used with {reader}" in done.err
