"""Help, messages and tables fit the terminal, at any width; in a pipe nothing is wrapped or left out."""

import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from resnetgen.api import compile_spec
from resnetgen.cli.app import COMMANDS
from resnetgen.diagnostics.terminal import wrap
from tests.cli.command_line import command, environment, process, resnetgen
from tests.weights.weight_files import safetensors, shapes

BAR = "\x1b[2K"
"""The characters that clear the line of the progress bar, which is drawn over itself."""

unix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")


def on_terminal(words: list[str], wide: int, cwd: Path) -> str:
    """Return what a program writes to a terminal that is its standard output and standard error."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, wide))
    variables = {name: value for name, value in environment().items() if name not in ("COLUMNS", "FORCE_COLOR")}
    running = subprocess.Popen(
        words, cwd=cwd, stdout=theirs, stderr=theirs, env={**variables, "TERM": "xterm", "NO_COLOR": "1"}
    )
    os.close(theirs)
    found = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux has it so where the other end is closed
            break
        if not piece:
            break
        found += piece
    os.close(ours)
    running.wait()
    return re.sub(r"\x1b\[[?0-9;]*[a-zA-Z]", "", found.decode().replace("\r\n", "\n").rpartition(BAR)[2])


def cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


# Help


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_is_at_most_80_columns_wide(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = resnetgen(*name.split(), "--help")

    assert (0, "") == (done.code, done.err)
    assert [] == [line for line in done.out.splitlines() if len(line) > 80]
    assert done.out.startswith(f"Usage: resnetgen {name}".rstrip())


@pytest.mark.parametrize("wide", [50, 80, 200])
def test_no_summary_is_cut(wide: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(wide))
    commands = resnetgen("--help").out.partition("\nCommands:\n")[2].partition("\n\n")[0]

    summaries = re.split(r"^  (?=[a-z])", commands, flags=re.MULTILINE)[1:]
    assert len({name.partition(" ")[0] for name in COMMANDS}) == len(summaries)
    assert [] == [summary for summary in summaries if not re.search(r"[^.]\.\n*$", summary)]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_no_types_of_python(name: str) -> None:
    assert not re.search(r"<(str|int|float|bool|list)|list\[", resnetgen(*name.split(), "--help").out)


@pytest.mark.parametrize(
    ("name", "usage"),
    [("check", "SPEC..."), ("build", "SPEC..."), ("show", "SPEC"), ("explain", "[CODE]..."), ("schema", "")],
)
def test_usage_shows_arguments_as_people_write_them(name: str, usage: str) -> None:
    assert f"Usage: resnetgen {name} [OPTIONS] {usage}".rstrip() == resnetgen(name, "-h").out.splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "resnet18", "--jobs", "x"], "Invalid value for '--jobs': 'x' is not a whole number"),
        (["check", "resnet18", "--jobs", "-1"], "Invalid value for '--jobs': -1 is less than 1"),
        (["show", "resnet18", "--dtype", "int8"], "Invalid value for '--dtype': 'int8' is not one of 'float32', "),
        (["export", "resnet18", "--to", "pt2", "--tolerance", "x"], "'--tolerance': 'x' is not a number"),
        (["show"], "Missing argument 'SPEC'."),
        (["chek"], "No such command 'chek'. Did you mean 'check'"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_told_in_plain_words(arguments: list[str], message: str) -> None:
    done = resnetgen(*arguments)
    assert (2, "") == (done.code, done.out)
    assert message in done.err.splitlines()[-1]
    assert "Value error" not in done.err


# Output

WRONG = """\
extends: resnet50
name: broken
act: rleu
stages:
  layer2: {blocks: 4, channels: 512, stride: 2, shortcut: identity, drop_path: 0.1, chanels: 3}
"""

OUTPUTS = (
    "check wrong.yaml",
    "check small.yaml resnet18",
    "check wrong.yaml --fix --diff --jobs 0",
    "build wrong.yaml",
    "build small.yaml resnet50 -o made",
    "build small.yaml -o small.py",
    "show resnet50",
    "show resnet50 --blocks",
    "show resnet18 --ops",
    "show resnetv2_50x1_bit",
    "diff resnet18 resnet50d",
    "diff resnet50 resnet50",
    "list",
    "list seresnet* --macs ..5G",
    "list *cifar*",
    "list --family nothing",
    "explain",
    "explain RG301 RG502",
    "new mine --extends nothing",
    "check nothing --input-size 64x64x64",
    "weights show w.safetensors",
    "weights match w.safetensors --most 1",
)

LONG = ("list", "list --family nothing", "check wrong.yaml --fix --diff --jobs 0", "build small.yaml resnet50 -o made")
"""These take seconds, each time; and others show the same kinds of lines."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wrong.yaml").write_text(WRONG)
    (tmp_path / "small.yaml").write_text("name: small\nextends: resnet18\ninput: {size: 48}\n")
    safetensors(tmp_path / "w.safetensors", shapes(compile_spec("resnet50_huggingface")))
    return tmp_path


@unix
@pytest.mark.parametrize(
    ("words", "wide"),
    [
        *((words, wide) for words in OUTPUTS for wide in ((80,) if words in LONG else (120,))),
        ("check wrong.yaml", 50),
        ("diff resnet18 resnet50d", 60),
    ],
)
def test_no_line_is_wider_than_the_terminal(words: str, wide: int, folder: Path) -> None:
    shown = on_terminal(command(*words.split()), wide, folder)
    assert shown
    assert [] == [line for line in shown.splitlines() if cells(line) > wide]


@unix
def test_descriptions_are_wrapped_and_not_cut(folder: Path) -> None:
    shown = on_terminal(command("list", "seresnet50"), 80, folder)
    assert "..." not in shown
    words = "SE-ResNet-50, ResNet-50 with squeeze-and-excitation at the end of each branch."
    column = shown.splitlines()[0].index("description")
    assert words == " ".join(line[column:].strip() for line in shown.splitlines()[2:])


@unix
def test_the_width_may_be_stated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = on_terminal(command("show", "resnet50"), 200, folder)
    narrow = on_terminal(["env", "COLUMNS=80", *command("show", "resnet50")], 200, folder)
    assert narrow != wide
    assert max(map(len, narrow.splitlines())) <= 80 < max(map(len, wide.splitlines()))


@pytest.mark.parametrize("words", [words for words in OUTPUTS if words not in LONG])
def test_in_a_pipe_nothing_depends_on_a_width(words: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    for wide in ("50", "500"):
        monkeypatch.setenv("COLUMNS", wide)
        done.append(process(*words.split(), cwd=folder))
    # What is left is how typer lays out a usage line, which is shorter than either.
    assert done[0] == done[1]


@pytest.mark.parametrize("columns", [10, 20, 33])
@pytest.mark.parametrize(
    "text", ["a few words and more of them", "語 語語 語語語 and 日本語", "x" * 50, "", "  indented words here"]
)
def test_wrapping_loses_nothing(text: str, columns: int) -> None:
    lines = wrap(text, columns, start=3, indent=2)
    assert text.split() == " ".join(lines).split()
    rows = [" " * 3 + lines[0], *(" " * 2 + line for line in lines[1:])]
    assert [] == [row for row in rows if cells(row) > columns and len(row.split()) > 1]
    assert [text] == wrap(text, 0)
