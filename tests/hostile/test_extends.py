"""Confinement of `extends` to the spec's own tree and the collection, unless more is allowed."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import resnetgen
from resnetgen import api
from resnetgen.diagnostics.model import Diagnostic
from resnetgen.errors import SpecError
from resnetgen.resources import specs_folder
from resnetgen.source.project_root import project_tree
from tests.cli.command_line import program
from tests.cli.command_line import resnetgen as command

BASE = "name: base\nextends: resnet18\nact: silu\n"

posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such links")


@pytest.fixture
def workspace(folder: Path) -> Iterator[Path]:
    """A folder with a project, its specs, and a spec outside the project; the working directory is elsewhere in it."""
    for place in ("project/specs/deeper", "elsewhere"):
        (folder / place).mkdir(parents=True)
    (folder / "project/pyproject.toml").touch()
    (folder / "outside.yaml").write_text(BASE)
    (folder / "project/base.yaml").write_text(BASE)
    with contextlib.chdir(folder / "elsewhere"):
        yield folder


def spec(path: Path, extends: str | Path) -> Path:
    path.write_text(f'name: mine\nextends: "{Path(extends).as_posix()}"\n')
    return path


def faults(path: Path, **options: bool) -> list[tuple[str, str]]:
    return [(found.code, found.message) for found in api.diagnose(path, **options)]


OUTSIDE = [("RG113", "`extends` leads out of the project")]


# The tree


def test_the_tree_is_that_of_the_project(workspace: Path) -> None:
    assert [] == faults(spec(workspace / "project/specs/deeper/mine.yaml", "../../base.yaml"))
    assert OUTSIDE == faults(spec(workspace / "project/specs/deeper/mine.yaml", "../../../outside.yaml"))


def test_the_tree_is_that_of_the_nearest_project(workspace: Path) -> None:
    (workspace / "project/specs/.git").touch()  # a file, as in a submodule
    assert OUTSIDE == faults(spec(workspace / "project/specs/deeper/mine.yaml", "../../base.yaml"))


def test_without_a_project_it_is_the_current_directory(workspace: Path) -> None:
    (workspace / "project/pyproject.toml").unlink()
    path = spec(workspace / "project/specs/mine.yaml", "../base.yaml")
    with contextlib.chdir(workspace / "project"):
        assert [] == faults(path)
        assert [] == faults(Path("specs/mine.yaml"))
        assert OUTSIDE == faults(spec(path, "../../outside.yaml"))


def test_without_any_of_these_it_is_the_folder_of_the_spec(workspace: Path) -> None:
    (workspace / "project/pyproject.toml").unlink()
    assert OUTSIDE == faults(spec(workspace / "project/specs/mine.yaml", "../base.yaml"))
    (workspace / "project/specs/deeper/base.yaml").write_text(BASE)
    assert [] == faults(spec(workspace / "project/specs/mine.yaml", "deeper/base.yaml"))


@pytest.mark.parametrize(
    ("mark", "why"), [("pyproject.toml", "where `pyproject.toml` is"), (".git", "where `.git` is")]
)
def test_the_help_tells_which_it_is(mark: str, why: str, workspace: Path) -> None:
    (workspace / "project/pyproject.toml").rename(workspace / "project" / mark)
    (fault,) = api.diagnose(spec(workspace / "project/specs/deeper/mine.yaml", "../../../outside.yaml"))
    span = fault.primary.span
    assert (2, 10) == (span.line, span.column)
    flag = "`--allow-outside` (in Python, `allow_outside=True`) allows bases outside it"
    assert f"the project's root is `../..`, {why}; {flag}" == fault.help


def test_a_tree_holds_what_is_in_it_and_no_neighbour_with_a_longer_name(workspace: Path) -> None:
    tree = project_tree(workspace / "project/specs")
    assert [True, True, False, False, False] == [
        tree.contains(workspace / place)
        for place in ("project/x.yaml", "project/a/../x.yaml", "project2/x.yaml", "x.yaml", "project/../x.yaml")
    ]


# Ways out


@posix
@pytest.mark.parametrize("link", ["file", "folder", "chain"])
def test_a_link_is_not_followed_out(link: str, workspace: Path) -> None:
    specs = workspace / "project/specs"
    if link == "file":
        (specs / "base.yaml").symlink_to("../../outside.yaml")
    elif link == "folder":
        (specs / "up").symlink_to(workspace)
    else:
        (specs / "base.yaml").symlink_to("deeper/base.yaml")
        (specs / "deeper/base.yaml").symlink_to(workspace / "outside.yaml")
    extends = "up/outside.yaml" if link == "folder" else "base.yaml"
    assert OUTSIDE == faults(spec(specs / "mine.yaml", extends))


@posix
def test_links_inside_are_followed(workspace: Path) -> None:
    (workspace / "project/specs/base.yaml").symlink_to("../base.yaml")
    (workspace / "link").symlink_to("project")
    assert [] == faults(spec(workspace / "project/specs/mine.yaml", "base.yaml"))
    spec(workspace / "project/specs/mine.yaml", "../base.yaml")
    assert [] == faults(workspace / "link/specs/mine.yaml")


@pytest.mark.parametrize("way", ["absolute", "home", "up", "up and down"])
def test_no_way_of_writing_leads_out(way: str, workspace: Path) -> None:
    ways: dict[str, str | Path] = {
        "absolute": workspace / "outside.yaml",
        "home": "~/../../outside.yaml",
        "up": "../" * 50 + "outside.yaml",
        "up and down": "../../project/../outside.yaml",
    }
    expected = OUTSIDE[0][0] if way != "home" else "RG110"  # `~` is a name like any other
    assert [expected] == [code for code, _ in faults(spec(workspace / "project/specs/mine.yaml", ways[way]))]


def test_a_base_leads_no_further_than_the_spec(workspace: Path) -> None:
    """The tree is that of the spec which was asked for, whatever marks there are beside its bases."""
    (workspace / "project/sub").mkdir()
    (workspace / "project/sub/.git").mkdir()
    spec(workspace / "project/sub/base.yaml", "../../outside.yaml")
    assert OUTSIDE == faults(spec(workspace / "project/specs/mine.yaml", "../sub/base.yaml"))
    spec(workspace / "project/sub/base.yaml", "../base.yaml")
    assert [] == faults(spec(workspace / "project/specs/mine.yaml", "../sub/base.yaml"))


def test_the_collection_is_never_outside(workspace: Path) -> None:
    assert [] == faults(spec(workspace / "project/specs/mine.yaml", "resnet50"))
    assert [] == faults(spec(workspace / "project/specs/mine.yaml", specs_folder() / "resnet50.yaml"))


@posix
def test_nobody_can_pass_for_the_collection(workspace: Path) -> None:
    (workspace / "project/resnetgen:").mkdir()
    spec(workspace / "project/resnetgen:/mine.yaml", "../base.yaml")
    spec(workspace / "project/resnetgen:resnet18.yaml", "resnet18")
    spec(workspace / "project/resnetgen:/wrong.yaml", "../../outside.yaml")
    with contextlib.chdir(workspace / "project"):
        assert [] == faults(Path("resnetgen:/mine.yaml"))
        assert [] == faults(Path("resnetgen:resnet18.yaml"))
        (fault,) = api.diagnose("resnetgen:/wrong.yaml")
    assert ("RG113", "./resnetgen:/wrong.yaml") == (fault.code, fault.primary.span.text.name)


# What is told of what is outside


def test_nothing_is_told_of_what_is_outside(workspace: Path) -> None:
    """The same words whether the file is there, is a folder, cannot be read, is another's or is no spec at all."""
    path = workspace / "project/specs/mine.yaml"
    (workspace / "folder.yaml").mkdir()
    (workspace / "wrong.yaml").write_text("a secret, and no YAML: [")
    told = set()
    for name in ("outside.yaml", "missing.yaml", "folder.yaml", "wrong.yaml", "outsida.yaml"):
        (fault,) = api.diagnose(spec(path, f"../../{name}"))
        told.add((fault.code, fault.message, fault.help, len(fault.related)))
    assert 1 == len(told)
    (near,) = api.diagnose(spec(path, "../../outsid"))
    assert ("RG110", False) == (near.code, "outside" in near.help)


OPENED = """
import sys
import resnetgen
opened = []
resnetgen.diagnose("resnet18")
sys.addaudithook(lambda event, about: opened.append(str(about[0])) if event in ("open", "os.listdir") else None)
print([found.code for found in resnetgen.diagnose(sys.argv[1])])
print([path for path in opened if path.endswith((".yaml", sys.argv[2]))])
"""


def test_what_is_outside_is_not_opened(workspace: Path) -> None:
    path = spec(workspace / "project/specs/mine.yaml", "../../outside.yaml")
    assert f"['RG113']\n['{path}']\n" == program(OPENED, path, str(workspace)).out


# Where it is allowed


def outcome(run: Callable[[], object]) -> list[str]:
    try:
        found = run()
    except SpecError as error:
        return [each.code for each in error.diagnostics]
    return [each.code for each in found if isinstance(each, Diagnostic)] if isinstance(found, tuple) else []


def test_the_api_allows_it(workspace: Path) -> None:
    path = spec(workspace / "project/specs/mine.yaml", "../../outside.yaml")
    text, data = "name: x\nextends: ../outside.yaml\n", {"name": "x", "extends": "../outside.yaml"}
    for allowed in (False, True):
        expected = [] if allowed else ["RG113"]
        for run in (
            lambda: resnetgen.compile_spec(path, allow_outside=allowed).warnings,  # noqa: B023  # run at once
            lambda: resnetgen.compile_text(text, allow_outside=allowed).warnings,  # noqa: B023
            lambda: resnetgen.compile_mapping(data, allow_outside=allowed).warnings,  # noqa: B023
            lambda: resnetgen.diagnose(path, allow_outside=allowed),  # noqa: B023
            lambda: resnetgen.diagnose_text(text, allow_outside=allowed),  # noqa: B023
        ):
            assert expected == outcome(run)


def test_a_text_belongs_to_the_current_directory(workspace: Path) -> None:
    assert ["RG113"] == [found.code for found in resnetgen.diagnose_text("name: x\nextends: ../project/base.yaml")]
    with contextlib.chdir(workspace / "project/specs"):
        assert () == resnetgen.diagnose_text("name: x\nextends: ../base.yaml")


@pytest.mark.parametrize("words", [("check",), ("build",), ("build", "--check"), ("show",)], ids=" ".join)
def test_the_commands_allow_it(words: tuple[str, ...], workspace: Path) -> None:
    path = spec(workspace / "project/specs/mine.yaml", "../../outside.yaml")
    refused = command(*words, path)
    assert (1, True) == (refused.code, "error[RG113]" in refused.err)
    allowed = command(*words, path, "--allow-outside")
    assert (int("--check" in words), False) == (allowed.code, "error[" in allowed.err)  # that file is not there


@posix
def test_a_link_that_is_found_in_a_folder_is_not_followed_out(workspace: Path) -> None:
    """Its lines would stand in a message, and nobody asked for that file."""
    (workspace / "secret").write_text("password: 1\n")
    (workspace / "project/specs/mine.yaml").symlink_to("../../secret")
    (workspace / "project/specs/base.yaml").symlink_to("../base.yaml")
    refused = command("check", workspace / "project/specs")
    assert (1, False) == (refused.code, "password" in refused.err)
    assert "error[RG101]: this link leads out of the project of its folder\n" in refused.err
    assert "1 error in 1 of 2 specs" in refused.err
    assert "password" in command("check", workspace / "project/specs", "--allow-outside").err
    assert "password" in command("check", workspace / "project/specs/mine.yaml").err  # asked for by its name


def test_a_new_spec_leaves_the_tree_only_where_that_is_allowed(workspace: Path) -> None:
    words = ("new", "mine", "--extends", "../outside.yaml")
    refused = command(*words)
    assert (1, True, []) == (refused.code, "error[RG113]" in refused.err, os.listdir())
    assert (0, "mine.yaml\n", "") == command(*words, "--allow-outside")
    assert OUTSIDE == faults(Path("mine.yaml"))
    assert [] == faults(Path("mine.yaml"), allow_outside=True)
