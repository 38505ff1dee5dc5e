"""A file that its name says wrongly, or that is empty, is told as such."""

from __future__ import annotations

import gzip
import os
import pickle
import zipfile
from pathlib import Path

import pytest

from resnetgen.api import compile_text
from resnetgen.weights.comparison import compare
from tests.cli.command_line import resnetgen
from tests.export.exported_specs import TINY
from tests.weights.weight_files import safetensors

pytestmark = pytest.mark.usefixtures("folder")

ENDS = ("safetensors", "pth", "npz", "pkl")


def told(path: str) -> tuple[str, str]:
    """Return the message and the help of `weights show`, in one line each."""
    done = resnetgen("weights", "show", path)
    assert 1 == done.code
    first, *others = done.err.splitlines()
    return first.partition("error[RG701]: ")[2], "".join(others).strip()


@pytest.mark.parametrize("end", ENDS)
def test_an_empty_file(end: str) -> None:
    Path(f"w.{end}").touch()
    assert ("this file is empty", "help: download or save the file again") == told(f"w.{end}")


@pytest.mark.parametrize("end", ENDS)
def test_a_web_page(end: str) -> None:
    Path(f"w.{end}").write_text("\n<!DOCTYPE html><html>Not found</html>")
    assert ("this is a web page, not a file of weights", "help: download the file itself") == told(f"w.{end}")


@pytest.mark.parametrize("end", ENDS)
def test_a_compressed_file(end: str) -> None:
    Path(f"w.{end}").write_bytes(gzip.compress(b"weights"))
    assert "this file is compressed by gzip" == told(f"w.{end}")[0]


def test_a_safetensors_file_of_another_name() -> None:
    safetensors(Path("w.pth"), {"a": (2,)})
    message = "this is a safetensors file, and its name says another format"
    assert (message, "help: rename it to end in .safetensors") == told("w.pth")


@pytest.mark.parametrize(
    ("member", "kind", "end"),
    [
        ("w/data.pkl", "file of `torch.save`", ".pth"),
        ("a.npy", ".npz file", ".npz"),
        ("model.weights.h5", "model of Keras", ".keras"),
    ],
)
def test_an_archive_of_another_name(member: str, kind: str, end: str) -> None:
    with zipfile.ZipFile("w.safetensors", "w") as archive:
        archive.writestr(member, b"")
    message = f"this is a {kind}, and its name says another format"
    assert (message, f"help: rename it to end in {end}") == told("w.safetensors")


def test_a_pickle_of_another_name() -> None:
    Path("w.npz").write_bytes(pickle.dumps({"a": 1}))
    assert "this is a pickle, and its name says another format" == told("w.npz")[0]


def test_a_file_of_torch_that_is_cut_off() -> None:
    torch = pytest.importorskip("torch")
    torch.save({"a": torch.zeros(100)}, "w.pth")
    content = Path("w.pth").read_bytes()
    Path("w.pth").write_bytes(content[: len(content) // 2])
    assert "this file is damaged: it is cut off" == told("w.pth")[0]


def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("w.pth")
    assert "this is a folder or a device, not a file" == told("w.pth")[0]


def test_a_folder_and_the_list_of_a_checkpoint_in_parts_say_where_the_tensors_are() -> None:
    Path("one").mkdir()
    safetensors(Path("one/model.safetensors"), {"a": (2,)})
    assert ("this is a folder, not a file", "help: name the file in it: one/model.safetensors") == told("one")
    Path("one/model.safetensors.index.json").write_text("{}")
    join = "help: load each part, and save the tensors of all in one file"
    assert ("this is a folder, not a file", join) == told("one")
    message = "this file only lists the parts of a checkpoint; the tensors are in these parts"
    assert (message, join) == told("one/model.safetensors.index.json")


def test_a_file_without_a_name_of_the_network_is_one_message() -> None:
    compiled = compile_text(TINY)
    (none,) = compare(compiled, str(safetensors(Path("w.safetensors"), {})))
    (other,) = compare(compiled, str(safetensors(Path("w.safetensors"), {"a": (2,), "b": ()})))
    assert ("RG702", "RG702") == (none.code, other.code)
    assert none.message.endswith("tensors by name, nor any other")
    assert other.message.endswith("tensors by name, but `a` (2), `b` (a scalar)")
