"""Output on a terminal: progress bars on long runs, lines that fit, and colours on request."""

import io
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from resnetgen import diagnose_text
from resnetgen.cli.output import MAX_CODES, colored, columns, shows_links
from resnetgen.cli.progress import with_progress
from resnetgen.diagnostics.terminal import excerpt, excerpt_to_fit
from resnetgen.diagnostics.text import render
from resnetgen.documentation import page_url
from tests.cli.command_line import command, environment, process

unix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")

BAR = "\r\x1b[2K"
"""The characters that clear the line of a bar."""


def terminal_output(words: list[str], wide: int = 80, cwd: Path | None = None, **variables: str) -> str:
    """Return what a program writes to a terminal that is its standard error."""
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, wide))
    plain = {name: value for name, value in environment().items() if name not in ("NO_COLOR", "COLUMNS")}
    running = subprocess.Popen(
        words, cwd=cwd, stdout=subprocess.DEVNULL, stderr=theirs, env={**plain, "TERM": "xterm", **variables}
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
    return found.decode().replace("\r\n", "\n")


LONG = """\
import sys
from resnetgen.cli import progress
progress.AFTER = 0.0
progress._EVERY = 0.0
from resnetgen.cli.app import main
sys.exit(main())
"""
"""A command as it is when it has run for long."""


@pytest.fixture(autouse=True)
def specs(folder: Path) -> None:
    for number in range(20):
        (folder / f"n{number}.yaml").write_text(
            f"name: n{number}\nextends: resnet18\nhead: {{classes: {number + 1}}}\n"
        )


def long(*arguments: str) -> list[str]:
    return [sys.executable, "-c", LONG, *arguments]


@unix
@pytest.mark.parametrize("arguments", [("check",), ("check", "--jobs", "2"), ("build", "--stdout")], ids=" ".join)
def test_a_long_run_shows_a_bar_and_takes_it_away(arguments: tuple[str, ...], folder: Path) -> None:
    found = terminal_output(long(*arguments, "."), cwd=folder)

    assert "specs" in found
    assert re.search(r"\b1?\d/20\b", found)
    bar, _, after = found.rpartition("\x1b[2K")
    assert "20" in bar
    assert not re.search(r"\d/20", after)
    assert found.rindex("\x1b[?25h") > found.rindex("\x1b[?25l")  # the cursor is back


@unix
def test_diagnostics_stand_below_where_the_bar_was(folder: Path) -> None:
    (folder / "wrong.yaml").write_text("name: 9x\nextends: resnet18\n")
    found = terminal_output(long("check", "."), cwd=folder, NO_COLOR="1")

    after = found.rpartition("\x1b[2K")[2]
    assert "wrong.yaml:1:7: error[RG205]" in after
    assert "\x1b" not in after.removeprefix("\x1b[?25h")
    assert after.endswith("1 error in 1 of 21 specs\nfor more: resnetgen explain RG205\n")


@unix
def test_without_colours_the_bar_has_none(folder: Path) -> None:
    assert re.search(r"\x1b\[[\d;]*3\dm", terminal_output(long("check", "."), cwd=folder))
    assert not re.search(r"\x1b\[[\d;]*3\dm", terminal_output(long("check", "."), cwd=folder, NO_COLOR="1"))


@unix
def test_a_dumb_terminal_has_no_bar(folder: Path) -> None:
    assert "" == terminal_output(long("check", "."), cwd=folder, TERM="dumb")


@unix
def test_a_short_run_has_no_bar(folder: Path) -> None:
    assert "" == terminal_output(command("check", "."), cwd=folder)


def test_a_pipe_has_no_bar(folder: Path) -> None:
    done = subprocess.run(long("check", "."), cwd=folder, env=environment(), capture_output=True, check=True)
    assert (b"20 specs passed\n", b"") == (done.stdout, done.stderr)


def test_a_short_run_does_not_import_rich() -> None:
    program = "import sys; from resnetgen.cli.app import main; code = main(); sys.exit(code or 'rich' in sys.modules)"
    words = [sys.executable, "-c", program, "check", "resnet18", "resnet50"]
    if sys.platform != "win32":
        assert "" == terminal_output(words)
    assert 0 == subprocess.run(words, env=environment(), capture_output=True, check=False).returncode


STEPS = """\
import sys
from resnetgen.cli.progress import with_steps
with with_steps("mine", ("writing", "comparing")) as begin:
    begin("comparing")
print("after", file=sys.stderr)
"""


@unix
def test_the_steps_of_one_task_show_a_bar_which_is_taken_away() -> None:
    found = terminal_output([sys.executable, "-c", STEPS])

    bar, _, after = found.rpartition("\x1b[2K")
    assert re.search(r"mine.*0/2.*writing.*1/2.*comparing", bar, re.DOTALL)
    assert "after\n" == after.removeprefix("\x1b[?25h")
    assert "after\n" == terminal_output([sys.executable, "-c", STEPS], TERM="dumb")


def test_the_steps_show_no_bar_in_a_pipe() -> None:
    done = subprocess.run([sys.executable, "-c", STEPS], env=environment(), capture_output=True, check=True)
    assert (b"", b"after\n") == (done.stdout, done.stderr.replace(b"\r\n", b"\n"))


def test_items_pass_as_they_are() -> None:
    assert [1, 2, 3] == list(with_progress([1, 2, 3], 3))


# Widths

SPEC = """\
extends: resnet50
name: broken
stages:
  layer2: {blocks: 4, channels: 512, stride: 2, shortcut: identity, drop_path: 0.1}  # 日本語 and more, and more
"""


def cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def excerpts(shown: str) -> list[str]:
    """The rows of source and of marks."""
    return [row for row in shown.splitlines() if re.match(r" *\d* \|", row)]


@pytest.mark.parametrize("wide", range(28, 200, 7))
def test_an_excerpt_fits(wide: int) -> None:
    rows = excerpts(render(diagnose_text(SPEC), columns=wide))
    assert len(rows) >= 3
    assert [] == [row for row in rows if cells(row) > wide]


@unix
@pytest.mark.parametrize("wide", [40, 80, 200])
def test_an_excerpt_fits_into_the_terminal(wide: int, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    shown = terminal_output(command("check", "spec.yaml"), wide, cwd=tmp_path, NO_COLOR="1")

    expected = render(diagnose_text(SPEC, name="spec.yaml"), columns=wide)
    assert f"{expected}\n1 error in 1 of 1 spec\nfor more: resnetgen explain RG301\n" == shown
    stated = terminal_output(command("check", "spec.yaml"), 10 * wide, cwd=tmp_path, NO_COLOR="1", COLUMNS=str(wide))
    assert shown == stated


NARROW = """\
<text>:4:49: error[RG301]: identity
  shortcut cannot join 256x56x56 to
  512x28x28
    4 | ...tride: 2, shortcut: identi...
      |              ^^^^^^^^^^^^^^^^
      |        shortcut brings 256x56x56
  --> <text>:4:3
    4 |   layer2: {blocks: 4, chan...
      |   ------ branch gives 512x28x28
   help: use `shortcut: auto`, which
         puts a 1x1 convolution with
         stride 2 there
"""


def test_a_narrow_terminal_shows_each_label_apart_and_its_words_below() -> None:
    assert NARROW == render(diagnose_text(SPEC), columns=40)


def test_colours_take_no_room() -> None:
    colourful = render(diagnose_text(SPEC), columns=40, color=True)
    assert NARROW == re.sub(r"\x1b\[[0-9;]*m", "", colourful)


def test_an_excerpt_is_never_narrower_than_twenty() -> None:
    assert excerpts(render(diagnose_text(SPEC), columns=1)) == excerpts(render(diagnose_text(SPEC), columns=28))


def test_a_pipe_is_as_wide_as_ever(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    for wide in ("40", "400"):
        done = subprocess.run(
            command("check", "spec.yaml"),
            cwd=tmp_path,
            env=environment() | {"COLUMNS": wide},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert f"{render(diagnose_text(SPEC, name='spec.yaml'))}\n1 error in 1 of 1 spec\n" == done.stderr


@pytest.mark.parametrize("line", ["x" * 300, "語" * 300, "x語" * 100, "\t" * 90, "\x1b" * 50, "x" * 40 + "..."])
@pytest.mark.parametrize("room", [20, 33, 72, 192])
def test_any_line_fits_and_shows_the_label(line: str, room: int) -> None:
    for index in (0, len(line) // 2, len(line) - 1):
        shown = excerpt_to_fit(line, index, room)
        assert cells(shown.shown) == shown.width <= room
        assert shown.contains(index)


@pytest.mark.parametrize("length", [1, 160, 161, 500])
def test_a_wide_terminal_shows_what_a_pipe_does(length: int) -> None:
    for index in (0, length // 2, length - 1):
        assert excerpt("x" * length, index) == excerpt_to_fit("x" * length, index, 1000)


# What the environment says


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


VARIABLES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS")


@pytest.fixture
def set_only(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("variables", "on_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": ""}, True, False),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "0"}, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, False, False),
    ],
    ids=str,
)
def test_colours_are_as_the_environment_wants_them(
    variables: dict[str, str], on_terminal: bool, in_pipe: bool, set_only: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        set_only.setenv(name, value)
    assert (on_terminal, in_pipe) == (colored(Terminal()), colored(io.StringIO()))


@pytest.mark.parametrize("stated", ["", "0", "wide", "-3", "٣", "9" * 5000])
def test_what_is_no_width_is_passed_over(stated: str, set_only: pytest.MonkeyPatch) -> None:
    set_only.setenv("COLUMNS", stated)
    assert (0, 0) == (columns(Terminal()), columns(io.StringIO()))


def test_the_width_is_that_of_the_environment(set_only: pytest.MonkeyPatch) -> None:
    set_only.setenv("COLUMNS", "72")
    assert (72, 0) == (columns(Terminal()), columns(io.StringIO()))


BOTH = "name: both\nextends: resnet18\nhead: {clases: 10}\nact: rleu\n"
MORE = "for more: resnetgen explain"


@unix
@pytest.mark.parametrize("name", ["check", "build", "show"])
def test_below_a_summary_a_terminal_shows_the_command_that_explains(name: str, folder: Path) -> None:
    (folder / "both.yaml").write_text(BOTH)

    shown = terminal_output([*command(), name, "both.yaml"])

    assert shown.endswith(f"\n{MORE} RG201 RG204\n")
    assert 0 == process(*shown.splitlines()[-1].split()[3:]).code


@unix
def test_a_long_list_of_codes_is_cut(folder: Path) -> None:
    (folder / "both.yaml").write_text(BOTH)
    (folder / "small.yaml").write_text("name: other_1\nextends: resnet18\ninput: {size: 20}\n")
    (folder / "no.yaml").write_text("a: [\n")
    (folder / "bare.yaml").write_text("name: bare\n")
    (folder / "apart.yaml").write_text("name: apart\nextends: nothing\n")

    shown = terminal_output([*command(), "check", "."])

    assert re.search(rf"\n{MORE}( RG\d{{3}}){{{MAX_CODES}}}\n$", shown)


@unix
def test_nothing_is_explained_where_nothing_is_wrong_or_asked(folder: Path) -> None:
    (folder / "both.yaml").write_text(BOTH)
    assert MORE not in terminal_output([*command(), "check", "n1.yaml"])
    assert MORE not in terminal_output([*command(), "check", "both.yaml", "--quiet"])
    logged = process("check", "both.yaml")
    assert (1, False) == (logged.code, MORE in logged.err)


# Links

LINK = re.compile(r"\x1b\]8;;(.*?)\x1b\\(.*?)\x1b\]8;;\x1b\\")
"""A link (OSC 8): its address and its words."""


@unix
def test_on_a_terminal_each_code_is_a_link_to_its_page(folder: Path) -> None:
    (folder / "both.yaml").write_text(BOTH)

    found = terminal_output(command("check", "both.yaml"), cwd=folder)

    assert [("RG201", page_url("RG201")), ("RG204", page_url("RG204"))] == [(w, url) for url, w in LINK.findall(found)]
    bare = LINK.sub(r"\2", found)
    assert "error[RG201]" in bare
    assert "\x1b]" not in bare


@unix
@pytest.mark.parametrize(
    "variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "dumb", "FORCE_COLOR": ""}], ids=str
)
def test_a_terminal_without_colours_gets_no_links(variables: dict[str, str], folder: Path) -> None:
    (folder / "both.yaml").write_text(BOTH)
    shown = terminal_output(command("check", "both.yaml"), wide=80, cwd=folder, **variables)
    assert ("RG201" in shown, "\x1b]" in shown) == (True, False)


def test_a_log_with_colours_gets_no_links(set_only: pytest.MonkeyPatch) -> None:
    assert shows_links(Terminal())
    set_only.setenv("FORCE_COLOR", "1")
    assert (True, False) == (colored(io.StringIO()), shows_links(io.StringIO()))


def test_links_take_no_room() -> None:
    linked = render(diagnose_text(SPEC), columns=40, link=lambda code: f"https://example.org/{'x' * 100}/{code}")
    assert NARROW == LINK.sub(r"\2", linked) != linked
