"""Completion in a shell: names of specs, files, codes, families, checks and formats."""

from pathlib import Path

import pytest

from resnetgen.cli.app import COMMANDS
from resnetgen.codes import pages, warnings
from resnetgen.export import FORMATS
from resnetgen.source.collection import names
from resnetgen.verify import CHECKS, GROUPS
from tests.cli.command_line import program

COMPLETE = """\
import os, sys
from resnetgen.cli.app import main
os.environ |= {"_RESNETGEN_COMPLETE": "complete_bash", "COMP_WORDS": sys.argv[1], "COMP_CWORD": sys.argv[2]}
sys.argv = ["resnetgen"]
sys.exit(main())
"""
"""What bash runs for a Tab."""


def completed(line: str, cwd: Path | None = None) -> list[str]:
    """Return what a Tab at the end of a line offers."""
    done = program(COMPLETE, line, str(line.count(" ")), cwd=cwd)
    assert (0, "") == (done.code, done.err)
    return done.out.split()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "resnets").mkdir()
    (tmp_path / "resnets" / "mine.yaml").write_text("name: mine\nextends: resnet18\n")
    (tmp_path / "resnets" / "notes.txt").write_text("")
    (tmp_path / "resnetx.yml").write_text("name: resnetx\nextends: resnet18\n")
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_commands_and_options_are_offered() -> None:
    assert set(COMMANDS) == set(completed("resnetgen "))
    assert ["--input-size"] == completed("resnetgen show --inp")


@pytest.mark.parametrize("command", ["check", "build", "show", "verify", "export", "diff", "new mine --extends"])
def test_names_of_specs_and_spec_files_are_offered(command: str, project: Path) -> None:
    shipped = [name for name in names() if name.startswith("resnet")]
    assert [*shipped, "resnets/", "resnetx.yml"] == completed(f"resnetgen {command} resnet", project)
    assert ["resnets/mine.yaml"] == completed(f"resnetgen {command} resnets/", project)
    assert [] == completed(f"resnetgen {command} nowhere/", project)


def test_a_hidden_folder_is_not_offered_unless_begun(project: Path) -> None:
    assert ".git/" not in completed("resnetgen check ", project)
    assert [".git/"] == completed("resnetgen check .g", project)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("resnetgen explain ", list(pages())),
        ("resnetgen check --ignore ", list(warnings())),
        ("resnetgen check --ignore RG501,RG5", [f"RG501,{code}" for code in warnings() if code.startswith("RG5")]),
        ("resnetgen verify --checks ", [*GROUPS, *(check.name for check in CHECKS)]),
        ("resnetgen verify --skip onnx,fp", ["onnx,fp16"]),
        ("resnetgen export --to ", list(FORMATS)),
        ("resnetgen export --to pt2,o", ["pt2,onnx"]),
        ("resnetgen list seresnet1", [name for name in names() if name.startswith("seresnet1")]),
        ("resnetgen check --format ", ["text", "json", "github", "sarif", "junit"]),
        ("resnetgen show --format ", ["table", "json", "markdown"]),
        ("resnetgen diff --dtype b", ["bfloat16"]),
        ("resnetgen verify --device c", ["cpu", "cuda"]),
    ],
)
def test_the_words_of_a_value_are_offered(line: str, expected: list[str]) -> None:
    assert expected == completed(line)


def test_families_are_those_of_the_list() -> None:
    from resnetgen.resources import specs_folder

    folders = [path.parent.relative_to(specs_folder()).as_posix() for path in names().values()]
    expected = ["main" if folder == "." else folder for folder in dict.fromkeys(folders)]
    assert expected == completed("resnetgen list --family ")
