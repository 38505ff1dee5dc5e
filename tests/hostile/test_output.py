"""Output of `resnetgen build`: its destinations, and interrupted writes, which leave the old or the new file whole."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from resnetgen.cli import atomic_write
from tests.cli.command_line import Completed, environment, program, resnetgen
from tests.subjects import ROOT

SPEC = "name: mine\ndescription: {words}\nextends: resnet18\n"
LONG = "Two words." * 20_000
"""Makes a file large enough that writing it takes a while, and passes the limits below."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such links, limits and signals")


@pytest.fixture
def folder(folder: Path) -> Path:
    """An empty working directory with two specs of one name in folders of their own."""
    for place, words in (("one", "One."), ("two", LONG)):
        (folder / place).mkdir()
        (folder / place / "mine.yaml").write_text(SPEC.format(words=words))
    return folder


def content(place: str) -> str:
    """Return the output of building one of the specs."""
    return resnetgen("build", f"{place}/mine.yaml", "--stdout").out


def leftovers() -> list[str]:
    return [str(path) for path in Path().rglob("*.tmp")]


def everything() -> dict[str, bytes | None]:
    """All files and folders here, with what the files hold."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(Path().rglob("*"))}


# Links

OUT = "this is a link that leads out of the folder"
NOTHING = "this is a broken link"
HELP = "   help: write to another folder with -o DIR, or remove the link"


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("../victim.py", OUT),
        ("../missing.py", OUT),
        ("../missing/deeper/mine.py", OUT),
        ("../generated2/mine.py", OUT),
        ("/dev/null", OUT),
        ("/etc/hostname", OUT),
        ("other.py", OUT),
        ("missing.py", NOTHING),
        ("missing/deeper/mine.py", NOTHING),
        ("mine.py", NOTHING),
    ],
)
@pytest.mark.parametrize("option", ["--force", "--check", None])
def test_a_link_that_leads_out_is_neither_written_nor_read(
    target: str, why: str, option: str | None, folder: Path
) -> None:
    Path("generated").mkdir()
    Path("generated2").mkdir()
    Path("victim.py").write_text("# DO NOT EDIT: `resnetgen build` and a secret\n")
    Path("generated/other.py").symlink_to("../victim.py")
    Path("generated/mine.py").symlink_to(target)
    before = everything()

    done = resnetgen("build", "one/mine.yaml", *([option] if option else []))
    assert (1, "") == (done.code, done.out)
    assert [f"generated/mine.py:1:1: error[RG601]: {why}", HELP] == done.err.splitlines()[:2]
    assert before == everything()
    assert target == os.readlink("generated/mine.py")


def test_the_folder_may_be_a_link(folder: Path) -> None:
    """It is the user who names it."""
    Path("real").mkdir()
    Path("generated").symlink_to("real")
    Path("real/mine.py").symlink_to("inside.py")
    Path("real/inside.py").touch()
    assert 0 == resnetgen("build", "one/mine.yaml").code
    assert content("one") == Path("real/inside.py").read_text()
    assert 0 == resnetgen("build", "two/mine.yaml", "-o", "generated/deeper").code
    assert ["mine.py"] == os.listdir("real/deeper")


@pytest.mark.parametrize("output", ["generated", "generated/deeper/still"])
def test_a_folder_that_is_a_link_to_nothing_is_not_made(output: str, folder: Path) -> None:
    Path("generated").symlink_to("missing/folder")
    done = resnetgen("build", "one/mine.yaml", "-o", output)
    expected = f"{output}/mine.py:1:1: error[RG601]: the folder is a broken link"
    assert (1, "", expected) == (done.code, done.out, done.err.splitlines()[0])
    assert not Path("missing").exists()


def test_a_name_cannot_hold_a_path(folder: Path) -> None:
    for name in ("../victim", "/tmp/victim", "a/b", "..", "x\\0", "C:victim"):
        Path("wrong.yaml").write_text(f'name: "{name}"\nextends: resnet18\n')
        done = resnetgen("build", "wrong.yaml")
        assert (1, True) == (done.code, "error[RG205]" in done.err)
    assert not Path("generated").exists()


def test_new_writes_over_no_link(folder: Path) -> None:
    Path("mine.yaml").symlink_to("missing.yaml")
    done = resnetgen("new", "mine")
    assert (1, True) == (done.code, "this file already exists" in done.err)
    assert not Path("missing.yaml").exists()


# Two builds at once

AGAIN = """
import sys
from resnetgen.cli.app import main
for _ in range(int(sys.argv.pop())):
    assert main() == 0
"""


@pytest.mark.parametrize("count", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_builds_at_once_leave_a_whole_file(count: int, folder: Path) -> None:
    """Each sweeps up what it finds left, and that must never be what another is at."""
    whole = {content("one"), content("two")}
    words = [[sys.executable, "-c", AGAIN, "build", f"{('one', 'two')[k % 2]}/mine.yaml", "20"] for k in range(count)]
    running = [subprocess.Popen(each, env=environment(), stdout=subprocess.DEVNULL) for each in words]
    seen = set()
    while any(builder.poll() is None for builder in running):
        with contextlib.suppress(FileNotFoundError):
            seen.add(Path("generated/mine.py").read_text())
    assert [0] * count == [builder.returncode for builder in running]
    assert set() == seen - whole
    assert (["mine.py"], []) == (os.listdir("generated"), leftovers())


# A killed process


def test_builds_that_are_killed_leave_a_whole_file(folder: Path) -> None:
    """At a random moment of their work; the next build takes away what they left."""
    whole = {content("one"), content("two")}
    assert 0 == resnetgen("build", "one/mine.yaml").code
    moment = random.Random(7)
    killed = 0
    for number in range(20):
        words = [sys.executable, "-c", AGAIN, "build", "", "1000"]
        builders = []
        for place in ("one", "two"):
            words[-2] = f"{place}/mine.yaml"
            builders.append(subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL))
        time.sleep(0.35 + moment.random() * 0.3 if number else 1)
        for builder in builders:
            builder.send_signal(signal.SIGKILL)
            killed += builder.wait() == -signal.SIGKILL
        assert Path("generated/mine.py").read_text() in whole
    assert 40 == killed
    assert 0 == resnetgen("build", "one/mine.yaml", "--force").code
    assert (content("one"), [], ["mine.py"]) == (
        Path("generated/mine.py").read_text(),
        leftovers(),
        os.listdir("generated"),
    )


STOPPED = """
import os, signal, sys
from resnetgen.cli import atomic_write as files
real = getattr(os, sys.argv[1])
def stopped(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(os, sys.argv.pop(1), stopped)
from resnetgen.cli.app import main
sys.exit(main())
"""


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod", "makedirs", "urandom"])
def test_a_kill_at_each_step_leaves_the_old_file_and_the_next_build_cleans_up(step: str, folder: Path) -> None:
    assert 0 == resnetgen("build", "one/mine.yaml").code
    old = Path("generated/mine.py").read_text()
    assert -signal.SIGKILL == program(STOPPED, step, "build", "two/mine.yaml").code
    assert old == Path("generated/mine.py").read_text()
    assert int(step in ("fsync", "replace", "chmod")) == len(leftovers())

    assert 0 == resnetgen("build", "one/mine.yaml").code  # it has nothing to write, and cleans up
    assert ([], ["mine.py"]) == (leftovers(), os.listdir("generated"))


# Leftovers

LEFT = ".resnetgen-0123456789abcdef.tmp"


def test_only_what_is_ours_and_left_is_swept_up(folder: Path) -> None:
    Path("generated/deeper").mkdir(parents=True)
    others = [".resnetgen-0123456789abcdef.tmp.py", ".resnetgen-x.tmp", "resnetgen-0123456789abcdef.tmp", "x.tmp"]
    for name in others:
        Path("generated", name).touch()
    Path("generated/deeper", LEFT).touch()
    Path("generated/.resnetgen-00000000000000aa.tmp").mkdir()
    Path("generated/.resnetgen-00000000000000bb.tmp").symlink_to("../one/mine.yaml")
    Path("generated", LEFT).touch()

    assert 0 == resnetgen("build", "one/mine.yaml").code
    links = [".resnetgen-00000000000000aa.tmp", ".resnetgen-00000000000000bb.tmp"]
    assert sorted([*others, *links, "deeper", "mine.py"]) == sorted(os.listdir("generated"))
    assert Path("one/mine.yaml").exists()


def test_what_a_living_build_has_locked_stays(folder: Path) -> None:
    import fcntl

    Path("generated").mkdir()
    with Path("generated", LEFT).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        atomic_write.sweep("generated")
        assert [LEFT] == os.listdir("generated")
    atomic_write.sweep("generated")
    assert [] == os.listdir("generated")


def test_a_file_that_is_swept_up_before_it_is_locked_is_made_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    lock = fcntl.flock
    made: list[str] = []

    def late(descriptor: int, operation: int) -> None:
        if operation == fcntl.LOCK_EX and not made:
            made.extend(leftovers())
            for path in made:
                os.unlink(path)
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    atomic_write.replace("generated/x.py", b"whole")
    assert (1, b"whole", ["x.py"]) == (len(made), Path("generated/x.py").read_bytes(), os.listdir("generated"))


# A full disk, and a folder that is not ours

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
from resnetgen.cli.app import main
sys.exit(main())
"""


def test_a_file_that_may_not_grow_leaves_the_old_one(folder: Path) -> None:
    assert 0 == resnetgen("build", "one/mine.yaml").code
    before = everything()
    done = program(LIMITED, "build", "two/mine.yaml")
    expected = "generated/mine.py:1:1: error[RG601]: this file cannot be written: File too large"
    assert (1, "", expected) == (done.code, done.out, done.err.splitlines()[0])
    assert before == everything()


def test_a_full_disk_leaves_the_old_file(folder: Path) -> None:
    Path("generated").mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "generated"], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        assert 0 == resnetgen("build", "one/mine.yaml").code
        before = everything()
        done = resnetgen("build", "two/mine.yaml")
        expected = "generated/mine.py:1:1: error[RG601]: this file cannot be written: No space left on device"
        assert (1, "", expected) == (done.code, done.out, done.err.splitlines()[0])
        assert before == everything()
    finally:
        subprocess.run(["umount", "generated"], check=True)


UNPRIVILEGED = """
import contextlib, io, os, sys
import resnetgen.diagnostics.text
from resnetgen.cli.app import main
words, sys.argv[1:] = sys.argv[1:], ["build", sys.argv[2], "-o", "warm"]
with contextlib.redirect_stdout(io.StringIO()):  # what it imports may be for root alone to read
    assert main() == 0
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
sys.argv[1:] = words
sys.exit(main())
"""


@pytest.mark.parametrize("option", [None, "--force"])
def test_a_folder_that_is_read_only_is_left_as_it_is(option: str | None, folder: Path) -> None:
    assert 0 == resnetgen("build", "one/mine.yaml").code
    Path("generated", LEFT).touch()
    before = everything()
    os.chmod("generated", 0o555)
    let_in(folder)
    try:
        done = program(UNPRIVILEGED, "build", "two/mine.yaml", *([option] if option else []))
    finally:
        os.chmod("generated", 0o755)
    assert_denied(done)
    assert before == {path: held for path, held in everything().items() if not path.startswith("warm")}


def test_a_file_that_is_read_only_is_left_as_it_is(folder: Path) -> None:
    """Though whoever may write to the folder could put another in its place."""
    assert 0 == resnetgen("build", "one/mine.yaml").code
    os.chmod("generated/mine.py", 0o444)
    os.chmod("generated", 0o777)
    before = everything()
    let_in(folder)
    assert_denied(program(UNPRIVILEGED, "build", "two/mine.yaml", "--force"))
    assert before == {path: held for path, held in everything().items() if not path.startswith("warm")}


def let_in(folder: Path) -> None:
    """Let another user read a folder; those of pytest are for its own alone. Skip the test in a private checkout."""
    private = [place for place in ROOT.parents if not place.stat().st_mode & stat.S_IXOTH]
    if os.geteuid() == 0 and private:
        pytest.skip(f"nobody but root may read {private[0]}, which has the checkout")
    for place in [folder, *list(folder.parents)[:-2]]:
        with contextlib.suppress(PermissionError):
            os.chmod(place, place.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)


def assert_denied(done: Completed) -> None:
    expected = "generated/mine.py:1:1: error[RG601]: this file cannot be written: Permission denied"
    assert (1, "", expected) == (done.code, done.out, done.err.splitlines()[0])


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_to_end_leaves_nothing_behind(name: str, code: int, folder: Path) -> None:
    assert 0 == resnetgen("build", "one/mine.yaml").code
    before = everything()
    reset = "" if name == "SIGINT" else f"signal.signal(signal.{name}, signal.SIG_DFL)"  # whatever the tests run under
    ended = f"import os, signal, sys\n{reset}\nos.fsync = lambda _: os.kill(os.getpid(), signal.{name})\n"
    done = program(f"{ended}from resnetgen.cli.app import main\nsys.exit(main())", "build", "two/mine.yaml")
    assert Completed(code, "", "") == done
    assert before == everything()
