"""The sessions in docs/diff.md and docs/weights.md print what they show."""

import re
import shlex
from pathlib import Path

import pytest

from resnetgen.api import compile_spec
from resnetgen.codes import pages
from tests.cli.command_line import resnetgen
from tests.weights.weight_files import safetensors, shapes

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/diff.md", "docs/weights.md")


def fences(page: str, kind: str) -> list[tuple[str, str]]:
    """The fenced blocks of a kind: what follows the kind on their first line, and their text."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}(?: in (\S+))?\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


SESSIONS = [(page, text) for page in PAGES for _, text in fences(page, "console")]


@pytest.fixture(autouse=True)
def specs(folder: Path) -> None:
    """Write the specs of both pages, and weights of ResNet-18."""
    for page in PAGES:
        for name, text in fences(page, "yaml"):
            (folder / name).write_text(text, encoding="utf-8")
    safetensors(folder / "resnet18.safetensors", shapes(compile_spec("resnet18")))


@pytest.mark.parametrize(("page", "session"), SESSIONS, ids=[f"{page} {n}" for n, (page, _) in enumerate(SESSIONS)])
def test_a_session_prints_what_it_shows(page: str, session: str) -> None:
    command, _, shown = session.removeprefix("$ resnetgen ").partition("\n")
    done = resnetgen(*shlex.split(command))
    pieces = [re.escape(piece) for piece in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)]
    assert re.fullmatch(r"(?:.*\n)*?".join(pieces), done.out + done.err), done.out + done.err


def test_every_code_of_weights_is_explained() -> None:
    text = (ROOT / "docs/weights.md").read_text(encoding="utf-8")
    assert [code for code in pages() if code.startswith("RG7")] == re.findall(r"^\| (RG7\d\d) \|", text, re.MULTILINE)
