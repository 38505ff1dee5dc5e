"""The session and the programs of docs/export.md print what they show."""

import contextlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")

from resnetgen.api import load_model  # noqa: E402
from resnetgen.codes import pages  # noqa: E402
from tests.cli.command_line import Done, program, resnetgen  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/export.md").read_text(encoding="utf-8")


def fences(kind: str) -> dict[str, str]:
    """The fenced blocks of a kind, by the file that each is."""
    found = re.findall(rf"^```{kind}(?: in (\S+))?\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
    return dict(found)


PROGRAMS = fences("python")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Done]]:
    """What the page's session shows and what it prints, in a folder that keeps the files that it wrote."""
    with contextlib.chdir(tmp_path_factory.mktemp("export")):
        for name, text in fences("yaml").items():
            Path(name).write_text(text, encoding="utf-8")
        torch.save(load_model("small.yaml")().state_dict(), "small.pth")
        command, _, shown = fences("console")[""].removeprefix("$ resnetgen ").partition("\n")
        yield shown, resnetgen(*shlex.split(command))


def test_the_session_prints_what_it_shows(session: tuple[str, Done]) -> None:
    shown, done = session
    pieces = [re.escape(piece) for piece in shown.split("...")]
    assert re.fullmatch(".*".join(pieces), done.out), done.out + done.err
    assert (0, "") == (done.code, done.err)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_prints_what_its_comments_say(name: str, session: tuple[str, Done]) -> None:
    done = program(PROGRAMS[name])
    assert (0, re.findall(r"^# (.*)$", PROGRAMS[name], re.MULTILINE)) == (done.code, done.out.splitlines())


def test_every_code_of_exporting_is_explained() -> None:
    rows = set(re.findall(r"^\| (RG8\d\d) \|", PAGE, re.MULTILINE))
    assert {"RG802"} == {code for code in pages() if code.startswith("RG8")} - rows
