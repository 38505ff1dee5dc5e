"""Behaviour common to all commands: invocation, exit codes, errors."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from resnetgen import __version__
from tests.cli.command_line import Completed, command, environment, process, program, resnetgen


@pytest.mark.parametrize(
    "arguments",
    [["check"], ["check", "resnet50", "--no-such"], ["check", "resnet50", "--format", "xml"], ["chek", "resnet50"]],
)
def test_wrong_usage_is_told_from_faults(arguments: list[str]) -> None:
    done = resnetgen(*arguments)
    assert (2, "") == (done.code, done.out)
    assert "Usage: resnetgen" in done.err


def test_alone_it_prints_its_help() -> None:
    done = resnetgen()
    assert (0, "") == (done.code, done.err)
    assert done == resnetgen("--help") == resnetgen("-h")
    assert "  resnetgen check specs/                  check every spec in a folder\n" in done.out
    assert "Exit codes: 0 success, 1 a spec has errors" in done.out


def test_it_knows_its_version() -> None:
    assert Completed(0, f"resnetgen {__version__}\n", "") == resnetgen("--version")


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    from resnetgen.cli.output import colored

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert (True, False) == (colored(Terminal()), colored(io.StringIO()))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colored(Terminal())


def test_a_fault_of_our_own_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESNETGEN_DEBUG", raising=False)
    monkeypatch.setattr("resnetgen.compiler.trace", lambda *_: 1 // 0)
    done = resnetgen("check", "resnet50")

    lines = done.err.splitlines()
    assert (70, "", 5) == (done.code, done.out, len(lines))
    assert "error[RG901]: this is a bug in resnetgen, not in your spec" == lines[0]
    assert "   ZeroDivisionError: integer division or modulo by zero" == lines[1]
    assert lines[2].startswith(f"   at resnetgen{os.sep}compiler.py:")
    assert "   while compiling resnet50" == lines[3]
    assert "   help: please report it together with the spec; RESNETGEN_DEBUG=1 shows the full traceback" == lines[4]

    monkeypatch.setenv("RESNETGEN_DEBUG", "1")
    assert resnetgen("check", "resnet50").err.startswith("Traceback (most recent call last):\n")


def importing(module: str) -> Callable[..., None]:
    """Return a function of resnetgen's own that imports a module."""
    own: dict[str, object] = {"__name__": "resnetgen.compiler"}
    exec(f"def run(*_):\n    import {module}\n", own)
    return cast("Callable[..., None]", own["run"])


def test_a_package_that_cannot_be_imported_is_no_fault_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_package.py").write_text('raise ImportError("libfoo.so.12 is missing")\n', encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("resnetgen.compiler.trace", importing("broken_package"))
    done = resnetgen("check", "resnet50")
    assert (1, "") == (done.code, done.out)
    assert done.err == (
        "error[RG801]: broken_package is installed, but cannot be imported: libfoo.so.12 is missing\n"
        '   help: `python -c "import broken_package"` shows all of the error; install broken_package anew\n'
    )


def test_an_import_of_what_is_not_there_is_our_own_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resnetgen.compiler.trace", importing("resnetgen.nowhere"))
    done = resnetgen("check", "resnet50")
    assert 70 == done.code
    assert "error[RG901]" in done.err and "No module named 'resnetgen.nowhere'" in done.err


def test_an_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("resnetgen.compiler.trace", interrupt)
    assert Completed(130, "", "") == resnetgen("check", "resnet50")


def test_the_module_runs_as_a_process(tmp_path: Path) -> None:
    (tmp_path / "nameless.yaml").write_text("extends: resnet18\nname: 2\n")

    assert Completed(0, "1 spec passed\n", "") == process("check", "resnet50", cwd=tmp_path)
    assert 1 == process("check", "nameless.yaml", cwd=tmp_path).code
    assert 2 == process("check", cwd=tmp_path).code
    assert "Usage: resnetgen check" in process("check", cwd=tmp_path).err


posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes and devices")


@posix
def test_a_reader_who_left_is_no_fault() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command("list"), env=environment(), stdout=writing, stderr=subprocess.PIPE, encoding="utf-8", check=False
    )
    os.close(writing)
    assert (141, "") == (done.returncode, done.stderr)


@posix
@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["--version"]], ids=" ".join)
def test_a_reader_who_left_a_help_text_is_no_fault(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command(*arguments), env=environment(), stdout=writing, stderr=subprocess.PIPE, encoding="utf-8", check=False
    )
    os.close(writing)
    assert (141, "") == (done.returncode, done.stderr)


full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")


@full
@pytest.mark.parametrize("arguments", [["list"], ["--help"], ["check", "--help"], ["--version"], []], ids=" ".join)
def test_a_full_disk_is_told(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command(*arguments), env=environment(), stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False
        )
    expected = "error[RG601]: the output cannot be written: No space left on device\n"
    assert (1, expected) == (done.returncode, done.stderr)


@full
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["chek"], 2),
        (["check"], 2),
        (["check", "resnet50", "--jobs", "x"], 2),
        (["check", "resnet50", "--ignore", "RG999"], 2),
        (["check", "nowhere.yaml"], 1),
        (["check", "resnet50"], 0),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else None,
)
def test_messages_that_cannot_be_written_change_no_exit_code(arguments: list[str], code: int) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command(*arguments), env=environment(), stdout=subprocess.DEVNULL, stderr=full, check=False
        )
    assert code == done.returncode


@posix
def test_no_streams_at_all_are_no_fault() -> None:
    start = "import os, sys; os.close(1); os.close(2); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    assert Completed(0, "", "") == program(start, *command("check", "resnet50")[1:])
    assert Completed(1, "", "") == program(start, *command("check", "nowhere.yaml")[1:])
