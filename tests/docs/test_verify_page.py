"""docs/verify.md says what is so: its sessions print what they show, and its tables are those of the code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from resnetgen.cli.verify import arguments, run
from resnetgen.verify import CHECKS, GROUPS, check_function
from tests.cli.command_line import resnetgen

PAGE = Path(__file__).resolve().parents[2] / "docs" / "verify.md"
TEXT = PAGE.read_text(encoding="utf-8")


def fences(kind: str) -> list[tuple[str, str]]:
    return re.findall(rf"^```{kind}(?: in (\S+))?\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def specs(folder: Path) -> None:
    for name, text in fences("yaml"):
        (folder / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("session", [text for _, text in fences("console")], ids=range(len(fences("console"))))
def test_a_session_prints_what_it_shows(session: str, folder: Path) -> None:
    command, _, shown = session.removeprefix("$ resnetgen ").partition("\n")
    done = resnetgen(*shlex.split(command))
    assert "" == done.err
    pieces = [re.escape(piece) for piece in re.split(r"\.\.\.\n", shown)]
    assert re.fullmatch(r"(?:.*\n)+?".join(pieces), done.out), done.out


@pytest.mark.parametrize("group", GROUPS)
def test_the_table_of_a_group_has_its_checks_in_their_words(group: str) -> None:
    _, _, after = TEXT.partition(f"<!-- {group} -->\n\n")
    written = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", after.partition("\n\n")[0], flags=re.MULTILINE))
    said = {name: str(check_function(name).__doc__) for name in (each.name for each in CHECKS if each.group == group)}
    assert {name: text.partition("\n\n")[0].replace("\n    ", " ") for name, text in said.items()} == written


def test_every_option_is_told() -> None:
    names = {name.replace("_", "-") for name in arguments.command.__wrapped__.__annotations__}  # type: ignore[attr-defined]
    told = set(re.findall(r"^\| `--([a-z-]+)", TEXT, flags=re.MULTILINE))
    assert names - {"specs", "return", "allow-outside"} == told


def test_the_keys_are_those_of_the_command() -> None:
    _, _, machines = TEXT.partition("## For machines\n")
    documented = re.findall(r"`(\w+)`", str(run.__doc__))
    assert [] == [key for key in documented if f"`{key}`" not in machines and key not in (*GROUPS, "cpu", "cuda")]
