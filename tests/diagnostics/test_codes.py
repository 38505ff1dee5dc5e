"""The codes of diagnostics: each has a page that is true, which `explain` and docs/reference/diagnostics/ show."""

from __future__ import annotations

import ast
import json
import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest

import resnetgen as package
from resnetgen.cli.explain.run import WIDEST
from resnetgen.codes import HUNDREDS, Example, Page, ignoring, is_warning, message, pages, warnings
from resnetgen.codes.page import page as read_page
from tests.cli.command_line import ROOT, command, environment, resnetgen
from tests.diagnostics.examples import example_output, play
from tests.docs import diagnostics_pages
from tests.docs.generated import COMMAND
from tests.nightly import one_in

PACKAGE = Path(package.__file__).parent

WITHOUT_SCENES = {*(f"RG8{number:02}" for number in (*range(1, 9), *range(11, 14))), "RG901"}
"""Codes that no spec can cause: they are about the machine, experiments and trials, or about resnetgen itself."""

PLAYED = [found for found in pages().values() if found.fails is not None]

BEARS = re.compile(r"\b(?:error|warning)\[(RG[0-9]{3})\]")


def bears(text: str) -> list[str]:
    """The code of each diagnostic in what a command wrote."""
    return BEARS.findall(text)


# Which codes there are


def codes_in_source() -> set[str]:
    """Every code that the source speaks of, but for docstrings and comments: what a diagnostic can bear."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            node.body[0].value
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in docstrings)
        found |= {code for node in texts if isinstance(node.value, str) for code in as_codes(node.value)}
    return found


def as_codes(text: str) -> list[str]:
    """A text that is a code, or what is written where a diagnostic is put together by hand."""
    return [text] if re.fullmatch("RG[0-9]{3}", text) else bears(text)


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(codes_in_source()) == list(pages())


def test_codes_have_one_form_and_are_in_order() -> None:
    assert [] == [code for code in pages() if re.fullmatch("RG[1-9][0-9]{2}", code) is None]
    assert sorted(pages()) == list(pages())


def test_every_hundred_has_a_title_and_a_code() -> None:
    assert list(HUNDREDS) == list(dict.fromkeys(code[2] for code in pages()))


def test_what_can_be_ignored() -> None:
    expected = tuple(f"RG5{number:02}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17))
    assert expected == warnings()


def test_only_a_warning_of_a_check_can_be_meant() -> None:
    assert set(warnings()) - {"RG511"} == {code for code in pages() if ignoring(code)}


# How pages are written


def test_titles_are_unique() -> None:
    titles = [found.title for found in pages().values()]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("found", pages().values(), ids=pages())
def test_a_title_is_a_line_that_begins_like_a_sentence(found: Page) -> None:
    assert "\n" not in found.title
    assert len(found.title) <= 70
    assert found.title[0].isupper() or found.title[0] == "`"
    assert not found.title.endswith(".")


@pytest.mark.parametrize("found", pages().values(), ids=pages())
def test_a_text_says_enough_and_ends(found: Page) -> None:
    assert len(found.text) > 100
    assert found.text.endswith(".")


def test_only_what_no_spec_brings_up_has_no_scenes() -> None:
    assert WITHOUT_SCENES == {found.code for found in pages().values() if found.fails is None}


@pytest.mark.parametrize(
    "docstring",
    [
        "No full stop\n\nText.",
        "Title.",
        "Title.\n\nText.\n\nFails:\n\n    name: a\n",
        "Title.\n\nText.\n\nFixed:\n\n    name: a\n",
        "Title.\n\nText.\n\nFails:\n\n    name: a\n\nFails:\n\n    name: b\n",
    ],
)
def test_a_docstring_without_its_parts_is_no_page(docstring: str) -> None:
    with pytest.raises(ValueError, match="the docstring of RG999 is no page"):
        read_page("RG999", docstring)


def test_a_scene_has_files_and_commands() -> None:
    docstring = (
        "Title.\n\nT.\n\nFails:\n\n    a: 1\n\n    # b/c.yaml\n    b: 2\n    $ one\n    $ two\n\nFixed:\n\n    a: 2\n"
    )
    found = read_page("RG999", docstring)
    assert found.fails is not None
    assert found.fixed is not None
    assert (("spec.yaml", "a: 1\n"), ("b/c.yaml", "b: 2\n")) == found.fails.files
    assert ("one", "two") == found.fails.commands
    assert ("resnetgen check spec.yaml",) == found.fixed.commands


# What pages say is so


@pytest.mark.parametrize("found", one_in(4, {found.code: found for found in PLAYED}))
def test_what_fails_bears_the_code_and_no_other(found: Page) -> None:
    assert found.fails is not None
    done = play(found.fails)
    assert [found.code] == bears(done.err)
    assert int(not is_warning(found.code)) == done.code


@pytest.mark.parametrize("found", [page for page in PLAYED if is_warning(page.code)], ids=lambda found: found.code)
def test_a_warning_fails_where_it_is_to_be_strict(found: Page) -> None:
    assert found.fails is not None
    (check,) = found.fails.commands
    done = play(Example(found.fails.files, (f"{check} --strict",)))
    assert (1, [f"error[{found.code}]"]) == (done.code, re.findall(r"\w+\[RG[0-9]{3}\]", done.err))


@pytest.mark.parametrize("found", one_in(4, {found.code: found for found in PLAYED}))
def test_what_is_mended_is_well(found: Page) -> None:
    assert found.fixed is not None
    done = play(found.fixed)
    assert (0, []) == (done.code, bears(done.err))


@pytest.mark.parametrize("found", [page for page in PLAYED if ignoring(page.code)], ids=lambda found: found.code)
def test_a_warning_that_is_meant_is_not_heard(found: Page) -> None:
    assert found.fails is not None
    ((name, content),) = found.fails.files
    listed = re.search("^ignore: {(.*)}\n", content, re.MULTILINE)
    meant = f"ignore: {{{listed[1] + ', ' if listed else ''}{found.code}: it is meant}}\n"
    kept = content.replace(listed[0], "") if listed else content
    assert (0, "") == play(Example(((name, kept + meant),), found.fails.commands))[::2]


# What is recorded


@pytest.mark.parametrize("found", PLAYED, ids=lambda found: found.code)
def test_a_recorded_message_is_what_is_said(found: Page) -> None:
    assert found.fails is not None
    assert example_output(found.fails) == message(found.code), f"`{COMMAND}`, or `make golden`, records it anew"


def test_no_message_is_left_of_a_page_that_is_gone() -> None:
    assert {found.code for found in PLAYED} == {path.stem for path in diagnostics_pages.MESSAGES.iterdir()}


def test_the_index_leads_to_the_page_of_every_code() -> None:
    index = diagnostics_pages.INDEX.read_text(encoding="utf-8")
    linked = re.findall(r"^- \[(RG[0-9]{3})\]\((rg[0-9]{3}\.md)\)", index, re.MULTILINE)
    assert [(code, diagnostics_pages.path_of(code).name) for code in pages()] == linked


def test_each_code_has_a_page_and_each_page_a_code() -> None:
    pages_of_codes = set(diagnostics_pages.FOLDER.glob("rg*.md"))
    assert pages_of_codes == {diagnostics_pages.path_of(code) for code in pages()}


# resnetgen explain


def test_all_codes_are_listed_by_hundreds() -> None:
    done = resnetgen("explain")
    assert (0, "") == (done.code, done.err)
    assert list(pages()) == re.findall("^  (RG[0-9]{3})  ", done.out, re.MULTILINE)
    assert [f"{hundred}xx: {title}" for hundred, title in HUNDREDS.items()] == re.findall(".xx: .*", done.out)


def test_a_code_is_explained() -> None:
    expected = """\
RG110: `extends` names a spec that does not exist

`extends` names either a shipped spec, as `resnetgen list` shows them, or a path that ends in `.yaml` or `.yml`. \
A path is relative to the folder of the spec that contains it, not to the current directory.

Fails:

    extends: resnet_18
    name: mine

    spec.yaml:1:10: error[RG110]: `extends` names an unknown spec `resnet_18`
        1 | extends: resnet_18
          |          ^^^^^^^^^
       help: `resnetgen list` lists the shipped specs, and a path ends in .yaml; did you mean `resnet18`?

Fixed:

    extends: resnet18
    name: mine
"""
    done = resnetgen("explain", "RG110")
    assert (0, expected, "") == done


def test_files_and_commands_of_a_scene_are_shown() -> None:
    done = resnetgen("explain", "RG111", "RG401")
    assert "    # spec.yaml\n    extends: base.yaml\n" in done.out
    assert "    # base.yaml\n    extends: spec.yaml\n" in done.out
    assert "    $ resnetgen check --input-size 64x64x64 spec.yaml\n" in done.out


def test_what_no_spec_brings_up_has_text_alone() -> None:
    done = resnetgen("explain", "RG901")
    assert (0, "") == (done.code, done.err)
    assert done.out.startswith("RG901: Bug in resnetgen\n\n")
    assert "Fails:" not in done.out


def test_a_warning_tells_how_it_is_ignored() -> None:
    done = resnetgen("explain", "RG509")
    assert "RG509: Receptive field smaller than the input (warning)\n" in done.out
    assert done.out.endswith("Where it is meant, the spec says why: `ignore: {RG509: ...}`.\n")


@pytest.mark.parametrize("written", ["rg301", "RG301", "301", " Rg301 "])
def test_a_code_is_found_however_it_is_written(written: str) -> None:
    assert resnetgen("explain", "RG301") == resnetgen("explain", written)


def test_several_codes_are_explained_each_once() -> None:
    done = resnetgen("explain", "RG301", "RG302", "rg301")
    assert ["RG301", "RG302"] == re.findall("^(RG[0-9]{3}): ", done.out, re.MULTILINE)


@pytest.mark.parametrize("written", ["RG5", "5", "5xx", "RG5xx"])
def test_a_hundred_is_listed(written: str) -> None:
    done = resnetgen("explain", written)
    assert [code for code in pages() if code.startswith("RG5")] == re.findall("^  (RG[0-9]{3})", done.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("written", "meant"), [("RG302x", "RG302"), ("RG599", ""), ("RG999", ""), ("RG0", ""), ("nothing", ""), ("", "")]
)
def test_an_unknown_code_is_wrong_usage(written: str, meant: str) -> None:
    done = resnetgen("explain", "RG301", written)
    assert (2, "") == (done.code, done.out)
    hint = f"did you mean {meant}? " if meant else ""
    assert f"unknown code {written!r}; {hint}`resnetgen explain` lists all codes" in " ".join(done.err.split())


def test_pages_as_json() -> None:
    done = resnetgen("explain", "RG503", "RG901", "--format", "json")
    plain, ours = json.loads(done.out)
    scene = {
        "files": [{"name": "spec.yaml", "content": "extends: resnet34\nname: with_shortcuts\n"}],
        "commands": ["resnetgen check spec.yaml"],
    }
    assert ("RG503", "warning", scene, message("RG503")) == tuple(
        plain[key] for key in ("code", "severity", "fixed", "message")
    )
    assert ("RG901", "error", None, None, "") == tuple(
        ours[key] for key in ("code", "severity", "fails", "fixed", "message")
    )


def test_without_a_code_json_holds_all_of_them() -> None:
    assert list(pages()) == [found["code"] for found in json.loads(resnetgen("explain", "--format", "json").out)]


def test_pages_as_markdown_have_the_text_of_the_page() -> None:
    done = resnetgen("explain", "RG301", "--format", "markdown")
    assert done.out.startswith('<a id="rg301"></a>\n\n## RG301: Identity shortcut between different shapes\n')
    text = done.out.partition(" shapes\n\n")[2]
    assert text
    assert text in diagnostics_pages.path_of("RG301").read_text(encoding="utf-8")


@pytest.mark.parametrize(("columns", "room"), [("60", 60), ("500", WIDEST)])
@pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")
def test_text_is_as_wide_as_the_terminal_up_to_a_hundred(columns: str, room: int) -> None:
    shown = on_a_terminal("explain", "RG301", variables={"COLUMNS": columns, "NO_COLOR": "1"})
    text, _, _ = shown.replace("\r\n", "\n").partition("Fails:")
    widest = max(map(len, text.splitlines()))
    assert room - 20 < widest <= room


def test_in_a_pipe_there_is_no_colour() -> None:
    assert [] == [code for code in pages() if "\x1b" in resnetgen("explain", code).out]


@pytest.mark.parametrize(("variables", "expected"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
@pytest.mark.skipif(sys.platform == "win32", reason="there is no pty")
def test_on_a_terminal_titles_are_bold(variables: dict[str, str], expected: bool) -> None:
    shown = on_a_terminal("explain", "RG301", variables={"TERM": "xterm"} | variables)
    assert expected == shown.startswith("\x1b[1mRG301: ")
    assert expected == ("\x1b" in shown)


def on_a_terminal(*arguments: str, variables: dict[str, str]) -> str:
    """Return what a command in a process of its own writes to a terminal."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen(command(*arguments), env=environment() | variables, stdout=theirs, cwd=ROOT)
    os.close(theirs)
    written = b""
    while select.select([ours], [], [], 20)[0]:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux's way to say that the other end is closed
            break
        if not piece:
            break
        written += piece
    os.close(ours)
    assert 0 == done.wait(20)
    return written.decode()
