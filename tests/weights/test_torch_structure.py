"""Files of torch read without torch: names, shapes and dtypes as torch has them, and no code that runs."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from resnetgen.errors import WeightsError  # noqa: E402
from resnetgen.weights import torch_file, torch_structure  # noqa: E402
from tests.cli.command_line import environment, resnetgen  # noqa: E402

pytestmark = pytest.mark.usefixtures("folder")

DTYPES = (torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int8, torch.uint8, torch.bool)


def state() -> dict[str, Any]:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    return network.state_dict()


@pytest.mark.parametrize("old", [False, True], ids=["zip", "before 1.6"])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(state(), id="a state dict"),
        pytest.param({"epoch": 1, "model": state(), "ema": state()}, id="checkpoint"),
        pytest.param({name: nn.Parameter(value.float()) for name, value in state().items()}, id="parameters"),
        pytest.param({str(dtype): torch.zeros(2, 3).to(dtype) for dtype in DTYPES}, id="dtypes"),
        pytest.param({"view": torch.zeros(6, 4).t()[1:], "empty": torch.zeros(0, 3)}, id="views"),
    ],
)
def test_it_reads_what_torch_reads(content: object, old: bool) -> None:
    torch.save(content, "w.pth", _use_new_zipfile_serialization=not old)
    found = torch_structure.read("w.pth")
    assert () == found.unread
    assert torch_file.read("w.pth") == found.contents


def test_a_tensor_says_its_dtype_where_its_values_have_none() -> None:
    torch.save({"a": torch.zeros(2, 3, dtype=torch.uint16)}, "w.pth")
    assert {"a": "uint16"} == torch_structure.read("w.pth").contents.state_dicts[0].dtypes


def test_other_objects_are_named_and_not_read() -> None:
    torch.save({"model": state(), "args": argparse.Namespace(lr=0.1), "path": Path("x")}, "w.pth")
    found = torch_structure.read("w.pth")
    assert list(state()) == list(found.contents.shapes)
    assert "argparse.Namespace" in found.unread


class Exploit:
    """Something that runs a command as soon as it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (self.command,)


@pytest.mark.parametrize("old", [False, True], ids=["zip", "before 1.6"])
def test_no_code_of_a_file_is_run(folder: Path, old: bool) -> None:
    content = {"model": state(), "x": Exploit(f"touch {folder / 'ran'}")}
    torch.save(content, "w.pth", _use_new_zipfile_serialization=not old)
    found = torch_structure.read("w.pth")
    assert [f"{os.system.__module__}.system"] == [*found.unread]
    assert not (folder / "ran").exists()
    torch.load("w.pth", weights_only=False)  # it would run
    assert (folder / "ran").exists()


def test_a_file_that_is_cut_is_refused() -> None:
    torch.save(state(), "w.pth")
    whole = Path("w.pth").read_bytes()
    for part in range(1, 9):
        Path("w.pth").write_bytes(whole[: len(whole) * part // 9])
        with pytest.raises(WeightsError):
            torch_structure.read("w.pth")


def test_torch_is_not_needed() -> None:
    torch.save({"state_dict": state()}, "w.pth")
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from resnetgen.weights import torch_structure\n"
        "print(torch_structure.read('w.pth').contents.shapes['0.weight'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, encoding="utf-8", check=True
    )
    assert ("(4, 3, 3, 3)\n", "") == (done.stdout, done.stderr)


def test_an_old_file_that_ends_too_early_is_damaged() -> None:
    torch.save(
        {"a": torch.zeros(1000), "b": torch.ones(3, dtype=torch.int8)}, "w.pth", _use_new_zipfile_serialization=False
    )
    content = Path("w.pth").read_bytes()
    torch_structure.read("w.pth")
    Path("w.pth").write_bytes(content[:-2000])
    with pytest.raises(WeightsError, match="ends before the values of its tensors"):
        torch_structure.read("w.pth")


@pytest.mark.parametrize("name", ["w.pth", "w.safetensors", "w.npz"])
def test_a_pointer_of_git_lfs_is_named(name: str) -> None:
    Path(name).write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb\n"
    )
    done = resnetgen("weights", "show", name)
    assert 1 == done.code
    assert "this is a pointer of Git LFS, not the file itself" in done.err
    assert "run `git lfs pull`" in done.err
