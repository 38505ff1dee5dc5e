"""`resnetgen check`, and what all commands have in common: their ends, their help, their usage."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from resnetgen import __version__
from tests.command_line import ROOT, Done, command, environment, process, program, resnetgen

BROKEN = """\
name: broken
extends: resnet18
stages:
  layer2: {blocks: 2, channels: 128, stride: 2, shortcut: identity}
  layer3: {blocks: 2, chanels: 256}
"""
CLASHING = """\
name: clashing
extends: resnet18
stages:
  layer2: {shortcut: identity}
"""
WELL = "name: mine\nextends: resnet18\n"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with contextlib.chdir(tmp_path):
        yield tmp_path


def test_a_good_spec_is_well() -> None:
    assert Done(0, "1 spec is well\n", "") == resnetgen("check", "resnet50")


def test_all_faults_of_all_specs_are_shown(folder: Path) -> None:
    Path("broken.yaml").write_text(BROKEN)
    Path("clashing.yaml").write_text(CLASHING)

    expected = """\
broken.yaml:5:23: error[RG201]: unknown key `chanels`; did you mean `channels`?
    5 |   layer3: {blocks: 2, chanels: 256}
      |                       ^^^^^^^
   help: the keys here are blocks, channels, stride, dilation, first_dilation, type, mid, widths, groups, norm, act, \
order, shortcut, stride_on, dropout, drop_path, join

clashing.yaml:4:12: error[RG301]: identity shortcut cannot join 64x56x56 to 128x28x28
    4 |   layer2: {shortcut: identity}
      |   ------ branch gives 128x28x28
      |            ^^^^^^^^^^^^^^^^^^ shortcut brings 64x56x56
   help: use `shortcut: auto`, which puts a 1x1 convolution with stride 2 there

2 errors in 2 of 3 specs
"""
    assert Done(1, "", expected) == resnetgen("check", "broken.yaml", "resnet50", "clashing.yaml")


def test_as_json_everything_goes_to_standard_output(folder: Path) -> None:
    Path("clashing.yaml").write_text(CLASHING)
    done = resnetgen("check", "clashing.yaml", "resnet50", "--format", "json")

    expected = [
        {
            "code": "RG301",
            "severity": "error",
            "message": "identity shortcut cannot join 64x56x56 to 128x28x28",
            "file": "clashing.yaml",
            "line": 4,
            "column": 12,
            "end_line": 4,
            "end_column": 30,
            "words": "shortcut brings 64x56x56",
            "related": [
                {
                    "file": "clashing.yaml",
                    "line": 4,
                    "column": 3,
                    "end_line": 4,
                    "end_column": 9,
                    "words": "branch gives 128x28x28",
                }
            ],
            "help": "use `shortcut: auto`, which puts a 1x1 convolution with stride 2 there",
        }
    ]
    assert (1, expected, "") == (done.code, json.loads(done.out), done.err)


def test_as_json_no_fault_is_an_empty_list() -> None:
    assert Done(0, "[]\n", "") == resnetgen("check", "resnet50", "--format", "json")


def test_a_folder_stands_for_all_specs_in_it(folder: Path) -> None:
    Path("a/b").mkdir(parents=True)
    Path("a/one.yaml").write_text(WELL)
    Path("a/b/two.yml").write_text(WELL)
    Path("a/b/notes.txt").write_text("no spec")

    assert Done(0, "2 specs are well\n", "") == resnetgen("check", "a")


def test_a_spec_that_is_named_twice_is_checked_once(folder: Path) -> None:
    Path("a").mkdir()
    Path("a/clashing.yaml").write_text(CLASHING)
    Path("link.yaml").symlink_to("a/clashing.yaml")
    named = ["a", "a/clashing.yaml", "a/../a/clashing.yaml", str(folder / "a/clashing.yaml"), "link.yaml"]

    assert "1 error in 1 of 1 spec" == resnetgen("check", *named).err.splitlines()[-1]
    assert Done(0, "1 spec is well\n", "") == resnetgen("check", "resnet50", ROOT / "specs/resnet50.yaml", "resnet50")


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        pytest.param("nowhere.yaml", "nowhere.yaml:1:1: error[RG101]: there is no such file", id="file"),
        pytest.param("empty", "empty:1:1: error[RG101]: there is no spec in this folder", id="folder"),
        pytest.param(
            "resnet500",
            "resnet500:1:1: error[RG101]: there is no spec `resnet500`, neither as a file nor in the collection",
            id="name",
        ),
    ],
)
def test_what_is_not_there_is_a_fault_beside_the_others(argument: str, message: str, folder: Path) -> None:
    Path("empty").mkdir()
    done = resnetgen("check", argument, "resnet50")

    assert (1, "", message) == (done.code, done.out, done.err.splitlines()[0])
    assert "1 error in 1 of 2 specs" == done.err.splitlines()[-1]


@pytest.mark.parametrize("size", ["224", "320x192", "320,192", "320X192", "33, 65"])
def test_a_spec_is_checked_at_another_size(size: str) -> None:
    assert Done(0, "1 spec is well\n", "") == resnetgen("check", "resnet50", "--input-size", size)


def test_a_size_that_the_network_cannot_take_is_a_fault(folder: Path) -> None:
    Path("unpadded.yaml").write_text("extends: resnet18\nname: unpadded\nstem: [{conv: 7, to: 64, padding: 0}]\n")

    assert 0 == resnetgen("check", "unpadded.yaml", "--input-size", "7").code
    done = resnetgen("check", "unpadded.yaml", "--input-size", "6")
    assert 1 == done.code
    assert (
        "unpadded.yaml:3:8: error[RG304]: conv1 (conv 7x7) reaches over 7 pixels, more than the 6 of the map"
        == done.err.splitlines()[0]
    )


@pytest.mark.parametrize("size", ["", "x", "0", "-1", "3x", "3x3x3x3", "1e3", "٣", "100001", "9" * 5000])
def test_what_is_no_size_is_wrong_usage(size: str) -> None:
    done = resnetgen("check", "resnet50", f"--input-size={size}")
    assert (2, "") == (done.code, done.out)
    assert "Invalid value for '--input-size'" in done.err


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
    assert "Exit codes: 0 all is well, 1 a spec is at fault" in done.out


def test_it_knows_its_version() -> None:
    assert Done(0, f"resnetgen {__version__}\n", "") == resnetgen("--version")


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    from resnetgen.commands.output import colored

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
    assert "error[RG901]: this is a fault of resnetgen itself, and not of your spec" == lines[0]
    assert "   ZeroDivisionError: integer division or modulo by zero" == lines[1]
    assert lines[2].startswith(f"   at resnetgen{os.sep}compiler.py:")
    assert "   while it compiled resnet50" == lines[3]
    assert "   help: please report this with the spec; RESNETGEN_DEBUG=1 shows the whole traceback" == lines[4]

    monkeypatch.setenv("RESNETGEN_DEBUG", "1")
    assert resnetgen("check", "resnet50").err.startswith("Traceback (most recent call last):\n")


def test_an_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("resnetgen.compiler.trace", interrupt)
    assert Done(130, "", "") == resnetgen("check", "resnet50")


def test_the_module_runs_as_a_process(tmp_path: Path) -> None:
    (tmp_path / "clashing.yaml").write_text(CLASHING)

    assert Done(0, "1 spec is well\n", "") == process("check", "resnet50", cwd=tmp_path)
    assert 1 == process("check", "clashing.yaml", cwd=tmp_path).code
    assert 2 == process("check", cwd=tmp_path).code
    assert "Usage: resnetgen check" in process("check", cwd=tmp_path).err


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes and devices")
class TestStreamsThatEnd:
    def test_a_reader_who_left_is_no_fault(self) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            command("list"), env=environment(), stdout=writing, stderr=subprocess.PIPE, encoding="utf-8", check=False
        )
        os.close(writing)
        assert (141, "") == (done.returncode, done.stderr)

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
    def test_a_full_disk_is_told(self) -> None:
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                command("list"), env=environment(), stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False
            )
        expected = "error[RG601]: the output cannot be written: No space left on device\n"
        assert (1, expected) == (done.returncode, done.stderr)

    def test_no_streams_at_all_is_no_fault(self) -> None:
        start = "import os, sys; os.close(1); os.close(2); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
        assert Done(0, "", "") == program(start, *command("check", "resnet50")[1:])
        assert Done(1, "", "") == program(start, *command("check", "nowhere.yaml")[1:])
