"""`resnetgen build`: what is written where, all or none, and what is out of date."""

import contextlib
import os
from pathlib import Path

import pytest

from tests.cli.command_line import ROOT, Done, process, resnetgen

SPEC = "name: mine\ndescription: {words}\nextends: resnet18\n"
HEADER = "# DO NOT EDIT: `resnetgen build` made this from the spec\n"
FIGURES = "11,689,512 parameters, 1.81 GMACs"


@pytest.fixture
def folder(folder: Path) -> Path:
    """An empty working directory with the spec mine.yaml."""
    (folder / "mine.yaml").write_text(SPEC.format(words="One."))
    return folder


def origin(path: str) -> str:
    """How the second line of a file names its spec."""
    return Path(path).read_text().splitlines()[1].removeprefix("# ").partition(" (digest")[0]


def test_it_writes_and_says_what(folder: Path) -> None:
    done = resnetgen("build", "mine.yaml", "resnet50")

    expected = f"""\
generated/mine.py      {FIGURES}
generated/resnet50.py  25,557,032 parameters, 4.09 GMACs
"""
    assert Done(0, expected, "") == done
    assert ["mine.py", "resnet50.py"] == sorted(os.listdir("generated"))
    assert (ROOT / "generated/resnet50.py").read_text() == Path("generated/resnet50.py").read_text()


def test_it_writes_to_another_folder_and_makes_it(folder: Path) -> None:
    assert Done(0, f"a/b/mine.py  {FIGURES}\n", "") == resnetgen("build", "mine.yaml", "-o", "a/b")
    assert Path("a/b/mine.py").read_text().startswith(HEADER)


def test_what_has_not_changed_is_not_written(folder: Path) -> None:
    resnetgen("build", "mine.yaml")
    os.utime("generated/mine.py", (1, 1))

    assert Done(0, f"generated/mine.py  {FIGURES}, unchanged\n", "") == resnetgen("build", "mine.yaml")
    assert 1 == os.stat("generated/mine.py").st_mtime
    Path("mine.yaml").write_text(SPEC.format(words="Two."))
    assert Done(0, f"generated/mine.py  {FIGURES}\n", "") == resnetgen("build", "mine.yaml")
    assert '"""Two.' in Path("generated/mine.py").read_text()


def test_nothing_is_written_where_any_spec_is_at_fault(folder: Path) -> None:
    Path("one.yaml").write_text("name: one\nextends: resnet18\nhead: {clases: 10}\n")
    Path("two.yaml").write_text("name: 2\nextends: resnet18\n")
    done = resnetgen("build", "mine.yaml", "one.yaml", "two.yaml")

    assert (1, "", False) == (done.code, done.out, Path("generated").exists())
    lines = [line.partition(": ")[0] for line in done.err.splitlines() if "error[" in line]
    assert ["one.yaml:3:8", "two.yaml:1:7"] == lines
    assert "2 errors; nothing was written" == done.err.splitlines()[-1]


def test_two_specs_of_one_name_are_an_error(folder: Path) -> None:
    Path("other.yaml").write_text("extends: resnet18\nname: mine\n")
    Path("capital.yaml").write_text("extends: resnet18\nname: Mine\n")

    expected = """\
other.yaml:2:7: error[RG205]: two specs have the name `mine`, and both would be written to mine.py
    2 | name: mine
      |       ^^^^
  --> mine.yaml:1:7
    1 | name: mine
      |       ---- the other spec
   help: rename one of them, or build them into different folders

capital.yaml:2:7: error[RG205]: `Mine.py` and `mine.py` are the same file on a file system that ignores case
    2 | name: Mine
      |       ^^^^
  --> mine.yaml:1:7
    1 | name: mine
      |       ---- the other spec
   help: rename one of them, or build them into different folders

2 errors; nothing was written
"""
    assert Done(1, "", expected) == resnetgen("build", "mine.yaml", "other.yaml", "capital.yaml")
    assert not Path("generated").exists()


def test_standard_output_gets_the_source_alone(folder: Path) -> None:
    done = resnetgen("build", "mine.yaml", "--stdout")
    resnetgen("build", "mine.yaml")

    assert Done(0, Path("generated/mine.py").read_text(), "") == done
    assert done == process("build", "mine.yaml", "--stdout", cwd=folder)


@pytest.mark.parametrize("arguments", [["resnet50", "resnet18"], ["resnet50", "--check"], ["resnet50", "--force"]])
def test_standard_output_takes_one_spec_and_no_other_option(arguments: list[str]) -> None:
    done = resnetgen("build", "--stdout", *arguments)
    assert (2, "") == (done.code, done.out)
    assert "Invalid value for '--stdout'" in done.err


@pytest.mark.parametrize("named", ["resnet34", ROOT / "specs/resnet34.yaml", ROOT / "tests/../specs/resnet34.yaml"])
def test_a_spec_of_the_collection_has_one_origin(named: str | Path, folder: Path) -> None:
    resnetgen("build", named)
    assert "resnetgen's specs/resnet34.yaml" == origin("generated/resnet34.py")


def test_an_origin_does_not_depend_on_the_working_directory(folder: Path) -> None:
    Path("a/out").mkdir(parents=True)
    resnetgen("build", "mine.yaml", "-o", "a/out")
    first = Path("a/out/mine.py").read_text()

    assert "../../mine.yaml" == origin("a/out/mine.py")
    assert Done(0, first, "") == resnetgen("build", folder / "mine.yaml", "-o", folder / "a/out", "--stdout")
    with contextlib.chdir("a"):
        assert resnetgen("build", "../mine.yaml", "-o", "out").out.endswith(", unchanged\n")
        assert Done(0, first, "") == resnetgen("build", "../mine.yaml", "-o", "out", "--stdout")


def test_check_shows_how_a_stale_file_differs_and_mends_nothing(folder: Path) -> None:
    resnetgen("build", "mine.yaml")
    path = Path("generated/mine.py")
    path.write_text(stale := path.read_text().replace('"""One.', '"""Once.') + "x = 1")

    expected = """\
--- generated/mine.py
+++ generated/mine.py
@@ -1,6 +1,6 @@
 # DO NOT EDIT: `resnetgen build` made this from the spec
 # ../mine.yaml (digest DIGEST).
-\"""Once.
+\"""One.
\x20
 https://arxiv.org/abs/1512.03385
\x20
@@ -112,4 +112,3 @@
         x = torch.flatten(x, 1)  # 512
         x = self.fc(x)  # 1000
         return x
-x = 1
\\ No newline at end of file
"""
    digest = stale.partition("(digest ")[2].partition(")")[0]
    mend = "1 of 1 file out of date; run `resnetgen build` to update\n"
    assert Done(1, expected.replace("DIGEST", digest), mend) == resnetgen("build", "mine.yaml", "--check")
    assert stale == path.read_text()


def test_check_shows_all_of_a_missing_file(folder: Path) -> None:
    resnetgen("build", "resnet50")
    done = resnetgen("build", "resnet50", "mine.yaml", "--check")

    assert (1, "1 of 2 files out of date; run `resnetgen build` to update\n") == (done.code, done.err)
    assert ["--- /dev/null", "+++ generated/mine.py"] == done.out.splitlines()[:2]
    added = "".join(f"{line[1:]}\n" for line in done.out.splitlines()[3:])
    assert resnetgen("build", "mine.yaml", "--stdout").out == added
    assert not Path("generated/mine.py").exists()


def test_check_is_content_with_fresh_files(folder: Path) -> None:
    resnetgen("build", "mine.yaml", "resnet50")
    assert Done(0, "1 file is up to date\n", "") == resnetgen("build", "mine.yaml", "--check")
    assert Done(0, "2 files are up to date\n", "") == resnetgen("build", "mine.yaml", "resnet50", "--check")


def test_a_diff_is_coloured_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from resnetgen.cli import text_diff

    monkeypatch.setattr(text_diff, "colored", lambda _: True)
    red, green, end = "\x1b[31m", "\x1b[32m", "\x1b[0m"
    assert f"{red}-a{end}\n{green}+b{end}\n" == "".join(text_diff.diff("f", b"a\n", b"b\n").splitlines(True)[3:])


@pytest.mark.parametrize(("wanted", "advice"), [("-", "use --stdout to print"), ("net.py", "or use --stdout")])
def test_a_file_where_a_folder_belongs_is_wrong_usage(folder: Path, wanted: str, advice: str) -> None:
    done = resnetgen("build", "mine.yaml", "-o", wanted)
    assert (2, "") == (done.code, done.out)
    assert "would be the name of a folder" in " ".join(done.err.split())
    assert advice in " ".join(done.err.split())
    assert ["mine.yaml"] == [path.name for path in folder.iterdir()]


def test_a_folder_may_end_as_a_file_does(folder: Path) -> None:
    Path("net.py").mkdir()
    assert 0 == resnetgen("build", "mine.yaml", "-o", "net.py").code
    assert Path("net.py/mine.py").is_file()


def test_it_ends_with_its_exit_code(folder: Path) -> None:
    assert 0 == process("build", "mine.yaml", cwd=folder).code
    assert 1 == process("build", "mine.yaml", "-o", "mine.yaml", cwd=folder).code
    assert 2 == process("build", cwd=folder).code
