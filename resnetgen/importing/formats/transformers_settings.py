"""The settings that the ResNets, RegNets and BiTs of Hugging Face's transformers share."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.importing.config_file import ConfigFile
from resnetgen.importing.naming import name_for, name_for_file
from resnetgen.importing.settings import Settings
from resnetgen.schema.layout_tables import TABLES

MODEL_TYPE = "model_type"

SIZE = 224
"""The input size in pixels of the published networks; a configuration has none."""


_ACTIVATIONS: dict[str, Any] = {
    **{word: word for word in ("relu", "relu6", "gelu", "silu", "mish", "hardswish", "leaky_relu", "sigmoid", "tanh")},
    "swish": "silu",
    "gelu_python": "gelu",
    **{word: {"type": "gelu", "approximate": "tanh"} for word in ("gelu_new", "gelu_pytorch_tanh", "gelu_python_tanh")},
}
"""The activations of transformers by their names there."""


def choices(head: Mapping[str, Any], stages: list[str]) -> dict[Path, str]:
    """Return what a configuration does not tell, and what the network leaves out, by the path of its key."""
    said: dict[Path, str] = {("input", "size"): "the configuration has none; this is that of the published networks"}
    features = head.get("features", [])
    if features and stages[-1] not in features:
        said["head", "features"] = "stages behind these are not computed, so their weights are left over"
    return said


def settings_of(file: ConfigFile) -> Settings:
    """Return the settings of a configuration, without those that are no matter of the network."""
    return Settings(file, file.data)


def activation(settings: Settings) -> dict[str, Any]:
    """Return the key `act`, or nothing for a ReLU."""
    word = settings.word("hidden_act", "relu")
    if word not in _ACTIVATIONS:
        settings.refuse("hidden_act", f"the activations are {', '.join(_ACTIVATIONS)}")
    act = _ACTIVATIONS.get(word, "relu")
    return {} if act == "relu" else {"act": act}


def network_name(file: ConfigFile) -> str:
    """Return a name: that of the checkpoint where the configuration tells it, else that of the file."""
    checkpoint = file.data.get("_name_or_path")
    if isinstance(checkpoint, str) and checkpoint:
        return name_for(checkpoint.rstrip("/").rpartition("/")[2])
    return name_for_file(file.text.name)


def layout(settings: Settings, prefix: str, changes: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """Return the key `layout`: transformers' names, below a prefix unless the file is of the model without a head.

    Args:
        settings: the settings, which tell the class that the file was saved from.
        prefix: the name of the network in a model with a head.
        changes: what differs from the names of ResNets.
    """
    headless = class_kind(settings) == "Model" or (class_kind(settings) == "Backbone" and prefix == "resnet")
    if not headless:
        if prefix == "resnet":
            return "huggingface"
        return {"base": "huggingface", "prefix": prefix, **changes, "head": {"global_avg_pool": f"{prefix}.pooler"}}
    names = {key: value for key, value in TABLES["huggingface"].items() if key not in ("base", "prefix")}
    pooler = {"head": {"global_avg_pool": "pooler"}} if class_kind(settings) == "Model" else {"head": {}}
    return {key: value for key, value in (names | dict(changes) | pooler).items() if value != {}}


def head(settings: Settings, stages: list[str]) -> dict[str, Any]:
    """Return the key `head`: a classifier, the pooled vector, or maps, by the class that the file was saved from."""
    classes = _classes(settings)
    kind = class_kind(settings)
    if kind == "Backbone":
        return {"features": _features(settings, stages)}
    return {"pool": "avg", "classes": classes} if kind == "ForImageClassification" else {"pool": "avg"}


def class_kind(settings: Settings) -> str:
    """Return the end of the name of the class that the configuration was saved from; a classifier by default."""
    written = settings.raw("architectures", [])
    name = written[0] if isinstance(written, list) and written and isinstance(written[0], str) else ""
    return next((end for end in ("Backbone", "Model") if name.endswith(end)), "ForImageClassification")


def _classes(settings: Settings) -> int:
    names = settings.raw("id2label")
    if isinstance(names, dict) and names:
        return len(names)
    return settings.whole("num_labels", 2)


def _features(settings: Settings, stages: list[str]) -> list[str]:
    known = {"stem": "stem"} | {f"stage{number}": stage for number, stage in enumerate(stages, 1)}
    written = settings.raw("out_features")
    if written is None and "out_indices" in settings:
        written = [_named(each, list(known)) for each in settings.raw("out_indices") or ()]
    words = written if isinstance(written, list) and written else [list(known)[-1]]
    for word in words:
        if not isinstance(word, str) or word not in known:
            settings.note("out_features", f"`out_features` must name some of {', '.join(known)}")
        elif word == "stem":
            settings.refuse(
                "out_features", "in transformers, `stem` is the map after the pool; in specs, the one before"
            )
    return [known[word] for word in words if isinstance(word, str) and word in known]


def _named(index: object, names: list[str]) -> object:
    return names[index] if isinstance(index, int) and -len(names) <= index < len(names) else index
