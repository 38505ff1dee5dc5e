"""Files of NumPy's arrays, and the published files of BiT among them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

numpy = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")

from resnetgen.api import compile_mapping, emit_source  # noqa: E402
from resnetgen.errors import WeightsError  # noqa: E402
from resnetgen.runtime.load_source import load  # noqa: E402
from resnetgen.weights import npz_file  # noqa: E402
from tests.cli.command_line import resnetgen  # noqa: E402

pytestmark = pytest.mark.usefixtures("folder")

ARRAYS = {
    "a/b/kernel": numpy.arange(24, dtype="float32").reshape(2, 3, 4),
    "columns": numpy.asfortranarray(numpy.arange(6, dtype="float64").reshape(2, 3)),
    "half": numpy.ones((2,), "float16"),
    "count": numpy.array(7, "int64"),
    "none": numpy.zeros((0, 3), "float32"),
}


@pytest.mark.parametrize("save", [numpy.savez, numpy.savez_compressed])
def test_arrays_are_read_as_numpy_reads_them(save: Any) -> None:
    save("w.npz", **ARRAYS)
    found = npz_file.read("w.npz")
    assert {name: array.shape for name, array in ARRAYS.items()} == found.shapes
    assert {name: str(array.dtype) for name, array in ARRAYS.items()} == found.state_dicts[0].dtypes
    state = npz_file.load_tensors("w.npz")
    assert all(torch.equal(torch.from_numpy(numpy.array(array)), state[name]) for name, array in ARRAYS.items())


def test_python_objects_are_refused_and_not_run(folder: Path) -> None:
    from tests.weights.test_torch_structure import Exploit

    numpy.savez("w.npz", x=numpy.array([Exploit(f"touch {folder / 'ran'}")], dtype=object))
    for read in (npz_file.read, npz_file.load_tensors):
        with pytest.raises(WeightsError, match="`x` in this file has Python objects"):
            read("w.npz")
    assert not (folder / "ran").exists()


def test_a_file_that_is_cut_is_refused() -> None:
    numpy.savez("w.npz", **ARRAYS)
    whole = Path("w.npz").read_bytes()
    for part in range(9):
        Path("w.npz").write_bytes(whole[: len(whole) * part // 9])
        with pytest.raises(WeightsError, match=r"this \.npz file is damaged"):
            npz_file.read("w.npz")


def rewritten(change: tuple[bytes, bytes]) -> None:
    """Write a file whose header lies."""
    numpy.savez("good.npz", a=numpy.zeros((2, 3), "float32"))
    with zipfile.ZipFile("good.npz") as old, zipfile.ZipFile("w.npz", "w") as new:
        content = old.read("a.npy")
        assert change[0] in content
        new.writestr("a.npy", content.replace(*change))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ((b"(2, 3)", b"(9, 3)"), "`a` has 24 bytes, which does not match its shape"),
        ((b"(2, 3)", b"(-2,3)"), r"the shape of `a` is \(-2, 3\)"),
        ((b"'<f4'", b"'>f4'"), "`a` in this file has values of the dtype >f4"),
        ((b"(2, 3)", b"[2, 3]"), "does not describe an array of numbers"),
        ((b"(2, 3)", b"(2, x)"), "does not describe an array of numbers"),
        ((b"\x93NUMPY", b"\x93PYNUM"), "`a` is no array"),
    ],
)
def test_a_header_that_lies_is_refused(change: tuple[bytes, bytes], reason: str) -> None:
    rewritten(change)
    with pytest.raises(WeightsError, match=reason):
        npz_file.read("w.npz")


def test_a_file_gets_no_memory_that_it_does_not_have() -> None:
    numpy.savez_compressed("w.npz", a=numpy.zeros((10_000_000,), "float32"))
    with pytest.raises(WeightsError, match="asks for more memory"):
        npz_file.load_tensors("w.npz")


SMALL = {
    "extends": "resnetv2_50x1_bit",
    "name": "small",
    "stages": {"layer1": {"blocks": 11}},
}


def bit_names(blocks: dict[int, int]) -> Iterator[tuple[str, str]]:
    """The names in BiT's files, and in timm's networks, as `ResNetV2` of timm/models/resnetv2.py loads them."""
    yield "resnet/root_block/standardized_conv2d/kernel", "stem.conv.weight"
    for block, count in blocks.items():
        for unit in range(count):
            there, here = f"resnet/block{block + 1}/unit{unit + 1:02d}", f"stages.{block}.blocks.{unit}"
            for number, letter in enumerate("abc", 1):
                yield f"{there}/{letter}/standardized_conv2d/kernel", f"{here}.conv{number}.weight"
                yield f"{there}/{letter}/group_norm/gamma", f"{here}.norm{number}.weight"
                yield f"{there}/{letter}/group_norm/beta", f"{here}.norm{number}.bias"
            if unit == 0:
                yield f"{there}/a/proj/standardized_conv2d/kernel", f"{here}.downsample.conv.weight"
    yield "resnet/group_norm/gamma", "norm.weight"
    yield "resnet/group_norm/beta", "norm.bias"
    yield "resnet/head/conv2d/kernel", "head.fc.weight"
    yield "resnet/head/conv2d/bias", "head.fc.bias"


def test_a_file_of_bit_is_converted_and_back() -> None:
    compiled = compile_mapping(SMALL)
    torch.manual_seed(2)
    network = load(emit_source(compiled), compiled.network)()
    state = network.state_dict()
    names = dict(bit_names({number: stage.blocks() for number, stage in enumerate(compiled.network.stages)}))
    assert set(state) == set(names.values())
    arrays = {}
    for there, here in names.items():
        value = state[here].numpy()
        arrays[there] = value.transpose(2, 3, 1, 0) if value.ndim == 4 else value
    numpy.savez("bit.npz", **arrays)
    Path("small.yaml").write_text(json.dumps(SMALL))

    done = resnetgen("weights", "convert", "bit.npz", "o.pth", "--spec", "small.yaml", "--format", "json")
    assert (0, "", "bit") == (done.code, done.err, json.loads(done.out)["from"])
    found = torch.load("o.pth", weights_only=True)
    network.load_state_dict(found, strict=True)
    assert all(torch.equal(value, found[name]) for name, value in state.items())

    assert 0 == resnetgen("weights", "convert", "o.pth", "back.pth", "--spec", "small.yaml", "--to", "bit").code
    back = torch.load("back.pth", weights_only=True)
    assert all(numpy.array_equal(array, back[name].numpy()) for name, array in arrays.items())
    assert "probably those of bit" in resnetgen("weights", "show", "bit.npz").out
