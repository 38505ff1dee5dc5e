"""Specs at a revision of git, and the files that have changed since one; the repositories are real ones."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resnetgen.compiler import Compiled, compile_source
from resnetgen.errors import SpecError
from resnetgen.source import git
from tests.source.git_repository import Repository, repository

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

BASE = "extends: resnet18\nname: base\nhead: {classes: 10}\n"
SPEC = "extends: ../base.yaml\nname: mine\n"


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """Two commits, `first` and main's; then base.yaml and specs/mine.yaml are changed once more."""
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    made = repository(tmp_path / "repo")
    made.commit({"base.yaml": BASE, "specs/mine.yaml": SPEC, "gone.yaml": BASE, ".gitignore": "*.log\n"})
    made.git("tag", "first")
    made.commit({"base.yaml": BASE.replace("10", "20")})
    made.write({"base.yaml": BASE.replace("10", "30"), "specs/mine.yaml": f"{SPEC}act: silu\n"})
    with contextlib.chdir(made.folder):
        yield made


def compiled(revision: str, path: str, folder: str = ".") -> Compiled:
    found = git.revision(revision, folder)
    return compile_source(found.read(path), find_base=found.find_base)


@pytest.mark.parametrize(("revision", "classes"), [("first", 10), ("main", 20), ("HEAD", 20), ("HEAD~1", 10)])
def test_a_spec_and_its_bases_are_those_of_the_revision(repo: Repository, revision: str, classes: int) -> None:
    found = compiled(revision, "specs/mine.yaml")

    assert (classes,) == found.trace.output
    names = [f"{revision}:specs/mine.yaml", f"{revision}:base.yaml", "resnetgen:resnet18.yaml"]
    assert names == [source.text.name for source in found.document.sources][:3]


def test_a_path_may_begin_at_the_current_folder(repo: Repository) -> None:
    with contextlib.chdir("specs"):
        assert "main:specs/mine.yaml" == git.revision("main").read("./mine.yaml").text.name
        assert "main:base.yaml" == git.revision("main").read("../base.yaml").text.name


def test_a_file_at_a_revision_is_found_from_anywhere(repo: Repository, tmp_path: Path) -> None:
    with contextlib.chdir(tmp_path):
        then, path = git.locate("first", "repo/specs/mine.yaml")
        assert SPEC == then.read(path).text.content
    assert SPEC == git.read_at("main", str(repo.folder / "specs" / "mine.yaml")).text.content


def test_a_link_is_followed_inside_the_repository(repo: Repository, tmp_path: Path) -> None:
    Path("link.yaml").symlink_to("specs/mine.yaml")
    Path("out.yaml").symlink_to(tmp_path / "secret.yaml")
    (tmp_path / "secret.yaml").write_text(BASE)
    repo.commit({})

    assert f"{SPEC}act: silu\n" == git.revision("main").read("link.yaml").text.content
    assert "there is no such file" in message(lambda: git.revision("main").read("out.yaml"))


def message(run: Callable[[], object]) -> str:
    """Return the code, place, message and help of the only diagnostic that a call raises."""
    with pytest.raises(SpecError) as caught:
        run()
    (found,) = caught.value.diagnostics
    return f"{found.code} {found.primary.span.text.name}: {found.message}; {found.help}"


@pytest.mark.parametrize(
    "name", ["nowhere", "-h", "--all", "--output=x", "-", "", "main\nfirst", "main:base.yaml", "^main", "main..first"]
)
def test_what_is_no_revision_is_said_so_and_is_no_option(repo: Repository, name: str) -> None:
    before = sorted(path.name for path in repo.folder.iterdir())
    assert message(lambda: git.revision(name)).startswith(f"RG101 {name}: git has no revision `{name}` here; ")
    assert before == sorted(path.name for path in repo.folder.iterdir())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("none.yaml", "main:none.yaml: there is no such file at the revision `main`"),
        ("specs", "main:specs: this is a folder, not a file, at the revision `main`"),
        ("--help", "main:--help: there is no such file at the revision `main`"),
        ("a\nb", "main:a\nb: there is no such file at the revision `main`"),
    ],
)
def test_what_is_not_there_at_a_revision_is_said_so(repo: Repository, path: str, expected: str) -> None:
    assert message(lambda: git.revision("main").read(path)).startswith(f"RG101 {expected}; ")


def test_a_path_from_further_down_is_recognized(repo: Repository) -> None:
    with contextlib.chdir("specs"):
        answer = message(lambda: git.revision("main").read("mine.yaml"))
    assert answer.endswith("did you mean `main:./mine.yaml`? A path counts from the top of the repository")


@pytest.mark.parametrize(
    ("extends", "expected"),
    [
        ("none.yaml", "there is no file `specs/none.yaml` at the revision `main`"),
        ("../../secret.yaml", "`../secret.yaml` is outside the repository"),
        ("/etc/secret.yaml", "`/etc/secret.yaml` is outside the repository"),
        ("resnet81", "did you mean `resnet18`?"),
    ],
)
def test_a_base_that_is_not_at_the_revision(repo: Repository, extends: str, expected: str) -> None:
    (repo.folder.parent / "secret.yaml").write_text(BASE)
    repo.commit({"specs/mine.yaml": f"extends: {extends}\nname: mine\n"})
    found = message(lambda: compiled("main", "specs/mine.yaml"))
    what = "a file that does not exist:" if extends == "none.yaml" else "an unknown spec"
    assert found.startswith(f"RG110 main:specs/mine.yaml: `extends` names {what} `")
    assert expected in found


def test_a_spec_that_is_at_fault_says_so_at_its_revision(repo: Repository) -> None:
    repo.commit({"base.yaml": "extends: specs/mine.yaml\nname: base\n", "bad.yaml": "name: [\n"})
    assert message(lambda: compiled("main", "bad.yaml")).startswith("RG103 main:bad.yaml: not YAML")
    circle = "main:specs/mine.yaml -> main:base.yaml -> main:specs/mine.yaml"
    assert circle in message(lambda: compiled("main", "specs/mine.yaml"))


def test_a_large_file_is_refused(repo: Repository) -> None:
    repo.commit({"large.yaml": f"# {'x' * (1 << 20)}\n"})
    assert message(lambda: git.revision("main").read("large.yaml")).startswith("RG107 main:large.yaml: ")


def test_without_git_or_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    answer = message(lambda: git.revision("main", str(tmp_path)))
    assert answer.startswith(f"RG101 {tmp_path}: git failed: not a git repository")
    assert "cannot change to" in message(lambda: git.revision("main", str(tmp_path / "none")))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed" in message(lambda: git.revision("main", str(tmp_path)))


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("main:specs/mine.yaml", ("main", "specs/mine.yaml")),
        ("HEAD^{/fix: it}:./mine.yaml", ("HEAD^{/fix: it}", "./mine.yaml")),
        ("main@{1 day ago}:a:b.yaml", ("main@{1 day ago}", "a:b.yaml")),
        ("resnet50", None),
        ("specs/mine.yaml", None),
        (":mine.yaml", None),
        ("main:", None),
    ],
)
def test_a_target_is_parted_as_git_does(target: str, expected: tuple[str, str] | None) -> None:
    assert expected == git.split_target(target)


def test_a_file_with_a_colon_is_a_file(tmp_path: Path) -> None:
    with contextlib.chdir(tmp_path):
        Path("main:mine.yaml").write_text(BASE)
        assert git.split_target("main:mine.yaml") is None


def changed(revision: str, folder: str = ".") -> list[str]:
    """The files by their paths from the current folder."""
    return [path.relative_to(Path.cwd()).as_posix() for path in git.changed_files(revision, folder)]


def test_the_files_that_have_changed(repo: Repository) -> None:
    repo.write({"new.yaml": BASE, "specs/ö b.yaml": BASE, "x.log": "ignored"})
    Path("gone.yaml").unlink()
    repo.git("mv", "--force", "base.yaml", "moved.yaml")

    assert ["moved.yaml", "new.yaml", "specs/mine.yaml", "specs/ö b.yaml"] == changed("HEAD")
    repo.commit({})
    repo.write({"later.yaml": BASE})
    assert ["later.yaml"] == changed("HEAD")
    assert ["later.yaml", "moved.yaml", "new.yaml", "specs/mine.yaml", "specs/ö b.yaml"] == changed("first")
    assert changed("first") == changed("first", "specs")


def test_changes_are_of_files_that_exist_with_absolute_paths(repo: Repository) -> None:
    found = git.changed_files("HEAD", "specs")
    assert [repo.folder.resolve() / "base.yaml", repo.folder.resolve() / "specs" / "mine.yaml"] == found


def test_nothing_has_changed_since_now(repo: Repository) -> None:
    repo.commit({})
    assert [] == git.changed_files("HEAD")


def test_what_is_only_touched_has_not_changed(repo: Repository) -> None:
    repo.commit({})
    Path("base.yaml").write_text(Path("base.yaml").read_text())
    assert [] == git.changed_files("HEAD")


def test_changes_since_a_bad_revision(repo: Repository) -> None:
    assert "git has no revision `--stat` here" in message(lambda: git.changed_files("--stat"))


def test_a_bare_repository_in_a_commit_is_not_asked(repo: Repository) -> None:
    repo.git("clone", "--quiet", "--bare", ".", "specs/theirs")
    ran = repo.folder / "ran"
    config = f'[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\nfsmonitor = "touch {ran}; false"\n'
    repo.write({"specs/theirs/config": config, "specs/theirs/mine.yaml": BASE})

    with contextlib.chdir("specs/theirs"):
        answer = message(lambda: git.changed_files("main"))
    assert (True, False) == ("bare repository" in answer, ran.exists())
