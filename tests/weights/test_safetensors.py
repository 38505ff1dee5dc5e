"""The header of a safetensors file, whole, cut and hostile."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resnetgen.errors import WeightsError
from resnetgen.weights import safetensors
from resnetgen.weights.file_contents import FileContents, StoredStateDict
from tests.weights.weight_files import data_size, header, raw
from tests.weights.weight_files import safetensors as written

TENSORS = {"conv.weight": (2, 3, 1, 1), "bn.num_batches_tracked": (), "none": (0, 4)}


def test_names_and_shapes_are_read(tmp_path: Path) -> None:
    found = safetensors.read(str(written(tmp_path / "w.safetensors", TENSORS)))
    dtypes = dict.fromkeys(TENSORS, "float32")
    assert FileContents((StoredStateDict({**TENSORS}, dtypes=dtypes),)) == found


def test_metadata_and_spaces_are_no_tensors(tmp_path: Path) -> None:
    table = {"__metadata__": {"format": "pt"}, **header(TENSORS)}
    path = raw(tmp_path / "w.safetensors", json.dumps(table).encode() + b"   ", data_size(table))
    assert TENSORS == safetensors.read(str(path)).shapes


def test_a_file_without_tensors_is_one(tmp_path: Path) -> None:
    assert {} == safetensors.read(str(raw(tmp_path / "w.safetensors", b"{}", 0))).shapes


def test_its_own_library_writes_what_is_read(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    library = pytest.importorskip("safetensors.torch")
    tensors = {
        f"{number}.{dtype}": torch.zeros((number, 2)).to(dtype)
        for number, dtype in enumerate(
            (torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.uint8, torch.bool)
        )
    }
    tensors["scalar"] = torch.tensor(1)
    library.save_file(tensors, tmp_path / "w.safetensors", metadata={"format": "pt"})

    expected = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    assert expected == safetensors.read(str(tmp_path / "w.safetensors")).shapes


def refusal(path: Path) -> str:
    with pytest.raises(WeightsError) as caught:
        safetensors.read(str(path))
    return caught.value.message


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda one: one.update(dtype="F33"), "the dtype of `a` is F33"),
        (lambda one: one.update(dtype=["F32"]), "the dtype of `a` is ['F32']"),
        (lambda one: one.pop("dtype"), "the dtype of `a` is None"),
        (lambda one: one.update(shape=[2, -3]), "the shape of `a` is [2, -3]"),
        (lambda one: one.update(shape=[2, 3.0]), "the shape of `a` is [2, 3.0]"),
        (lambda one: one.update(shape=[2, True]), "the shape of `a` is [2, True]"),
        (lambda one: one.update(shape="23"), "the shape of `a` is 23"),
        (lambda one: one.update(shape=[1] * 65), "the shape of `a` is [1, 1"),
        (lambda one: one.update(shape=[1 << 63, 0]), "the shape of `a` is [9223372036854775808, 0]"),
        (lambda one: one.update(shape=[(1 << 63) - 1] * 64), "`a` has 24 bytes, which does not match its shape"),
        (lambda one: one.update(shape=[2, 2]), "`a` has 24 bytes, which does not match its shape [2, 2]"),
        (lambda one: one.update(data_offsets=[24, 0]), "the values of `a` are at [24, 0]"),
        (lambda one: one.update(data_offsets=[0, 24, 48]), "the values of `a` are at [0, 24, 48]"),
        (lambda one: one.update(data_offsets=None), "the values of `a` are at None"),
        (lambda one: one.update(data_offsets=[4, 28]), "begin at byte 4, and those before end at 0"),
        (lambda one: one.update(data_offsets=[24, 48]), "begin at byte 24, and those before end at 0"),
        (lambda one: one.update(data_offsets=[1 << 62, (1 << 62) + 24]), "the values of `b` begin at byte 24"),
    ],
)
def test_a_tensor_that_cannot_be(change: Change, expected: str, tmp_path: Path) -> None:
    tensors = header({"a": (2, 3), "b": (2,)})
    change(tensors["a"])
    path = raw(tmp_path / "w.safetensors", json.dumps(tensors).encode(), 32)
    assert refusal(path).startswith("this safetensors file is damaged: ")
    assert expected in refusal(path)


@pytest.mark.parametrize(
    ("head", "values", "expected"),
    [
        (b"", 0, "its header is not JSON"),
        (b"[]", 0, "its header is not a JSON object"),
        (b" {}", 0, "its header is not a JSON object"),
        (b"{", 0, "its header is not JSON"),
        (b'{"\xff": 1}', 0, "its header is not JSON"),
        (b"[" * 100_000, 0, "its header is not JSON"),
        (b'{"a": ' + b"[" * 100_000, 0, "its header is not JSON"),
        (b'{"a": ' + b"9" * 10_000 + b"}", 0, "its header is not JSON"),
        (b'{"a": 1}', 0, "its header does not describe the tensor `a`"),
        (b'{"a": {}, "a": {}}', 0, "its header has the name `a` twice"),
        (b'{"a": {"dtype": "F32", "dtype": "F16"}}', 0, "its header has the name `dtype` twice"),
        (b"{}", 4, "its tensors take 0 bytes and 4 are there: something else follows"),
        (
            json.dumps(header({"a": (4,)})).encode(),
            12,
            "its tensors take 16 bytes and 12 are there: the file is cut off",
        ),
        (json.dumps(header({"a": (1 << 60, 0, 4)})).encode(), 1, "something else follows"),
    ],
)
def test_a_header_that_is_none(head: bytes, values: int, expected: str, tmp_path: Path) -> None:
    assert expected in refusal(raw(tmp_path / "w.safetensors", head, values))


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (3, "its header would have 3 bytes, and the file ends after 2"),
        (8_000_001, "its header would have 8,000,001 bytes, more than the 8,000,000 that one may have"),
        ((1 << 64) - 1, "more than the 8,000,000 that one may have"),
    ],
)
def test_a_length_that_cannot_be(length: int, expected: str, tmp_path: Path) -> None:
    assert expected in refusal(raw(tmp_path / "w.safetensors", b"{}", 0, length))


@pytest.mark.parametrize("size", [0, 1, 7])
def test_a_file_that_ends_within_the_length(size: int, tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"\0" * size)
    assert f"it has {size} bytes, and the length of its header alone takes 8" in refusal(tmp_path / "w.safetensors")


def test_a_whole_file_that_is_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = written(tmp_path / "w.safetensors", {"a": (2, 3), "b": ()}).read_bytes()
    for size in range(len(whole)):
        (tmp_path / "cut.safetensors").write_bytes(whole[:size])
        assert "this safetensors file is damaged" in refusal(tmp_path / "cut.safetensors")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "w.safetensors")
    assert "this is a folder or a device, not a file" == refusal(tmp_path / "w.safetensors")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["F32", "dtype"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["dtype", "shape", "data_offsets", "a", "__metadata__"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON, st.integers(0, 64))
def test_whatever_the_header_says_the_answer_is_shapes_or_a_refusal(content: object, values: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = raw(Path(folder) / "w.safetensors", json.dumps(content).encode(), values)
        try:
            found = safetensors.read(str(path))
        except WeightsError as error:
            assert error.message.startswith("this safetensors file is damaged: ")
        else:
            assert all(isinstance(shape, tuple) for shape in found.shapes.values())


@given(st.binary(max_size=200))
def test_whatever_the_bytes_are_the_answer_is_shapes_or_a_refusal(content: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.safetensors"
        path.write_bytes(content)
        try:
            found = safetensors.read(str(path))
        except WeightsError as error:
            assert error.message.startswith(("this safetensors file is damaged: ", "this is a pointer of Git LFS"))
        else:
            assert b"{" in content and isinstance(found.shapes, dict)
