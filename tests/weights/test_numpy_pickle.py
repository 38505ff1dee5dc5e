"""Pickles of NumPy's arrays, and those of detectron2's and Caffe2's model zoos among them."""

from __future__ import annotations

import collections
import io
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

numpy = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from resnetgen.api import compile_mapping  # noqa: E402
from resnetgen.cli.weights.convert.run import ConvertOptions, run  # noqa: E402
from resnetgen.errors import WeightsError  # noqa: E402
from resnetgen.weights import numpy_pickle, numpy_structure  # noqa: E402
from resnetgen.weights.comparison import compare_file  # noqa: E402
from resnetgen.weights.layouts import LAYOUTS  # noqa: E402
from resnetgen.weights.layouts.renaming import foreign_names  # noqa: E402
from tests.cli.command_line import environment  # noqa: E402
from tests.weights.loading import network  # noqa: E402
from tests.weights.test_torch_structure import Exploit  # noqa: E402

pytestmark = pytest.mark.usefixtures("folder")

ARRAYS = {
    "conv": numpy.arange(24, dtype="float32").reshape(2, 3, 4),
    "columns": numpy.asfortranarray(numpy.arange(6, dtype="float64").reshape(2, 3)),
    "half": numpy.ones((2,), "float16"),
    "count": numpy.array(7, "int64"),
    "none": numpy.zeros((0, 3), "float32"),
}


def dumped(content: object, protocol: int = 2) -> str:
    Path("w.pkl").write_bytes(pickle.dumps(content, protocol))
    return "w.pkl"


def by_python_2(arrays: dict[str, Any]) -> bytes:
    """As Python 2 pickled a dictionary of arrays: its text is bytes, and NumPy's modules have their old names.

    Written by hand, operation by operation, after pickletools.dis of such a file.
    """
    out = io.BytesIO()

    def text(value: bytes) -> None:
        out.write(
            b"U" + bytes([len(value)]) + value if len(value) < 256 else b"T" + len(value).to_bytes(4, "little") + value
        )

    def number(value: int) -> None:
        out.write(b"J" + value.to_bytes(4, "little", signed=True))

    out.write(b"\x80\x02}(")
    for name, array in arrays.items():
        text(name.encode())
        out.write(b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n")
        number(0)
        out.write(b"\x85")
        text(b"b")
        out.write(b"\x87R(")
        number(1)
        out.write(b"(")
        for extent in array.shape:
            number(extent)
        out.write(b"tcnumpy\ndtype\n")
        text(array.dtype.str[1:].encode())
        number(0)
        number(1)
        out.write(b"\x87R(")
        number(3)
        text(b"<")
        out.write(b"NNN")
        number(-1)
        number(-1)
        number(0)
        out.write(b"tb\x89")
        text(array.tobytes())
        out.write(b"tb")
    out.write(b"u.")
    return out.getvalue()


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("keys", [(), ("blobs",)], ids=str)
def test_arrays_are_read_as_numpy_reads_them(protocol: int, keys: tuple[str, ...]) -> None:
    content: Any = collections.OrderedDict(ARRAYS)
    for key in keys:
        content = {key: content, "__author__": "someone", "matching_heuristics": True, "scale": numpy.float32(2)}
    path = dumped(content, protocol)
    found = numpy_structure.read(path)
    assert () == found.unread
    stored = found.contents.state_dicts[0]
    assert ({name: array.shape for name, array in ARRAYS.items()}, keys) == (stored.shapes, stored.keys)
    assert {name: str(array.dtype) for name, array in ARRAYS.items()} == stored.dtypes
    state = numpy_pickle.load_tensors(path, keys)
    assert all(numpy.array_equal(array, state[name].numpy()) for name, array in ARRAYS.items())


def test_arrays_of_python_2_are_read() -> None:
    arrays = {"a": numpy.arange(200, dtype="float32").reshape(10, 20), "b": numpy.ones(3, "float64")}
    Path("w.pkl").write_bytes(by_python_2(arrays))
    there = pickle.loads(Path("w.pkl").read_bytes(), encoding="latin1")
    state = numpy_pickle.load_tensors("w.pkl")
    for name, array in arrays.items():
        assert numpy.array_equal(array, there[name])
        assert numpy.array_equal(array, state[name].numpy())


def test_a_file_of_torch_is_read_as_such() -> None:
    for old in (False, True):
        torch.save({"model": {"a": torch.ones(2)}}, "w.pkl", _use_new_zipfile_serialization=not old)
        assert {"a": (2,)} == numpy_pickle.read("w.pkl").shapes == numpy_structure.read("w.pkl").contents.shapes
        assert torch.equal(torch.ones(2), numpy_pickle.load_tensors("w.pkl", ("model",))["a"])


SMALL = {
    "extends": "resnet50_v1",
    "name": "small",
    "stem": [{"conv": 7, "to": 8, "stride": 2}, {"max_pool": 3, "stride": 2}],
    "stages": {
        "layer1": {"blocks": 2, "channels": 16},
        "layer2": {"blocks": 2, "channels": 32},
        "layer3": None,
        "layer4": None,
    },
    "head": {"classes": 5},
}
AFFINE = {"weight", "bias"}


@pytest.mark.parametrize("classifier", ["pred", "fc1000"])
@pytest.mark.parametrize("norm", ["batch", "frozen_batch"])
def test_norms_that_only_scale_and_shift(classifier: str, norm: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As in R-50.pkl of detectron2: no statistics; an independent computation of what the network gives then."""
    compiled = compile_mapping({**SMALL, "norm": {"type": norm}})
    names = foreign_names(compiled, LAYOUTS["caffe2"])
    assert names is not None
    torch.manual_seed(3)
    module = network(compiled, "cpu").eval()
    module.load_state_dict({name: torch.rand(value.shape) + 0.1 for name, value in module.state_dict().items()})
    state = module.state_dict()
    arrays = {
        there.replace("pred", classifier): state[tensor.own].numpy()
        for there, tensor in names.tensors.items()
        if not there.endswith(("_rm", "_riv"))
    }
    more = {"conv1_w_momentum": arrays["conv1_w"], "conv1_b": numpy.ones(8, "float32")}  # R-50.pkl has the latter too
    Path("w.pkl").write_bytes(pickle.dumps({"blobs": arrays | more}, 2))
    Path("small.yaml").write_text(compiled.document.text.content)
    assert 0 == run(
        "w.pkl", "o.pth", ConvertOptions("small.yaml", changes={"--leave-out": "conv1_w_momentum,conv1.bias"})
    )
    told = capsys.readouterr().out.replace("\n", " ")
    assert "in 15 norms, which only scale and shift" in " ".join(told.split())
    found = network(compiled, "cpu").eval()
    found.load_state_dict(torch.load("o.pth", weights_only=True), strict=True)

    for name, inner in list(module.named_modules()):
        if hasattr(inner, "running_mean"):
            parent = module.get_submodule(name.rpartition(".")[0])
            setattr(parent, name.rpartition(".")[2], Affine(inner.weight, inner.bias))
    x = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        torch.testing.assert_close(found(x), module(x))


def test_a_bias_of_a_convolution_is_folded() -> None:
    compiled = compile_mapping(SMALL)
    names = foreign_names(compiled, LAYOUTS["caffe2"])
    assert names is not None
    arrays = {there: numpy.ones(tensor.spec.shape, "float32") for there, tensor in names.tensors.items()}
    dumped(arrays | {"conv1_b": numpy.arange(8, dtype="float32")})
    Path("small.yaml").write_text(compiled.document.text.content)
    assert 0 == run("w.pkl", "o.pth", ConvertOptions("small.yaml", changes={"--fold-biases": "fold"}))
    assert torch.equal(1 - torch.arange(8.0), torch.load("o.pth")["bn1.running_mean"])


class Affine(nn.Module):
    """Caffe2's `AffineChannel`."""

    def __init__(self, scale: Any, shift: Any) -> None:
        super().__init__()
        self.scale, self.shift = scale, shift

    def forward(self, x: Any) -> Any:
        return x * self.scale[:, None, None] + self.shift[:, None, None]


def test_statistics_that_are_there_are_kept() -> None:
    compiled = compile_mapping(SMALL)
    names = foreign_names(compiled, LAYOUTS["caffe2"])
    assert names is not None
    path = dumped({there: numpy.ones(tensor.spec.shape, "float32") for there, tensor in names.tensors.items()})
    found = compare_file(compiled, path)
    assert found.fit is not None
    assert ((), {}, "caffe2", True) == (found.diagnostics, found.fit.constants, found.fit.layout, found.fit.is_whole)


@pytest.mark.parametrize("protocol", [0, 2, 5])
@pytest.mark.parametrize("place", ["beside", "root", "as an array"])
def test_code_is_refused_and_not_run(folder: Path, protocol: int, place: str) -> None:
    exploit = Exploit(f"touch {folder / 'ran'}")
    contents: dict[str, object] = {
        "beside": {"model": ARRAYS, "x": exploit},
        "root": exploit,
        "as an array": {"a": numpy.array([exploit], dtype=object)},
    }
    path = dumped(contents[place], protocol)
    for read in (numpy_pickle.read, numpy_pickle.load_tensors):
        with pytest.raises(WeightsError, match=r"\.system` when it is loaded|values of the dtype"):
            read(path)
    if place == "beside":
        assert any(name.endswith(".system") for name in numpy_structure.read(path).unread)
    assert not (folder / "ran").exists()
    pickle.loads(Path(path).read_bytes())  # it would run
    assert (folder / "ran").exists()


def test_other_objects_are_left_out() -> None:
    path = dumped({"model": ARRAYS, "path": Path("x")})
    assert [f"pathlib.{type(Path()).__name__}"] == [*numpy_structure.read(path).unread]
    assert set(ARRAYS) == set(numpy_pickle.load_tensors(path, ("model",)))


def test_a_file_that_is_cut_is_refused() -> None:
    whole = Path(dumped(ARRAYS)).read_bytes()
    for part in range(9):
        Path("w.pkl").write_bytes(whole[: len(whole) * part // 9])
        with pytest.raises(WeightsError, match="this is no pickle of arrays, or it is damaged"):
            numpy_pickle.read("w.pkl")


def changed(old: bytes, new: bytes) -> str:
    whole = by_python_2({"a": numpy.zeros((2, 3), "float32")})
    assert old in whole
    Path("w.pkl").write_bytes(whole.replace(old, new, 1))
    return "w.pkl"


SHAPE = b"(J\x02\0\0\0J\x03\0\0\0t"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (lambda: changed(SHAPE, b"(J\x02\0\0\0J\x09\0\0\0t"), r"an array of \(2, 9\) has 24 bytes"),
        (lambda: changed(SHAPE, b"(J\xff\xff\xff\x7fJ\xff\xff\xff\x7ft"), r"an array of \(2147483647, .* has 24 bytes"),
        (lambda: changed(SHAPE, b"(J\xff\xff\xff\xffJ\x03\0\0\0t"), r"an array has the shape \(-1, 3\)"),
        (lambda: changed(SHAPE, b"(]J\x03\0\0\0t"), "an array has the shape"),
        (lambda: changed(b"U\x02f4", b"U\x02O8"), "values of the dtype <O8, which are no numbers"),
        (lambda: changed(b"U\x01<", b"U\x01>"), "values of the dtype >f4"),
        (lambda: dumped({"a": 1}), "there is no state dict in this file"),
        (lambda: dumped([numpy.zeros(1)]), "there is no state dict in this file"),
    ],
    ids=range(8),
)
def test_a_bad_array_is_refused(path: Callable[[], str], reason: str) -> None:
    with pytest.raises(WeightsError, match=reason):
        numpy_pickle.read(path())


BOMBS = {
    "three million lists": b"\x80\x02" + b"]" * 3_000_000 + b".",
    "a memo of two billions": b"\x80\x02}r\xff\xff\xff\x7f.",
    "marks": b"\x80\x02" + b"(" * 1_000_000 + b".",
    "bytes of eight exabytes": b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",
    "a buffer of eight exabytes": b"\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\x7f.",
    "lists inside lists": b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".",
    "bytes by number": b"\x80\x02c__builtin__\nbytes\nJ\xff\xff\xff\x7f\x85R.",
    "copies": b"\x80\x02X\x40\x42\x0f\0"
    + b"x" * 1_000_000
    + b"q\x000"
    + b"c_codecs\nencode\nh\0U\x06latin1\x86R" * 900
    + b".",
    "HDF5": b"\x89HDF\r\n\x1a\n",
    "empty": b"",
}


def test_bombs_end_early() -> None:
    for index, content in enumerate(BOMBS.values()):
        Path(f"{index}.pkl").write_bytes(content)
    program = (
        "import resource\n"
        "from resnetgen.weights import numpy_pickle; from resnetgen.errors import WeightsError\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"for index in range({len(BOMBS)}):\n"
        "    try: numpy_pickle.read(f'{index}.pkl')\n"
        "    except WeightsError as error: print('refused')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, encoding="utf-8", check=True
    )
    *refused, size = done.stdout.split()
    assert ["refused"] * len(BOMBS) == refused
    unit = 1 if sys.platform == "darwin" else 1024
    assert 300_000_000 > int(size) * unit
