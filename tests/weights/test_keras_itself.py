"""Weights of Keras beside Keras itself: each form that it writes, converted, gives equal outputs; and the way back."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

numpy = pytest.importorskip("numpy")
torch = pytest.importorskip("torch")
pytest.importorskip("h5py")

from resnetgen.api import compile_mapping  # noqa: E402
from resnetgen.cli.weights.convert.run import ConvertOptions, run  # noqa: E402
from resnetgen.compiler import Compiled  # noqa: E402
from resnetgen.weights import keras_file  # noqa: E402
from tests.weights import keras_files  # noqa: E402
from tests.weights.loading import network  # noqa: E402

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.usefixtures("folder"),
    pytest.mark.filterwarnings("ignore"),  # Keras warns of its own older form
]

SPECS: dict[str, dict[str, Any]] = {
    "resnet.ResNet50": {"extends": "resnet50_keras"},
    "resnet.ResNet101": {"extends": "resnet50_keras", "stages": {"layer3": {"blocks": 23}}},
    "resnet_v2.ResNet50V2": {"extends": "resnet50v2_keras"},
}
SUFFIXES = (".weights.h5", ".h5", ".keras")


def keras() -> Any:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return pytest.importorskip("keras")


def theirs(name: str) -> Any:
    """A network of Keras with five classes, random weights and statistics."""
    keras()
    module, _, constructor = name.rpartition(".")
    make = getattr(import_module(f"keras.applications.{module}"), constructor)
    found = make(weights=None, input_shape=(64, 64, 3), classes=5, classifier_activation=None)
    stream = numpy.random.default_rng(4)
    for weight in found.weights:
        value = weight.numpy() if hasattr(weight, "numpy") else numpy.asarray(weight)
        weight.assign(value + 0.1 * stream.random(value.shape, "float32") * (value.ndim == 1))
    return found


def written(model: Any, suffix: str) -> str:
    path = f"w{suffix}"
    model.save_weights(path) if suffix == ".weights.h5" else model.save(path)
    return path


def ours(spec: dict[str, Any]) -> Compiled:
    found = compile_mapping({**spec, "name": "mine", "head": {"classes": 5, "activation": "none"}})
    Path("mine.yaml").write_text(found.document.text.content)
    return found


def outputs(model: Any, x: Any) -> Any:
    """The answers of a network of Keras for images in PyTorch's order of axes."""
    return model(x.permute(0, 2, 3, 1).numpy(), training=False).detach().cpu()


def converted(compiled: Compiled, path: str, **options: Any) -> Any:
    assert 0 == run(path, "o.pth", ConvertOptions("mine.yaml", force=True, **options))
    found = network(compiled, "cpu").eval()
    found.load_state_dict(torch.load("o.pth", weights_only=True), strict=True)
    return found


def assert_equal(found: Any, model: Any) -> None:
    x = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        torch.testing.assert_close(found(x), outputs(model, x), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("name", SPECS)
def test_every_form_of_file(name: str) -> None:
    model, compiled = theirs(name), ours(SPECS[name])
    for suffix in SUFFIXES:
        assert_equal(converted(compiled, written(model, suffix)), model)


def test_biases_are_folded() -> None:
    model = theirs("resnet.ResNet50")
    compiled = ours({"extends": "resnet50_v1", "norm": {"type": "batch", "eps": 1.001e-5}})
    assert_equal(converted(compiled, written(model, ".h5"), changes={"--fold-biases": "fold"}), model)


@pytest.mark.parametrize("name", ["resnet.ResNet50", "resnet_v2.ResNet50V2"])
def test_keras_loads_what_is_written(name: str) -> None:
    model, compiled = theirs(name), ours(SPECS[name])
    converted(compiled, written(model, ".keras"))
    assert 0 == run("o.pth", "back.h5", ConvertOptions("mine.yaml", to="keras"))
    before = [weight.numpy().copy() for weight in model.weights]
    for weight in model.weights:
        weight.assign(numpy.zeros(weight.shape, "float32"))
    model.load_weights("back.h5")
    for weight, value in zip(model.weights, before, strict=True):
        numpy.testing.assert_array_equal(weight.numpy(), value, err_msg=weight.path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_files_of_the_other_tests_are_as_those_of_keras(suffix: str) -> None:
    layers = keras().layers
    inputs = keras().Input((8, 8, 3))
    x = layers.BatchNormalization(name="bn")(layers.Conv2D(4, 3, name="a")(inputs))
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(2, 1, name="b", use_bias=False)(x))
    model = keras().Model(inputs, layers.Dense(3, name="fc")(x))
    path = written(model, suffix)
    found = keras_file.load_tensors(path)
    arrays = {weight.path.replace("/", "."): weight.numpy() for weight in model.weights}
    assert set(arrays) == set(found)
    assert all(numpy.array_equal(value, found[name].numpy()) for name, value in arrays.items())
    form: Callable[[str, dict[str, Any]], None] = {
        ".weights.h5": keras_files.newer,
        ".h5": lambda path, arrays: keras_files.older(path, arrays, inside="model_weights", ends=""),
        ".keras": keras_files.archive,
    }[suffix]
    form(f"mine{suffix}", arrays)
    mine = keras_file.load_tensors(f"mine{suffix}")
    assert {name: value.shape for name, value in found.items()} == {name: value.shape for name, value in mine.items()}
