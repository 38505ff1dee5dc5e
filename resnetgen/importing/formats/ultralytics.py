"""A network of ultralytics whose backbone is made of `ResNetLayer`, from its YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.importing.config_file import ConfigFile
from resnetgen.importing.draft import Draft
from resnetgen.importing.format import Format
from resnetgen.importing.naming import name_for_file
from resnetgen.importing.settings import Settings

_MODULE = "ResNetLayer"

_HIDDEN = 1280
"""The channels before the classifier of ultralytics' `Classify`."""

_LAYOUT: dict[str, Any] = {
    "stem": [f"model.0.layer.0.{each}" for each in ("conv", "bn", "act")] + ["model.0.layer.1"],
    "stage": "model.*.layer",
    "first": {"stage": 1},
    "block": {"conv": "cv*.conv", "norm": "cv*.bn", "act": "cv*.act", "sum_act": "act"},
    "shortcut": "shortcut",
    "projection": {"conv": "0.conv", "norm": "0.bn"},
}


def _draft(file: ConfigFile) -> Draft:
    settings = Settings(file, file.data)
    written = settings.raw("backbone", [])
    layers = [layer for layer in map(_layer, written) if layer is not None]
    firsts = [layer.is_first for layer in layers]
    if len(layers) != len(written) or len(layers) < 2 or firsts != [True] + [False] * (len(layers) - 1):
        settings.refuse("backbone", "only `[from, repeats, ResNetLayer, [c1, c2, stride, is_first, n]]` is known")
        settings.finish()
    first, *stages = layers
    expansion = {layer.expansion for layer in stages}
    if len(expansion) > 1:
        settings.refuse("backbone", "the layers have different expansions")
    expands = max(expansion)
    block: dict[str, Any] = {"type": "bottleneck", "join": {"act": "relu"}}
    if expands != 4:
        block["mid"] = f"out / {expands}"
    names = [f"layer{number}" for number in range(1, len(stages) + 1)]
    head, choices = _head(settings, names)
    data: dict[str, Any] = {
        "input": {"channels": first.c1, "size": 224 if "classes" in head else 640},
        "layout": _LAYOUT | ({"head": _head_names(len(layers))} if "classes" in head else {}),
        "norm": {"type": "batch", "eps": 1e-3, "momentum": 0.03},
        "act": _activation(settings),
        "stem": [{"conv": 7, "to": first.c2, "stride": 2}, {"max_pool": 3, "stride": 2}],
        "block": block,
        "stages": {
            name: {"blocks": layer.blocks, "channels": layer.c2 * expands}
            | ({"stride": layer.stride} if layer.stride > 1 else {})
            for name, layer in zip(names, stages, strict=True)
        },
        "head": head,
    }
    settings.finish()
    choices["input", "size"] = "the file has no input size; ultralytics trains with this"
    return Draft(name_for_file(file.text.name), "A ResNet of ultralytics.", data, choices=choices)


class _Layer(NamedTuple):
    """The arguments of a `ResNetLayer`."""

    c1: int
    c2: int
    stride: int = 1
    is_first: bool = False
    blocks: int = 1
    expansion: int = 4


def _layer(written: object) -> _Layer | None:
    """Return the arguments of a layer; None if it is no `ResNetLayer` that follows the one before it."""
    if not isinstance(written, list) or written[:3] != [-1, 1, _MODULE] or not isinstance(written[-1], list):
        return None
    if len(written) != 4 or not 2 <= len(written[3]) <= len(_Layer._fields):
        return None
    layer = _Layer(*written[3])
    numbers = (layer.c1, layer.c2, layer.stride, layer.blocks, layer.expansion)
    right = all(type(each) is int and 0 < each < 1 << 20 for each in numbers)
    return layer if right and isinstance(layer.is_first, bool) else None


def _activation(settings: Settings) -> str:
    words = {"nn.ReLU()": "relu", "nn.SiLU()": "silu", "nn.GELU()": "gelu"}
    word = settings.word("activation", "nn.SiLU()")
    found = words.get(word.removeprefix("torch."), "")
    if not found:
        settings.refuse("activation", "only nn.SiLU(), nn.ReLU() and nn.GELU() are known")
    return found or "silu"


def _head(settings: Settings, names: list[str]) -> tuple[dict[str, Any], dict[Path, str]]:
    match settings.raw("head", []):
        case [[-1, 1, "Classify", ["nc"]]]:
            classes = settings.whole("nc", 80)
            return {"layers": [{"conv": 1, "to": _HIDDEN}], "pool": "avg", "classes": classes}, {}
    why = "the last maps, for the head of the file, which is no part of the spec"
    return {"features": names[-3:]}, {("head", "features"): why}


def _head_names(index: int) -> dict[str, str]:
    start = f"model.{index}"
    return {
        "conv": f"{start}.conv.conv",
        "norm": f"{start}.conv.bn",
        "act": f"{start}.conv.act",
        "global_avg_pool": f"{start}.pool",
        "flatten": f"{start}.flatten",
        "linear": f"{start}.linear",
    }


def _recognizes(data: Mapping[str, object]) -> bool:
    backbone = data.get("backbone")
    return isinstance(backbone, list) and any(isinstance(each, list) and _MODULE in each for each in backbone)


FORMAT = Format("YAML of ultralytics with a backbone of `ResNetLayer`", _recognizes, _draft)
