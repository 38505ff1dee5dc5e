"""`resnetgen check --fix` and `--diff`: which files they change, what they say, and how they end."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from resnetgen import resources
from resnetgen.cli import atomic_write
from tests.cli.command_line import ROOT, Completed, resnetgen

WRONG = "extends: resnet18\nname: mine\nhead: {clases: '10'}  # ten\n"
RIGHT = "extends: resnet18\nname: mine\nhead: {classes: 10}  # ten\n"
BOTH = "extends: resnet18\nname: mine\nhead: {clases: 10, colour: red}\n"


@pytest.fixture
def project(folder: Path) -> Iterator[Path]:
    """A project in a folder of its own, as the working directory."""
    path = folder / "project"
    path.mkdir()
    (path / "pyproject.toml").touch()
    with contextlib.chdir(path):
        yield path


def write(path: str, text: str) -> Path:
    found = Path(path)
    found.parent.mkdir(parents=True, exist_ok=True)
    found.write_bytes(text.encode())
    return found


def test_what_is_fixed_is_said_and_written(project: Path) -> None:
    path = write("specs/mine.yaml", WRONG)
    expected = """\
fixed 2 of 2:
  specs/mine.yaml:3:8: RG201: rename it to `classes`
  specs/mine.yaml:3:17: RG203: write `10`
"""
    assert Completed(0, "1 spec passed\n", expected) == resnetgen("check", "--fix", "specs")
    assert RIGHT == path.read_text()
    assert Completed(0, "1 spec passed\n", "") == resnetgen("check", "--fix", "specs")


def test_what_is_left_is_shown_and_ends_with_1(project: Path) -> None:
    path = write("mine.yaml", BOTH)
    done = resnetgen("check", "--fix", "mine.yaml")

    assert (1, "") == (done.code, done.out)
    assert ["fixed 1 of 2:", "  mine.yaml:3:8: RG201: rename it to `classes`", ""] == done.err.splitlines()[:3]
    assert "mine.yaml:3:21: error[RG201]: unknown key `colour`" == done.err.splitlines()[3]
    assert "1 error in 1 of 1 spec" == done.err.splitlines()[-1]
    assert BOTH.replace("clases", "classes") == path.read_text()


def test_a_check_says_what_could_be_fixed(project: Path) -> None:
    write("mine.yaml", BOTH)
    done = resnetgen("check", "mine.yaml")
    last = ["2 errors in 1 of 1 spec", "1 of these can be fixed by `resnetgen check --fix mine.yaml`"]
    assert (1, last) == (done.code, done.err.splitlines()[-2:])


def test_a_difference_is_shown_and_nothing_is_written(project: Path) -> None:
    path = write("mine.yaml", WRONG)
    shown = """\
--- mine.yaml
+++ mine.yaml
@@ -1,3 +1,3 @@
 extends: resnet18
 name: mine
-head: {clases: '10'}  # ten
+head: {classes: 10}  # ten
"""
    expected = """\
would fix 2 of 2:
  mine.yaml:3:8: RG201: rename it to `classes`
  mine.yaml:3:17: RG203: write `10`
"""
    assert Completed(1, shown, expected) == resnetgen("check", "--diff", "mine.yaml")
    assert WRONG == path.read_text()


def test_where_nothing_is_to_be_changed_the_difference_is_nothing(project: Path) -> None:
    write("mine.yaml", RIGHT)
    assert Completed(0, "", "") == resnetgen("check", "--diff", "mine.yaml")
    write("mine.yaml", "extends: resnet18\nname: mine\ncolour: red\n")
    done = resnetgen("check", "--diff", "mine.yaml")
    assert (1, "", "1 error in 1 of 1 spec") == (done.code, done.out, done.err.splitlines()[-1])


@pytest.mark.parametrize("option", [("--format", "json"), ("-o", "report.json"), ("--weights", "weights.pt")])
def test_a_difference_is_no_report(option: tuple[str, str], project: Path) -> None:
    write("mine.yaml", WRONG)
    done = resnetgen("check", "--diff", "mine.yaml", *option)
    assert (2, "", True) == (done.code, done.out, "Invalid value for '--diff'" in done.err)


def test_a_report_is_of_what_is_left(project: Path) -> None:
    write("mine.yaml", BOTH)
    done = resnetgen("check", "--fix", "mine.yaml", "--format", "json")
    assert (1, 1, True) == (done.code, done.out.count('"code"'), "fixed 1 of 2" in done.err)


def test_warnings_that_are_ignored_are_not_fixed(project: Path) -> None:
    text = "extends: resnet18\nname: mine\nignore: {RG503: plain}\n"
    path = write("mine.yaml", text)
    assert Completed(0, "1 spec passed\n", "") == resnetgen("check", "--fix", "mine.yaml", "--ignore", "RG511")
    assert text == path.read_text()
    assert 0 == resnetgen("check", "--fix", "mine.yaml").code
    assert "extends: resnet18\nname: mine\n" == path.read_text()


def test_a_base_is_fixed_with_the_spec_that_extends_it(project: Path) -> None:
    base = write("bases/base.yaml", WRONG.replace("mine", "base"))
    spec = write("specs/mine.yaml", "extends: ../bases/base.yaml\nname: mine\nact: rleu\n")

    assert 0 == resnetgen("check", "--fix", "specs/mine.yaml").code
    assert RIGHT.replace("mine", "base") == base.read_text()
    assert "extends: ../bases/base.yaml\nname: mine\nact: relu\n" == spec.read_text()


def test_a_base_is_not_changed_for_what_is_wrong_in_another_spec_alone(project: Path) -> None:
    """In `base.yaml` itself, `stage` is the stage; in the other spec, only `stag3d` is left to be meant."""
    head = "head: {pool: null, classes: null, features: [stage]}\n"
    stages = "stages: {layer4: null, stage: {blocks: 2, channels: 512, stride: 2}}\n"
    base = write("base.yaml", f"extends: resnet18\nname: base\n{stages}{head}")
    change = "stages: {stage: null, stages: {blocks: 2, channels: 512, stride: 2}}\n"
    write("mine.yaml", f"extends: base.yaml\nname: mine\n{change}")

    content = base.read_bytes()
    done = resnetgen("check", "--fix", "mine.yaml")
    assert (1, True) == (done.code, "unknown stage `stage`; did you mean `stages`?" in done.err)
    assert content == base.read_bytes()


def test_what_is_outside_of_the_tree_is_not_changed(project: Path) -> None:
    outside = project.parent / "base.yaml"
    outside.write_text(WRONG)
    write("mine.yaml", "extends: ../base.yaml\nname: mine\n")
    assert 1 == resnetgen("check", "--fix", "mine.yaml", "--allow-outside").code
    assert WRONG == outside.read_text()

    Path("specs").mkdir()
    Path("specs/link.yaml").symlink_to(outside)
    assert 1 == resnetgen("check", "--fix", "specs").code
    assert WRONG == outside.read_text()

    assert 0 == resnetgen("check", "--fix", "../base.yaml").code
    assert RIGHT == outside.read_text()


@pytest.mark.parametrize("installed", [True, False])
def test_the_collection_is_changed_where_a_checkouts_is_named_by_its_path(project: Path, installed: bool) -> None:
    collection = project / "collection"
    write("collection/broken.yaml", WRONG)
    content = write("collection/resnet18.yaml", (ROOT / "specs/resnet18.yaml").read_text()).read_bytes()
    write("mine.yaml", "extends: collection/broken.yaml\nname: mine\n")
    with (
        patch("resnetgen.cli.check.fix_session.specs_folder", return_value=collection),
        patch("resnetgen.cli.check.fix_session.is_installed", return_value=installed),
    ):
        assert 1 == resnetgen("check", "--fix", "mine.yaml").code
        assert WRONG == Path("collection/broken.yaml").read_text()
        assert int(installed) == resnetgen("check", "--fix", "mine.yaml", "collection/broken.yaml").code
    assert (WRONG if installed else RIGHT, content) == (
        Path("collection/broken.yaml").read_text(),
        Path("collection/resnet18.yaml").read_bytes(),
    )


def test_a_checkout_is_told_from_an_installed_package(tmp_path: Path) -> None:
    for name in ("package", "package/specs"):
        (tmp_path / name).mkdir()
    with patch("resnetgen.resources._PACKAGE", tmp_path / "package"):
        assert resources.is_installed()
    assert not resources.is_installed()


def test_a_link_stays_a_link_and_permissions_stay(project: Path) -> None:
    path = write("real/mine.yaml", WRONG)
    path.chmod(0o640)
    Path("link.yaml").symlink_to(path)

    assert 0 == resnetgen("check", "--fix", "link.yaml").code
    assert (True, 0o640, RIGHT) == (Path("link.yaml").is_symlink(), stat.S_IMODE(path.stat().st_mode), path.read_text())


@pytest.mark.parametrize("text", [f"\ufeff{WRONG}", WRONG.replace("\n", "\r\n"), WRONG.rstrip("\n")])
def test_bytes_that_are_not_at_fault_stay(text: str, project: Path) -> None:
    path = write("mine.yaml", text)
    assert 0 == resnetgen("check", "--fix", "mine.yaml").code
    assert text.replace("clases: '10'", "classes: 10").encode() == path.read_bytes()


def test_a_file_that_changed_meanwhile_is_not_written(project: Path) -> None:
    path = write("mine.yaml", WRONG)
    read = atomic_write.read

    def changed(name: str) -> bytes | None:
        path.write_text(f"{WRONG}# changed\n")
        return read(name)

    with patch.object(atomic_write, "read", changed):
        done = resnetgen("check", "--fix", "mine.yaml")
    assert (1, "") == (done.code, done.out)
    assert "mine.yaml:1:1: error[RG601]: this file was changed during the fix" == done.err.splitlines()[0]
    assert f"{WRONG}# changed\n" == path.read_text()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="a folder cannot be closed to its owner here")
def test_a_file_that_cannot_be_written_is_said(project: Path) -> None:
    path = write("closed/mine.yaml", WRONG)
    path.parent.chmod(0o500)
    done = resnetgen("check", "--fix", "closed/mine.yaml")
    path.parent.chmod(0o700)
    assert (1, True, WRONG) == (done.code, "error[RG601]" in done.err, path.read_text())


def test_a_disk_that_is_full_is_said(project: Path) -> None:
    path = write("mine.yaml", WRONG)
    with patch.object(atomic_write, "replace", side_effect=OSError(28, "No space left on device")):
        done = resnetgen("check", "--fix", "mine.yaml")
    assert (1, WRONG) == (done.code, path.read_text())
    assert "mine.yaml:1:1: error[RG601]: this file cannot be written: No space left on device" in done.err


def test_many_fixes_of_one_mapping_are_all_made(project: Path) -> None:
    """Of those that take something out, one is made at a time."""
    twice = "".join(f"  layer{number}: {{blocks: 2}}\n" for number in (1, 2, 3, 4) for _ in range(20))
    path = write("mine.yaml", f"extends: resnet18\nname: mine\nstages:\n{twice}")
    assert 0 == resnetgen("check", "--fix", "mine.yaml").code
    once = "".join(f"  layer{number}: {{blocks: 2}}\n" for number in (1, 2, 3, 4))
    assert f"extends: resnet18\nname: mine\nstages:\n{once}" == path.read_text()


def test_names_cannot_hide_anything(project: Path) -> None:
    write("\x1b[2Jmine.yaml", WRONG)
    done = resnetgen("check", "--fix", ".")
    assert (0, True, False) == (done.code, "mine.yaml:3:8" in done.err, "\x1b[2J" in done.err)


def test_a_base_that_no_file_can_be_is_told(project: Path) -> None:
    write("mine.yaml", 'extends: "a\\0.yaml"\nname: mine\n')
    done = resnetgen("check", "--fix", "mine.yaml")
    message = "mine.yaml:1:10: error[RG110]: `extends` names a file that does not exist"
    assert (1, True) == (done.code, message in done.err)
