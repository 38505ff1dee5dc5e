"""The programs of docs/training.md run, the distributed ones in two processes, and print what their comments say."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from resnetgen import compile_spec
from resnetgen.analysis.cost import state_dict
from tests.cli.command_line import resnetgen
from tests.cli.launching import TWO, run
from tests.subjects import ROOT

TEXT = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")


def fences(kind: str) -> list[tuple[str, str]]:
    """The fenced blocks of a kind: the file that each is, if any, and its text."""
    return re.findall(rf"^```{kind}(?: in (\S+))?\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)


FILES = {name: text for kind in ("yaml", "python") for name, text in fences(kind) if name}
PROGRAMS = [text for name, text in fences("python") if not name]


@pytest.fixture(scope="module")
def page_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The files of the page and what `build` makes of the spec, in the working directory of all tests of this file."""
    path = tmp_path_factory.mktemp("page")
    for name, text in FILES.items():
        (path / name).write_text(text, encoding="utf-8")
    with contextlib.chdir(path):
        assert (0, "") == (resnetgen("build", "tuned.yaml").code, resnetgen("check", "tuned.yaml").err)
        yield path


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_prints_what_its_comments_say(program: str, page_folder: Path) -> None:
    assert re.findall(r"print\(.*\)  # (.+)", program) == run(page_folder, page_folder, "-c", program).splitlines()


@pytest.mark.skipif(
    not torch.distributed.is_available() or not torch.distributed.is_gloo_available(),
    reason="this torch has no gloo",
)
@pytest.mark.parametrize(
    ("program", "saved"),
    [pytest.param("parallel.py", "tuned.pt", marks=pytest.mark.slow), ("sharded.py", "tuned_sharded.pt")],
)
def test_a_program_for_several_processes_saves_a_whole_state_dict(program: str, saved: str, page_folder: Path) -> None:
    run(page_folder, page_folder, *TWO, program)

    expected = {key: entry.shape for key, entry in state_dict(compile_spec("tuned.yaml").network)}
    state = torch.load(page_folder / saved)
    assert expected == {key: tuple(value.shape) for key, value in state.items()}
    assert all(bool(value.isfinite().all()) for value in state.values())
    counted = {int(value) for key, value in state.items() if key.endswith("num_batches_tracked")}
    assert {0, 2} == counted  # of the norms that are kept, and of the others


def test_every_file_of_the_page_is_used() -> None:
    assert ["parallel.py", "sharded.py", "tuned.yaml"] == sorted(FILES)
