"""Weights of Keras: each form of file, biases folded or kept, and what a bad file gets."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

numpy = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
h5py = pytest.importorskip("h5py")

from torch import Tensor, nn  # noqa: E402

from resnetgen.api import compile_mapping, compile_spec  # noqa: E402
from resnetgen.cli.weights.convert.run import ConvertOptions, run  # noqa: E402
from resnetgen.compiler import Compiled  # noqa: E402
from resnetgen.errors import WeightsError  # noqa: E402
from resnetgen.weights import keras_file  # noqa: E402
from resnetgen.weights.comparison import compare_file  # noqa: E402
from resnetgen.weights.layouts import LAYOUTS  # noqa: E402
from resnetgen.weights.layouts.renaming import foreign_names  # noqa: E402
from tests.cli.command_line import environment  # noqa: E402
from tests.published.test_keras import NETWORKS, SPECS  # noqa: E402
from tests.weights import keras_files  # noqa: E402
from tests.weights.loading import network  # noqa: E402

pytestmark = pytest.mark.usefixtures("folder")

SMALL = {
    "stem": [{"conv": 7, "to": 8, "stride": 2}, {"max_pool": 3, "stride": 2}],
    "stages": {
        "layer1": {"blocks": 2, "channels": 16},
        "layer2": {"blocks": 3, "channels": 32},
        "layer3": None,
        "layer4": None,
    },
    "head": {"classes": 5, "activation": "none"},
}
"""Fewer and narrower layers."""


def small(base: str = "resnet50_keras", **more: Any) -> Compiled:
    return compile_mapping({"extends": base, "name": "small", **SMALL, **more})


def trained(compiled: Compiled) -> nn.Module:
    torch.manual_seed(3)
    found = network(compiled, "cpu").eval()
    found.load_state_dict({name: torch.rand(value.shape) + 0.1 for name, value in found.state_dict().items()})
    return found


def arrays_of(module: nn.Module, compiled: Compiled) -> dict[str, Any]:
    """The weights by Keras's names, in Keras's order of layers and of axes."""
    names = foreign_names(compiled, LAYOUTS["keras"])
    assert names is not None
    state = module.state_dict()
    arrays = {}
    for name, tensor in names.in_order():
        value = state[tensor.own].numpy()
        arrays[name] = value.transpose(2, 3, 1, 0) if value.ndim == 4 else value.T
    return arrays


FORMS: dict[str, Callable[[dict[str, Any]], str]] = {}


def form(suffix: str) -> Callable[[Any], Any]:
    def note(function: Callable[[str, dict[str, Any]], None]) -> Callable[[str, dict[str, Any]], None]:
        def written(arrays: dict[str, Any]) -> str:
            function(f"w{suffix}", arrays)
            return f"w{suffix}"

        FORMS[function.__name__] = written
        return function

    return note


@form(".h5")
def tensorflow(path: str, arrays: dict[str, Any]) -> None:
    keras_files.older(path, arrays)


@form(".h5")
def whole_model(path: str, arrays: dict[str, Any]) -> None:
    keras_files.older(path, arrays, inside="model_weights", ends="")


@form(".weights.h5")
def keras_3(path: str, arrays: dict[str, Any]) -> None:
    keras_files.newer(path, arrays)


@form(".keras")
def archive(path: str, arrays: dict[str, Any]) -> None:
    keras_files.archive(path, arrays)


@form(".keras")
def archive_of_names(path: str, arrays: dict[str, Any]) -> None:
    keras_files.archive(path, arrays, named=False, compression=zipfile.ZIP_DEFLATED)


forms = pytest.mark.parametrize("write", FORMS.values(), ids=FORMS)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_names_and_their_order_are_those_of_keras(name: str) -> None:
    """As recorded from Keras itself, in tests/reference/keras.json."""
    found = foreign_names(compile_spec(SPECS[name]), LAYOUTS["keras"])
    assert found is not None
    assert list(NETWORKS[name]["weights"]) == [there.replace(".", "/") for there, _ in found.in_order()]
    assert {tuple(shape) for shape in NETWORKS[name]["weights"].values()} == {
        tensor.spec.shape for tensor in found.tensors.values()
    }


@forms
def test_every_form_gives_the_same_names_and_values(write: Callable[[dict[str, Any]], str]) -> None:
    compiled = small()
    arrays = arrays_of(trained(compiled), compiled)
    path = write(arrays)
    stored = keras_file.read(path).state_dicts[0]
    assert {name: value.shape for name, value in arrays.items()} == stored.shapes
    assert {"float32"} == set(stored.dtypes.values())
    loaded = keras_file.load_tensors(path)
    assert all(numpy.array_equal(value, loaded[name].numpy()) for name, value in arrays.items())


@pytest.mark.parametrize("base", ["resnet50_keras", "resnet50v2_keras"])
@pytest.mark.parametrize("end", [".pth", ".h5"])
def test_a_conversion_and_back(base: str, end: str) -> None:
    compiled = small(base)
    module = trained(compiled)
    arrays = arrays_of(module, compiled)
    keras_files.older("w.h5", arrays)
    Path("small.yaml").write_text(compiled.document.text.content)
    assert 0 == run("w.h5", "o.pth", ConvertOptions("small.yaml"))
    found = network(compiled, "cpu")
    found.load_state_dict(torch.load("o.pth", weights_only=True), strict=True)
    x = torch.rand(2, 3, 64, 64)
    assert torch.equal(module(x), found.eval()(x))
    assert 0 == run("o.pth", f"back{end}", ConvertOptions("small.yaml", to="keras"))
    back = keras_file.load_tensors("back.h5") if end == ".h5" else torch.load("back.pth")
    assert list(arrays) == list(back) if end == ".pth" else set(arrays) == set(back)
    assert all(numpy.array_equal(value, back[name].numpy()) for name, value in arrays.items())
    if end == ".h5":
        with h5py.File("back.h5") as file:
            assert list(keras_files.layers(arrays)) == list(file.attrs["layer_names"])


def outputs(module: nn.Module, x: Tensor) -> Any:
    with torch.inference_mode():
        return module(x)


def test_biases_are_folded_for_a_network_without(capsys: pytest.CaptureFixture[str]) -> None:
    theirs, x = small(), torch.rand(2, 3, 64, 64)
    module = trained(theirs)
    keras_files.newer("w.weights.h5", arrays_of(module, theirs))
    ours = small("resnet50_v1", norm={"type": "batch", "eps": 1.001e-5})
    Path("small.yaml").write_text(ours.document.text.content)
    assert 1 == run("w.weights.h5", "o.pth", ConvertOptions("small.yaml"))
    assert "resnetgen weights convert --fold-biases" in capsys.readouterr().err.replace("\n", " ")
    assert 0 == run("w.weights.h5", "o.pth", ConvertOptions("small.yaml", changes={"--fold-biases": "fold"}))
    found = network(ours, "cpu").eval()
    found.load_state_dict(torch.load("o.pth", weights_only=True), strict=True)
    torch.testing.assert_close(outputs(found, x), outputs(module, x), rtol=1e-4, atol=1e-4)


def test_another_eps_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    ours = small("resnet50_v1", convolution={"bias": True})
    keras_files.older("w.h5", arrays_of(trained(ours), ours))
    Path("small.yaml").write_text(ours.document.text.content)
    assert 0 == run("w.h5", "o.pth", ConvertOptions("small.yaml"))
    assert "the norms of Keras's ResNets have eps 1.001e-05, not 1e-05" in capsys.readouterr().out.replace("\n", " ")


def test_a_network_inside_a_model_is_found() -> None:
    """As after transfer learning: the network is a layer of a model with a classifier of its own."""
    compiled = small()
    arrays = {f"resnet50.{name}": value for name, value in arrays_of(trained(compiled), compiled).items()}
    with h5py.File("w.h5", "w") as file:
        for name, value in arrays.items():
            file.create_dataset(f"model_weights/{name.replace('.', '/')}:0", data=value)
        file.create_dataset("model_weights/head/head/kernel:0", data=numpy.zeros((5, 2), "float32"))
    found = compare_file(compiled, "w.h5")
    assert found.fit is not None
    assert ((), "resnet50.", ("head.kernel",)) == (found.diagnostics, found.prefix, found.fit.beside)


ARRAYS = {"a.kernel": numpy.arange(54, dtype="float32").reshape(3, 3, 3, 2), "a.bias": numpy.ones(2, "float32")}


@forms
def test_a_file_that_is_cut_is_refused(write: Callable[[dict[str, Any]], str]) -> None:
    path = write(ARRAYS)
    whole = Path(path).read_bytes()
    for part in range(12):
        Path(path).write_bytes(whole[: len(whole) * part // 12])
        with pytest.raises(WeightsError, match="this file of Keras is damaged"):
            keras_file.load_tensors(path)


@pytest.mark.parametrize("path", ["w.h5", "w.hdf5", "w.keras"])
@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n" + b"\xff" * 2000])
def test_another_kind_of_file_is_refused(path: str, content: bytes) -> None:
    Path(path).write_bytes(content)
    with pytest.raises(WeightsError, match="this file of Keras is damaged"):
        keras_file.read(path)


def test_layers_without_names_are_refused() -> None:
    keras_files.newer("w.weights.h5", ARRAYS, named=False)
    with pytest.raises(WeightsError, match=r"lacks the names of its layers: `layers/conv2d` is only a class") as caught:
        keras_file.read("w.weights.h5")
    assert "save the model as `.keras`" in caught.value.help


def write_dataset(**options: Any) -> None:
    with h5py.File("w.h5", "w") as file:
        file.create_dataset("a/a/kernel:0", **options)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"shape": (1 << 40,), "dtype": "f4", "chunks": (1024,)}, "asks for more memory than the arrays in it take"),
        ({"shape": (1 << 40,), "dtype": "f4", "external": [("other", 0, 1 << 42)]}, "are in another file"),
        ({"shape": (4,), "dtype": "f4", "external": [("other", 0, 16)]}, "are in another file, which is not read"),
        ({"data": numpy.zeros(4, ">f4")}, "has values of the dtype >f4"),
        ({"data": "text"}, "has values of the dtype object"),
        ({"data": numpy.zeros(2, [("x", "f4")])}, "has values of the dtype"),
        ({"data": numpy.zeros(64, "f4"), "scaleoffset": 2}, "is compressed by a filter other than gzip or lzf"),
    ],
)
def test_a_bad_array_is_refused(options: dict[str, Any], reason: str) -> None:
    Path("other").write_bytes(b"secret" * 10)
    write_dataset(**options)
    with pytest.raises(WeightsError, match=reason):
        keras_file.load_tensors("w.h5")


def test_compressed_arrays_are_read() -> None:
    value = numpy.random.default_rng(0).random((8, 8), "float32")
    write_dataset(data=value, compression="gzip", shuffle=True)
    assert numpy.array_equal(value, keras_file.load_tensors("w.h5")["a.kernel"].numpy())


def test_links_to_other_files_are_not_followed() -> None:
    keras_files.older("secret.h5", ARRAYS)
    with h5py.File("w.h5", "w") as file:
        file["b/b/kernel:0"] = numpy.zeros(2, "float32")
        file["c"] = h5py.ExternalLink("secret.h5", "/a")
        file["d"] = h5py.SoftLink("/b")
        file["b/again"] = file["b"]
    assert {"b.kernel": (2,)} == keras_file.read("w.h5").shapes


def test_an_archive_with_a_bomb_is_refused() -> None:
    with zipfile.ZipFile("w.keras", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("model.weights.h5", b"\0" * 10_000_000)
    with pytest.raises(WeightsError, match="asks for more memory"):
        keras_file.read("w.keras")


def test_an_archive_without_weights_is_refused() -> None:
    with zipfile.ZipFile("w.keras", "w") as file:
        file.writestr("config.json", "{}")
    with pytest.raises(WeightsError, match=r"this archive has no `model\.weights\.h5`"):
        keras_file.read("w.keras")


@pytest.mark.parametrize("text", ["[", "[" * 100_000, '{"config": {"layers": [1, {"class_name": 2}]}}'])
def test_a_bad_configuration_gives_no_names(text: str) -> None:
    keras_files.newer("inner.h5", ARRAYS, named=False)
    with zipfile.ZipFile("w.keras", "w") as file:
        file.writestr("config.json", text)
        file.write("inner.h5", "model.weights.h5")
    with pytest.raises(WeightsError, match=r"is not JSON|lacks the names of its layers"):
        keras_file.read("w.keras")


@pytest.mark.parametrize(
    ("out", "to", "reason"),
    [
        ("o.h5", "spec", "a `.h5` file needs Keras's names"),
        ("o.weights.h5", "keras", "Keras 3 expects another format in a `.weights.h5` file"),
    ],
)
def test_a_file_that_keras_could_not_read_is_not_written(
    out: str, to: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("w.pth").touch()
    assert 1 == run("w.pth", out, ConvertOptions("resnet50_keras", to=to))
    assert reason in capsys.readouterr().err
    assert not Path(out).exists()


def test_without_h5py_the_extra_is_named() -> None:
    Path("w.h5").touch()
    program = (
        "import sys; sys.modules['h5py'] = None\n"
        "from resnetgen.weights import keras_file; from resnetgen.errors import WeightsError\n"
        "try: keras_file.read('w.h5')\n"
        "except WeightsError as error: print(error.message, error.help)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.startswith("reading this file needs h5py, which is not installed pip install ")
    assert "[keras]" in done.stdout
