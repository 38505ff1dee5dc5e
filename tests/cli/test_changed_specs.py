"""`resnetgen check --changed-since`: what a change affects, in real repositories of git."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnetgen.cli.check.changed_specs import bases, ways
from tests.cli.command_line import Completed, resnetgen
from tests.source.git_repository import Repository, repository

BASE = "extends: resnet18\nname: base\n"
MIDDLE = "extends: ../base.yaml\nname: middle\n"
LEAF = "extends: middle.yaml\nname: leaf\n"
OTHER = "extends: resnet18\nname: other\n"

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """A chain of three, leaf -> middle -> base, and a spec beside it; the current folder is its top."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    made = repository(tmp_path / "a repö")
    files = {"base.yaml": BASE, "specs/middle.yaml": MIDDLE, "specs/leaf.yaml": LEAF, "specs/other.yaml": OTHER}
    made.commit({**files, ".gitignore": "ignored/\n"})
    with contextlib.chdir(made.folder):
        yield made


def checked(*arguments: str) -> list[str]:
    """The names of the specs that are checked."""
    done = resnetgen("check", *arguments, "--format", "json")
    return [spec["name"] for spec in json.loads(done.out)["specs"]]


ALL = ["base.yaml", "specs/leaf.yaml", "specs/middle.yaml", "specs/other.yaml"]
CHAIN = ALL[:3]


def test_nothing_changed(repo: Repository) -> None:
    expected = "changes since HEAD affect none of 4 specs\n"
    assert Completed(0, expected, "") == resnetgen("check", ".", "--changed-since", "HEAD")
    done = resnetgen("check", ".", "--changed-since", "HEAD", "--format", "json")
    assert (0, [], []) == (done.code, json.loads(done.out)["specs"], json.loads(done.out)["diagnostics"])


def test_a_change_affects_all_that_extend_it(repo: Repository) -> None:
    repo.write({"base.yaml": BASE + "act: silu\n"})

    assert CHAIN == checked(".", "--changed-since", "HEAD")
    expected = "3 specs passed; changes since HEAD do not affect 1 other\n"
    assert Completed(0, expected, "") == resnetgen("check", ".", "--changed-since", "HEAD")


@pytest.mark.parametrize("how", ["committed", "staged", "unstaged"])
def test_a_change_counts_wherever_it_is(how: str, repo: Repository) -> None:
    repo.git("tag", "before")
    repo.write({"specs/middle.yaml": MIDDLE + "act: silu\n"})
    if how != "unstaged":
        repo.git("add", "--all")
    if how == "committed":
        repo.commit({})

    assert ["specs/leaf.yaml", "specs/middle.yaml"] == checked(".", "--changed-since", "before")


def test_a_new_file_counts_before_git_tracks_it(repo: Repository) -> None:
    repo.write({"specs/new ö.yaml": "extends: leaf.yaml\nname: new\n"})
    assert ["specs/new ö.yaml"] == checked(".", "--changed-since", "HEAD")


def test_what_is_changed_back_counts_no_more(repo: Repository) -> None:
    repo.git("tag", "before")
    repo.commit({"base.yaml": BASE + "act: silu\n"})
    repo.commit({"base.yaml": BASE})
    assert [] == checked(".", "--changed-since", "before")


def test_other_files_affect_nothing(repo: Repository) -> None:
    repo.write({"readme.txt": "new", "specs/base.yaml.orig": "new"})
    assert [] == checked("specs", "--changed-since", "HEAD")


@pytest.mark.parametrize("how", ["deleted", "renamed"])
def test_a_base_that_is_no_more_affects_all_that_extend_it(how: str, repo: Repository) -> None:
    if how == "deleted":
        Path("base.yaml").unlink()
    else:
        repo.git("mv", "base.yaml", "moved.yaml")
    done = resnetgen("check", "specs", "--changed-since", "HEAD")

    assert ["specs/leaf.yaml", "specs/middle.yaml"] == checked("specs", "--changed-since", "HEAD")
    assert (1, 1) == (done.code, done.err.count("error[RG110]"))  # the fault is of the base that both extend


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("extends: ../base.yaml\nname: [\n", id="YAML"),
        pytest.param("extends: ../base.yaml\nextends: ../base.yaml\n", id="twice"),
        pytest.param("name: middle\n\"extends\" : '../base.yaml'\nname: a\n", id="quoted"),
        pytest.param("{name: middle, extends: ../base.yaml, name: middle}\n", id="braces"),
        pytest.param("name: \x00\nextends: ../base.yaml # why\n", id="character"),
    ],
)
def test_a_broken_base_hides_nobody(broken: str, repo: Repository) -> None:
    repo.commit({"specs/middle.yaml": broken})
    assert [] == checked("specs", "--changed-since", "HEAD")
    repo.write({"base.yaml": BASE + "act: silu\n"})
    assert ["specs/leaf.yaml", "specs/middle.yaml"] == checked("specs", "--changed-since", "HEAD")


def test_specs_that_are_at_fault_are_told_apart_by_their_chains(repo: Repository) -> None:
    repo.commit({"specs/circle.yaml": "extends: circle.yaml\nname: circle\n", "specs/number.yaml": "extends: 3\n"})
    assert [] == checked("specs", "--changed-since", "HEAD")


def test_a_changed_setting_affects_all(repo: Repository) -> None:
    repo.commit({"pyproject.toml": "[project]\n", "specs/pyproject.toml": ""})
    assert [] == checked(".", "--changed-since", "HEAD")
    repo.write({"specs/pyproject.toml": "[tool.resnetgen]\nstrict = true\n"})
    assert [] == checked(".", "--changed-since", "HEAD")
    with contextlib.chdir("specs"):
        assert ["leaf.yaml", "middle.yaml", "other.yaml"] == checked(".", "--changed-since", "HEAD")


def test_a_folder_further_down_is_as_good(repo: Repository) -> None:
    repo.write({"base.yaml": BASE + "act: silu\n"})
    with contextlib.chdir("specs"):
        assert ["leaf.yaml", "middle.yaml"] == checked(".", "--changed-since", "HEAD")
        assert ["../base.yaml"] == checked("../base.yaml", "other.yaml", "--changed-since", "HEAD")


def test_what_git_does_not_track_may_have_changed(repo: Repository, tmp_path: Path) -> None:
    repo.write({"ignored/base.yaml": BASE, "ignored/mine.yaml": OTHER})
    repo.commit({"specs/mine.yaml": "extends: ../ignored/base.yaml\nname: mine\n"})
    (tmp_path / "outside.yaml").write_text(OTHER)

    assert ["specs/mine.yaml"] == checked("specs", "--changed-since", "HEAD")
    assert ["ignored/mine.yaml"] == checked("ignored/mine.yaml", "--changed-since", "HEAD")
    assert ["../outside.yaml"] == checked("../outside.yaml", "--changed-since", "HEAD")


def test_what_ships_with_resnetgen_changes_with_it_alone(repo: Repository) -> None:
    assert [] == checked("resnet50", "specs/other.yaml", "--changed-since", "HEAD")


def test_the_arguments_faults_stay(repo: Repository) -> None:
    Path("empty").mkdir()
    done = resnetgen("check", "empty", "nowhere.yaml", "specs", "--changed-since", "HEAD")
    assert (1, "2 errors in 2 of 2 specs") == (done.code, done.err.splitlines()[-1])


@links
def test_links_are_followed_and_may_themselves_change(repo: Repository) -> None:
    Path("shown").symlink_to("specs")
    Path("link.yaml").symlink_to("specs/other.yaml")
    repo.commit({"elsewhere/other.yaml": OTHER, "elsewhere/leaf.yaml": "extends: resnet18\nname: leaf\n"})
    assert [] == checked("shown", "link.yaml", "--changed-since", "HEAD")

    repo.write({"specs/other.yaml": OTHER + "act: silu\n"})
    assert ["shown/other.yaml"] == checked("shown", "--changed-since", "HEAD")
    assert ["link.yaml"] == checked("link.yaml", "--changed-since", "HEAD")
    repo.commit({})

    Path("shown").unlink()
    Path("shown").symlink_to("elsewhere")
    assert ["shown/leaf.yaml", "shown/other.yaml"] == checked("shown", "--changed-since", "HEAD")
    Path("link.yaml").unlink()
    Path("link.yaml").symlink_to("elsewhere/other.yaml")
    assert ["link.yaml"] == checked("link.yaml", "--changed-since", "HEAD")


@links
def test_a_way_through_links_is_told_whole(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/file").touch()
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "c").symlink_to(tmp_path / "b")
    (tmp_path / "round").symlink_to("round")
    top = Path(os.path.realpath(tmp_path))

    assert [str(top / name) for name in ("c", "b", "a/file")] == ways(tmp_path / "c/../b/../c/file")[-3:]
    assert 40 + 1 == len(ways(top / "round"))


@links
def test_a_folder_that_leads_into_itself_has_an_end(repo: Repository) -> None:
    Path("specs/loop").symlink_to(".")
    repo.commit({"specs/around.yaml": "extends: loop/around.yaml\nname: around\n"})
    assert ["specs/around.yaml"] == checked("specs/around.yaml", "--changed-since", "HEAD")


def test_a_worktree_is_a_checkout(repo: Repository, tmp_path: Path) -> None:
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "HEAD")
    (tmp_path / "tree" / "base.yaml").write_text(BASE + "act: silu\n")

    assert [] == checked("specs", "--changed-since", "main")
    with contextlib.chdir(tmp_path / "tree"):
        assert ["specs/leaf.yaml", "specs/middle.yaml"] == checked("specs", "--changed-since", "main")


def test_a_base_in_a_submodule_may_have_changed(repo: Repository, tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner")
    inner.commit({"base.yaml": BASE})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.folder), "sub")
    repo.commit({"specs/mine.yaml": "extends: ../sub/base.yaml\nname: mine\n"})
    assert ["specs/mine.yaml"] == checked("specs", "--changed-since", "HEAD")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="everything may be read")
def test_what_cannot_be_read_may_be_anything(repo: Repository) -> None:
    Path("specs/middle.yaml").chmod(0)
    assert ["specs/leaf.yaml", "specs/middle.yaml"] == checked("specs", "--changed-since", "HEAD")


@pytest.mark.parametrize("revision", ["nowhere", "-h", "--output=x", "", "HEAD..main", "HEAD:base.yaml"])
def test_what_is_no_revision_is_a_fault(revision: str, repo: Repository) -> None:
    done = resnetgen("check", ".", f"--changed-since={revision}")
    assert (1, "") == (done.code, done.out)
    assert f"error[RG101]: git has no revision `{revision}` here" in done.err
    assert "1 error in 1 of 1 spec" == done.err.splitlines()[-1]


def test_a_shallow_clone_says_how_to_get_the_rest(repo: Repository, tmp_path: Path) -> None:
    first = repo.git("rev-parse", "HEAD").strip()
    repo.commit({"later.yaml": BASE})
    repo.git("clone", "--quiet", "--depth=1", repo.folder.resolve().as_uri(), str(tmp_path / "shallow"))
    with contextlib.chdir(tmp_path / "shallow"):
        done = resnetgen("check", ".", "--changed-since", first)
    assert 1 == done.code
    assert "`fetch-depth: 0`" in done.err


def test_outside_of_a_repository_it_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "base.yaml").write_text(BASE)
    with contextlib.chdir(tmp_path):
        done = resnetgen("check", "base.yaml", "--changed-since", "HEAD")
    assert 1 == done.code
    assert "git failed: not a git repository" in done.err


def test_without_git_it_is_a_fault(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done = resnetgen("check", ".", "--changed-since", "HEAD")
    assert 1 == done.code
    assert "git is not installed" in done.err


def test_a_repository_without_a_commit_is_a_fault(tmp_path: Path) -> None:
    repository(tmp_path).write({"base.yaml": BASE})
    with contextlib.chdir(tmp_path):
        done = resnetgen("check", ".", "--changed-since", "HEAD")
    assert 1 == done.code
    assert "git has no revision `HEAD` here" in done.err


def test_the_bases_of_a_spec(tmp_path: Path) -> None:
    spec = tmp_path / "a" / "spec.yaml"
    spec.parent.mkdir()
    spec.write_text("extends: &a ../base.yaml\nname: spec\n")
    assert [tmp_path / "base.yaml"] == bases(spec)
    spec.write_text("extends: nothing\nname: spec\n")
    assert [] == bases(spec)
    spec.write_text("extends: resnet18\nname: spec\n")
    assert ["resnet18.yaml"] == [base.name for base in bases(spec)]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes")
def test_a_pipe_extends_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert [] == bases(tmp_path / "pipe.yaml")
