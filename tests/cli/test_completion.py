"""Completion in a shell: names of specs, files, codes, families, checks and formats."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from resnetgen.cli.app import COMMANDS
from resnetgen.cli.set_completion import set_paths
from resnetgen.codes import pages, warnings
from resnetgen.export import FORMATS
from resnetgen.source.collection import names
from resnetgen.verify import CHECKS, GROUPS
from resnetgen.weights.layouts import LAYOUTS
from tests.cli.command_line import program


class Context(NamedTuple):
    """The context of typer, with the words before the cursor."""

    args: list[str]
    params: dict[str, Any]


COMPLETE = """\
import os, sys
from resnetgen.cli.app import main
os.environ |= {"_RESNETGEN_COMPLETE": "complete_bash", "COMP_WORDS": sys.argv[1], "COMP_CWORD": sys.argv[2]}
sys.argv = ["resnetgen"]
sys.exit(main())
"""
"""The program that bash runs for a Tab."""


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
    assert {name.partition(" ")[0] for name in COMMANDS} == set(completed("resnetgen "))
    assert ["show", "match", "convert"] == completed("resnetgen weights ")
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
        ("resnetgen weights convert --from torchv", ["torchvision", "torchvision_regnet"]),
        ("resnetgen weights convert --to ", ["spec", *LAYOUTS]),
        ("resnetgen verify --device c", ["cpu", "cuda"]),
    ],
)
def test_the_words_of_a_value_are_offered(line: str, expected: list[str]) -> None:
    assert expected == completed(line)


def test_files_of_weights_are_offered(project: Path) -> None:
    for name in ("w.safetensors", "w.pth", "w.txt"):
        (project / name).write_bytes(b"")
    for command in ("weights show", "weights match", "weights convert"):
        assert ["w.pth", "w.safetensors"] == completed(f"resnetgen {command} w", project)


def test_families_are_those_of_the_list() -> None:
    from resnetgen.resources import specs_folder

    folders = [path.parent.relative_to(specs_folder()).as_posix() for path in names().values()]
    expected = ["main" if folder == "." else folder for folder in dict.fromkeys(folders)]
    assert expected == completed("resnetgen list --family ")


@pytest.mark.parametrize("command", ["check", "build", "show", "verify", "export", "diff"])
def test_paths_of_keys_are_offered(command: str) -> None:
    assert "head." in completed(f"resnetgen {command} resnet50 --set ")
    assert ["head.classes=", "head.classifier="] == completed(f"resnetgen {command} resnet50 --set head.cl")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("extends", []),
        ("na", ["name="]),
        ("act", ["act=", "act."]),
        ("inp", ["input.channels=", "input.size=", "input.mean=", "input.std="]),
        ("stem.", ["stem.0.", "stem.1."]),
        ("ste", ["stem=", "stem."]),
        ("stem.1.max_pool", ["stem.1.max_pool="]),
        ("stages.layer1.bl", ["stages.layer1.blocks="]),
        ("stages.l", [f"stages.layer{number}." for number in (1, 2, 3, 4)]),
        ("block.attention.ty", ["block.attention.type="]),
        ("head.classes=1", []),
        ("no.such.", []),
    ],
)
def test_a_path_is_completed_step_by_step(written: str, expected: list[str]) -> None:
    assert expected == completed(f"resnetgen show resnet50 --set {written}")


def test_without_a_spec_the_keys_of_the_language_are_offered(project: Path) -> None:
    (project / "broken.yaml").write_text("extends: [\n")
    for spec in ("", "- ", "broken.yaml ", "nowhere.yaml "):
        offered = completed(f"resnetgen check {spec}--set ", project)
        assert {"name=", "head.", "stages."} <= set(offered)


def test_each_path_that_is_offered_can_be_set_or_has_keys() -> None:
    """Every path up to three steps, of a spec with lists, slots and stages."""
    context: Any = Context([], {"specs": ["ecaresnet50d_pruned"]})
    todo, seen = [""], 0
    while todo:
        path = todo.pop()
        for found in set_paths(context, path):
            seen += 1
            assert found.startswith(path)
            assert found[-1] in ".="
            if found.endswith(".") and found.count(".") < 3:
                todo.append(found)
    assert seen > 100
