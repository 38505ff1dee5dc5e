"""Files of weights as Keras writes them: those of any version, and the two forms of Keras 3.

Compared with what Keras 3.15 writes by the tests in `test_keras_itself.py`.
"""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Mapping
from importlib import import_module
from typing import Any

CLASSES = {"kernel": "Conv2D", "gamma": "BatchNormalization"}
GROUPS = {"Conv2D": "conv2d", "BatchNormalization": "batch_normalization", "Dense": "dense"}


def layers(arrays: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The arrays of each layer, by the names of layer and variable, from those of names such as `fc.kernel`."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in arrays.items():
        layer, _, variable = name.rpartition(".")
        found.setdefault(layer, {})[variable] = value
    return found


def kind(arrays: Mapping[str, Any]) -> str:
    return "Dense" if "kernel" in arrays and arrays["kernel"].ndim == 2 else CLASSES[next(iter(arrays))]


def older(path: str, arrays: Mapping[str, Any], *, inside: str = "", ends: str = ":0") -> None:
    """Write the form of TensorFlow's Keras: `conv1_conv/conv1_conv/kernel:0`, for a whole model in `model_weights`."""
    with import_module("h5py").File(path, "w") as file:
        top = file.create_group(inside) if inside else file
        top.attrs["layer_names"] = [layer.encode() for layer in layers(arrays)]
        for layer, variables in layers(arrays).items():
            group = top.create_group(layer)
            group.attrs["weight_names"] = [f"{layer}/{variable}{ends}".encode() for variable in variables]
            for variable, value in variables.items():
                group.create_dataset(f"{layer}/{variable}{ends}", data=value)


def newer(path: Any, arrays: Mapping[str, Any], *, named: bool = True) -> None:
    """Write the form of Keras 3: `layers/conv2d_1/vars/0`, where the layer's name is beside the arrays since 3.1."""
    counts: Counter[str] = Counter()
    with import_module("h5py").File(path, "w") as file:
        file.create_group("vars")
        for layer, variables in layers(arrays).items():
            word = GROUPS[kind(variables)]
            number = f"_{counts[word]}" if counts[word] else ""
            counts[word] += 1
            group = file.create_group(f"layers/{word}{number}/vars")
            if named:
                group.attrs["name"] = layer
            for index, value in enumerate(variables.values()):
                group.create_dataset(str(index), data=value)


def config(arrays: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration of a model, as far as it tells the names of layers."""
    entries = [
        {"class_name": kind(variables), "config": {"name": layer}} for layer, variables in layers(arrays).items()
    ]
    return {"class_name": "Functional", "config": {"name": "net", "layers": entries}}


def archive(path: str, arrays: Mapping[str, Any], *, named: bool = True, compression: int = zipfile.ZIP_STORED) -> None:
    """Write a `.keras` archive, which has the newer form inside."""
    newer("inner.h5", arrays, named=named)
    with zipfile.ZipFile(path, "w", compression) as file:
        file.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        file.writestr("config.json", json.dumps(config(arrays)))
        file.write("inner.h5", "model.weights.h5")
