"""Keras's own ResNets, over its PyTorch backend: `python -m tests.published.keras_oracle` records them anew.

Needs Keras 3, which the tests do without: they read `tests/reference/keras.json`.
"""

from __future__ import annotations

import json
import os
from importlib import import_module
from typing import Any

import numpy as np

from tests.published.reference_facts import FOLDER, Floats, Shape, fill_value, probe_input

NETWORKS = {"ResNet50": "resnet", "ResNet50V2": "resnet_v2"}
"""The networks that are recorded, with the modules of `keras.applications` that they are in."""

LEAVES = {"kernel": "weight", "gamma": "weight", "beta": "bias", "bias": "bias"}
STATISTICS = {"moving_mean": "running_mean", "moving_variance": "running_var"}
SIZES = (64, 96)


def torch_shape(shape: Shape) -> Shape:
    """Return the shape in PyTorch of a kernel of Keras: (height, width, in, out) or (in, out)."""
    return (shape[3], shape[2], *shape[:2]) if len(shape) == 4 else shape[::-1]


def filled(path: str, shape: Shape) -> Floats:
    """Return the value of a weight of Keras by the fill rule, in the order of PyTorch's axes."""
    layer, _, leaf = path.rpartition("/")
    return fill_value(f"{layer}.{(LEAVES | STATISTICS)[leaf]}", torch_shape(shape))


def _keras_order(value: Floats) -> Floats:
    return value.transpose(2, 3, 1, 0) if value.ndim == 4 else value.transpose()


def _filled_network(name: str, size: int) -> Any:
    made: Any = getattr(import_module(f"keras.applications.{NETWORKS[name]}"), name)
    network = made(weights=None, input_shape=(size, size, 3), classifier_activation=None)
    for weight in network.weights:
        weight.assign(_keras_order(filled(weight.path, tuple(weight.shape))))
    return network


def _record(name: str) -> dict[str, Any]:
    networks = {size: _filled_network(name, size) for size in SIZES}
    network = networks[SIZES[0]]
    return {
        "name": name,
        "params": sum(int(np.prod(weight.shape)) for weight in network.trainable_weights),
        "weights": {weight.path: list(weight.shape) for weight in network.weights},
        "answers": {f"3x{size}x{size}": _answer(one, (3, size, size)) for size, one in networks.items()},
    }


def _answer(network: Any, shape: Shape) -> dict[str, Any]:
    x = probe_input(shape).transpose(0, 2, 3, 1)
    logits = np.asarray(network(x, training=False).detach().cpu(), np.float64)[0]
    first8 = [float(f"{value:.7g}") for value in logits[:8]]
    return {"first8": first8, "norm": float(f"{np.linalg.norm(logits):.8g}"), "argmax": int(logits.argmax())}


def main() -> None:
    """Write `tests/reference/keras.json`."""
    os.environ["KERAS_BACKEND"] = "torch"
    version = import_module("keras").__version__
    records = [_record(name) for name in NETWORKS]
    text = json.dumps({"version": version, "networks": records}, indent=1)
    (FOLDER / "keras.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
