"""The ResNets of Keras: the names and shapes of its weights, and its answers with them."""

import json
import re
from typing import Any

import numpy as np
import pytest
import torch

import resnetgen
from resnetgen.analysis.cost import cost, state_dict
from tests.published.keras_oracle import LEAVES, STATISTICS, filled, torch_shape
from tests.published.reference_facts import FOLDER, probe_input

NETWORKS: dict[str, dict[str, Any]] = {
    record["name"]: record for record in json.loads((FOLDER / "keras.json").read_text(encoding="utf-8"))["networks"]
}
SPECS = {"ResNet50": "resnet50_keras", "ResNet50V2": "resnet50v2_keras"}


def key_of(path: str) -> str:
    """Return the key of a weight of Keras in the state dict: `conv2_block1_1_conv/kernel` is conv2.block1.conv1.weight.

    Only the names within blocks differ: a layer of Keras begins with the number of its convolution there, and 0 is the
    shortcut.
    """
    layer, _, leaf = path.rpartition("/")
    found = re.fullmatch(r"(conv\d)_(block\d+)_(.+)", layer)
    if found:
        stage, block, name = found.groups()
        name = re.sub(r"(\d)_(conv|bn)", r"\2\1", name)
        layer = f"{stage}.{block}.{'shortcut.' if name.endswith('0') else ''}{name}"
    return f"{layer}.{(LEAVES | STATISTICS)[leaf]}"


@pytest.mark.parametrize("name", NETWORKS)
def test_the_weights_are_those_of_keras(name: str) -> None:
    compiled = resnetgen.compile_spec(SPECS[name])
    theirs = {key_of(path): torch_shape(tuple(shape)) for path, shape in NETWORKS[name]["weights"].items()}
    static = {key: entry.shape for key, entry in state_dict(compiled.network)}
    assert theirs == {key: shape for key, shape in static.items() if not key.endswith("_tracked")}
    assert NETWORKS[name]["params"] == cost(compiled.trace).params


@pytest.mark.parametrize("name", NETWORKS)
def test_the_answers_are_those_of_keras(name: str) -> None:
    compiled = resnetgen.override(SPECS[name], {"head": {"activation": "none"}})
    network = resnetgen.load_model(compiled)()
    paths = NETWORKS[name]["weights"].items()
    weights = {key_of(path): torch.from_numpy(filled(path, tuple(shape))) for path, shape in paths}
    counters = {key: value for key, value in network.state_dict().items() if key.endswith("_tracked")}
    network.load_state_dict({**weights, **counters}, strict=True)
    for size, answer in NETWORKS[name]["answers"].items():
        x = torch.from_numpy(probe_input(tuple(map(int, size.split("x")))))
        with torch.inference_mode():
            found = network.eval()(x)[0].double().numpy()
        np.testing.assert_allclose(found[:8], answer["first8"], rtol=1e-3, atol=1e-4 * float(np.abs(found).max()))
        assert answer["norm"] == pytest.approx(float(np.linalg.norm(found)), rel=1e-4)
        assert answer["argmax"] == found.argmax()
