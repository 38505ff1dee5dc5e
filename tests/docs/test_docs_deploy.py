"""docs/deploy.md: its session prints what it shows, and its programs run."""

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command_line import ROOT, resnetgen

PAGE = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")


def fences(kind: str) -> list[str]:
    """The fenced blocks of a kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def importable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let Python import from the working directory."""
    monkeypatch.syspath_prepend(folder)
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "generated"]:
        del sys.modules[name]


def test_the_page_is_so(folder: Path) -> None:
    assert 0 == resnetgen("build", "resnet50").code
    for session in fences("console"):
        command, _, shown = session.removeprefix("$ resnetgen ").partition("\n")
        done = resnetgen(*shlex.split(command))
        assert (shown, "") == (done.out, done.err)
    programs = fences("python")
    for program in programs:
        exec(program.replace("224, 224", "64, 64"), {})
    assert 2 == len(programs)


def test_it_names_all_that_stands_in_a_table_of_the_code() -> None:
    """Each operator of the collection that only scales and shifts, and each norm that does not."""
    from tests.ops.single_operators import samples

    said = PAGE.lower()
    maps = {each.label for each in samples(2).values() if each.channel_map() is not None}
    others = {each.label for each in samples(2).values() if each.role == "norm" and each.channel_map() is None}
    known = {"batch norm", "frozen batch norm", "affine", "layer scale", "branch gain"}
    assert known == maps
    words = {"evonorm S0": "evonorm", "group norm": "group", "instance norm": "instance"}
    assert [] == [label for label in others if words.get(label, label).removesuffix(" norm").lower() not in said]
