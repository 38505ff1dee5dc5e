"""How `resnetgen build` writes: in one step, and never over what is not its own."""

import contextlib
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command_line import Done, environment, program, resnetgen

SPEC = "name: mine\ndescription: {words}\nextends: resnet18\n"
HEADER = "# DO NOT EDIT: `resnetgen build` made this from the spec\n"
FIGURES = "11,689,512 parameters, 1.81 GMACs"

posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such links, modes and devices")


@pytest.fixture
def folder(folder: Path) -> Path:
    """An empty working directory with the spec mine.yaml."""
    (folder / "mine.yaml").write_text(SPEC.format(words="One."))
    return folder


def leftovers() -> list[str]:
    return [str(path) for path in Path().rglob("*.tmp")]


def test_a_file_of_someone_else_is_left_alone(folder: Path) -> None:
    Path("generated").mkdir()
    Path("generated/mine.py").write_text("print('my own work')\n")

    expected = """\
generated/mine.py:1:1: error[RG601]: this file was not written by resnetgen
   help: write to another folder with -o DIR, or overwrite this file with --force

1 error; nothing was written
"""
    assert Done(1, "", expected) == resnetgen("build", "resnet50", "mine.yaml")
    assert ["mine.py"] == os.listdir("generated")
    assert 1 == resnetgen("build", "mine.yaml", "--check").code
    assert "print('my own work')\n" == Path("generated/mine.py").read_text()
    assert Done(0, f"generated/mine.py  {FIGURES}\n", "") == resnetgen("build", "mine.yaml", "--force")
    assert Path("generated/mine.py").read_text().startswith(HEADER)


@pytest.mark.parametrize(
    ("output", "why"),
    [
        pytest.param("file", "this file cannot be written: Not a directory", id="file"),
        pytest.param("file/below", "this file cannot be written: Not a directory", id="below a file"),
        pytest.param("long" * 100, "File name too long", id="long"),
    ],
)
def test_a_folder_that_cannot_be_is_told(output: str, why: str, folder: Path) -> None:
    Path("file").write_text("")
    done = resnetgen("build", "mine.yaml", "-o", output)

    assert (1, "") == (done.code, done.out)
    assert "error[RG601]" in done.err.splitlines()[0]
    assert why in done.err.splitlines()[0]
    assert "   help: write to another folder with -o DIR, or print the source with --stdout" == done.err.splitlines()[1]
    assert [] == leftovers()


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_read_only_is_told(folder: Path) -> None:
    Path("generated").mkdir(mode=0o500)
    done = resnetgen("build", "mine.yaml")

    expected = "generated/mine.py:1:1: error[RG601]: this file cannot be written: Permission denied"
    assert (1, "", expected) == (done.code, done.out, done.err.splitlines()[0])


@posix
@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_what_is_no_file_is_not_replaced(kind: str, folder: Path) -> None:
    Path("generated").mkdir()
    path = Path("generated/mine.py")
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/null")
    before = stat.S_IFMT(path.stat().st_mode)

    done = resnetgen("build", "mine.yaml", "--force")
    assert (1, "", before) == (done.code, done.out, stat.S_IFMT(path.stat().st_mode))
    assert "error[RG601]" in done.err


@posix
def test_permissions_are_kept_and_new_files_get_those_of_the_umask(folder: Path) -> None:
    old = os.umask(0o027)
    try:
        resnetgen("build", "mine.yaml")
        assert 0o640 == stat.S_IMODE(os.stat("generated/mine.py").st_mode)
        os.chmod("generated/mine.py", 0o604)
        Path("mine.yaml").write_text(SPEC.format(words="Two."))
        resnetgen("build", "mine.yaml")
    finally:
        os.umask(old)
    assert 0o604 == stat.S_IMODE(os.stat("generated/mine.py").st_mode)


@posix
def test_a_link_stays_a_link(folder: Path) -> None:
    Path("generated/deeper").mkdir(parents=True)
    Path("generated/deeper/real.py").touch()
    Path("generated/mine.py").symlink_to("deeper/real.py")
    resnetgen("build", "mine.yaml")

    assert "deeper/real.py" == os.readlink("generated/mine.py")
    assert Path("generated/deeper/real.py").read_text().startswith(HEADER)
    assert ["real.py"] == os.listdir("generated/deeper")


@posix
def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resnetgen("build", "mine.yaml")
    old = Path("generated/mine.py").read_text()
    Path("mine.yaml").write_text(SPEC.format(words="Two."))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = resnetgen("build", "mine.yaml")
    assert (1, "") == (done.code, done.out)
    expected = "generated/mine.py:1:1: error[RG601]: this file cannot be written: No space left on device"
    assert expected == done.err.splitlines()[0]
    assert (old, []) == (Path("generated/mine.py").read_text(), leftovers())


@posix
def test_a_kill_in_the_middle_leaves_the_old_file(folder: Path) -> None:
    resnetgen("build", "mine.yaml")
    old = Path("generated/mine.py").read_text()
    Path("mine.yaml").write_text(SPEC.format(words="Two."))
    killed = """
import os, signal, sys
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
from resnetgen.cli.app import main
sys.exit(main())
"""
    assert -9 == program(killed, "build", "mine.yaml").code
    assert old == Path("generated/mine.py").read_text()
    assert 0 == resnetgen("build", "mine.yaml").code
    assert '"""Two.' in Path("generated/mine.py").read_text()


def test_two_builds_at_once_never_leave_half_a_file(folder: Path) -> None:
    again = "import sys\nfrom resnetgen.cli.app import main\nfor _ in range(100): assert main() == 0\n"
    specs = {words: SPEC.format(words=words) for words in ("One.", "Two." * 2000)}
    running = []
    whole = set()
    for number, text in enumerate(specs.values()):
        Path(f"{number}").mkdir()
        spec = Path(f"{number}/mine.yaml")
        spec.write_text(text)
        whole.add(resnetgen("build", spec, "--stdout").out)
        words = [sys.executable, "-c", again, "build", str(spec)]
        running.append(subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL))

    seen = set()
    while any(builder.poll() is None for builder in running):
        with contextlib.suppress(FileNotFoundError):
            seen.add(Path("generated/mine.py").read_text())
    assert [0, 0] == [builder.returncode for builder in running]
    assert set() == seen - whole
    assert (["mine.py"], []) == (os.listdir("generated"), leftovers())
