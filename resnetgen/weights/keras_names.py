"""The names of arrays in files of Keras, in one form: the layer and the variable, `conv1_conv.kernel`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from resnetgen.errors import WeightsError
from resnetgen.source.yaml_scalars import clip

_CONTAINERS = {"layers", "_layer_checkpoint_dependencies"}
"""Groups between those of layers."""

_DEEPEST = 20
"""The most parts of a group of a model inside others."""

_KERNEL = ("kernel", "bias")
_SCALE = ("gamma", "beta")

_VARIABLES = {
    **dict.fromkeys(("conv1d", "conv2d", "conv3d", "dense", "depthwise_conv2d"), _KERNEL),
    "batch_normalization": (*_SCALE, "moving_mean", "moving_variance"),
    **dict.fromkeys(("group_normalization", "layer_normalization"), _SCALE),
}
"""The variables of each class of layers in the order of their numbers; a convolution may have no bias."""


def keras_3_name(group: str, number: int, layers: Mapping[str, str], count: int) -> str:
    """Return the name of an array of Keras 3.

    Args:
        group: the group of its layer, such as `layers/conv2d_1`.
        number: its number in that.
        layers: the name of the layer of each such group, empty where the file has none.
        count: how many arrays the layer has.

    Raises:
        WeightsError: the file has no names of layers: only their classes, counted.
    """
    parts = group.split("/")
    groups = ["/".join(parts[: end + 1]) for end, part in enumerate(parts) if part not in _CONTAINERS]
    names = [layers.get(each) or each.rpartition("/")[2] for each in groups]
    if not layers.get(group) and any(part in _CONTAINERS for part in parts):
        message = f"this file lacks the names of its layers: `{clip(group, 60)}` is only a class and a number"
        raise WeightsError(message, "load it with Keras, and save the model as `.keras`: that has the names")
    kind = re.sub(r"_\d+$", "", parts[-1])
    known = _VARIABLES.get(kind, ())
    whole = len(known) == count or (known == _KERNEL and count == 1)
    return ".".join((*names, known[number] if whole and number < len(known) else str(number)))


def names_of_config(config: Any, group: str = "", budget: int = 10_000) -> dict[str, str]:
    """Return the name of the layer of each group, from the configuration of a model in a `.keras` archive.

    Keras counts the layers of each class, in the order of the model: `layers/conv2d_1` is the second of `Conv2D`.

    Args:
        config: the configuration of the model, as its JSON has it.
        group: the group of the model, empty for the outermost.
        budget: the most layers.
    """
    inner = config.get("config") if isinstance(config, Mapping) else None
    layers = inner.get("layers") if isinstance(inner, Mapping) else None
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for layer in layers if isinstance(layers, list) else []:
        match layer:
            case {"class_name": str(kind), "config": {"name": str(name)}}:
                word = _snake_case(kind)
                number = counts[word]
                counts[word] += 1
                path = f"{group}layers/{word}{f'_{number}' if number else ''}"
                names[path] = name
                if len(names) < budget and path.count("/") < _DEEPEST:
                    names |= names_of_config(layer, f"{path}/", budget - len(names))
    return names


def _snake_case(name: str) -> str:
    """Return the name of a class as Keras writes it in files: `BatchNormalization` is `batch_normalization`."""
    split = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", split).lower()


def older_name(path: str) -> str:
    """Return the name of an array whose group has the name of its layer: `model_weights/fc/fc/kernel:0`.

    Args:
        path: the groups that lead to the array, and its name.
    """
    parts = re.sub(r":\d+$", "", path).removeprefix("model_weights/").split("/")
    if len(parts) > 2 and parts[0] == parts[1]:
        parts = parts[1:]
    return ".".join(parts)
