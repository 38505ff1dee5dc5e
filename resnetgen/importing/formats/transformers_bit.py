"""A BiT of Hugging Face's transformers, from its config.json."""

from __future__ import annotations

from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.importing.config_file import ConfigFile
from resnetgen.importing.draft import Draft
from resnetgen.importing.format import Format
from resnetgen.importing.formats import transformers_settings as common
from resnetgen.importing.settings import Settings

_STEM_STRIDE = 4


def _draft(file: ConfigFile) -> Draft:
    settings = common.settings_of(file)
    widths = settings.wholes("hidden_sizes", (256, 512, 1024, 2048))
    depths = settings.wholes("depths", (3, 4, 6, 3), len(widths))
    preact = settings.word("layer_type", "preactivation", ("preactivation", "bottleneck")) == "preactivation"
    if settings.number("width_factor", 1) != 1:
        settings.refuse("width_factor", "transformers multiplies the stages by it and not the last norm, which fails")
    names = [f"layer{number}" for number in range(1, len(widths) + 1)]
    norm: Any = "group"
    if (groups := settings.whole("num_groups", 32)) != 32:
        norm = {"type": "group", "groups": groups}
    kind = common.class_kind(settings)
    data: dict[str, Any] = {
        "input": {"channels": settings.whole("num_channels", 3), "size": common.SIZE},
        "layout": _layout(kind, preact),
        "convolution": {"type": "weight_standardized", "eps": 1e-8, **_padding(settings)},
        "norm": norm,
        **common.activation(settings),
        "stem": _stem(settings, preact),
        "block": _block(settings, preact, widths),
        "stages": _stages(settings, preact, names, depths, widths),
        **_output_stride(settings, preact, len(widths)),
        "head": _head(settings, preact, kind, names),
    }
    settings.finish()
    description = "A BiT of Hugging Face's transformers."
    return Draft(common.network_name(file), description, data, choices=_choices(data, names))


def _choices(data: dict[str, Any], names: list[str]) -> dict[Path, str]:
    choices = common.choices(data["head"], names)
    if any(isinstance(layer.get("pad"), list) for layer in data["stem"]):
        choices["stem",] = "the pad before the pool is that of `embedding_dynamic_padding` for maps of even size"
    return choices


def _padding(settings: Settings) -> dict[str, Any]:
    """Return the padding of all convolutions."""
    word = settings.raw("global_padding")
    upper = word.upper() if isinstance(word, str) else word
    if upper not in (None, "SAME", "VALID"):
        settings.note("global_padding", "`global_padding` must be `same`, `valid` or null")
    if upper == "VALID":
        settings.refuse("global_padding", "the branch of a block is then smaller than its shortcut")
    return {"padding": "same"} if upper == "SAME" else {}


def _is_same(settings: Settings) -> bool:
    return str(settings.raw("global_padding")).upper() == "SAME"


def _stem(settings: Settings, preact: bool) -> list[dict[str, Any]]:
    """Return the layers of the stem.

    transformers pads with zeros before its max pool, by as many as the map needs; a spec's pool with `padding: same`
    does that with -inf, which is the same behind a ReLU. Elsewhere the frame is that of maps of even size.
    """
    conv = {"conv": 7, "to": settings.whole("embedding_size", 64), "stride": 2, "norm": "none", "act": "none"}
    stem: list[dict[str, Any]] = [{**conv, "bias": False}]
    frame = 0 if _is_same(settings) else 1
    dynamic = settings.flag("embedding_dynamic_padding", False)
    behind_relu = not preact and settings.word("hidden_act", "relu") == "relu"
    if dynamic and not behind_relu:
        edges = [frame, frame + 1]
        stem.append({"pad": [edges, edges]})
    elif frame:
        stem.append({"pad": frame})
    if not preact:
        stem.append({"norm": "here"})
    return [*stem, {"max_pool": 3, "stride": 2, "padding": "same" if dynamic and behind_relu else 0}]


def _block(settings: Settings, preact: bool, widths: list[int]) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "preact_bottleneck" if preact else "bottleneck"}
    if any(_multiple_of_8(width / 4) * 4 != width for width in widths):
        settings.refuse(
            "hidden_sizes", "the inner widths are a fourth of these, and would be rounded to multiples of 8"
        )
    rate = settings.number("drop_path_rate", 0.0, most=1.0)
    return block | ({"drop_path": rate} if rate else {})


def _multiple_of_8(value: float) -> int:
    rounded = max(8, int(value + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * value else rounded


def _stages(
    settings: Settings, preact: bool, names: list[str], depths: list[int], widths: list[int]
) -> dict[str, dict[str, Any]]:
    reach = settings.whole("output_stride", 32) if preact else 1 << 40
    stages: dict[str, dict[str, Any]] = {}
    total = _STEM_STRIDE
    for index, (name, depth, width) in enumerate(zip(names, depths, widths, strict=True)):
        stride = 2 if index and total < reach else 1  # its pre-activation blocks do not dilate
        total *= stride
        stages[name] = {"blocks": depth, "channels": width} | ({"stride": 2} if stride > 1 else {})
    return stages


def _output_stride(settings: Settings, preact: bool, stages: int) -> dict[str, Any]:
    stride = settings.whole("output_stride", 32)
    reached = _STEM_STRIDE << (stages - 1)
    if stride < _STEM_STRIDE or stride & (stride - 1):
        settings.note("output_stride", "`output_stride` must be 4, 8, 16 or another power of two")
    return {} if preact or stride >= reached else {"output_stride": stride}


def _head(settings: Settings, preact: bool, kind: str, names: list[str]) -> dict[str, Any]:
    head = common.head(settings, names)
    if not preact:
        return head
    if kind == "Backbone":
        return head  # its maps are those before the last norm
    return {"layers": [{"norm": "here"}], **head}


def _layout(kind: str, preact: bool) -> dict[str, Any]:
    prefix = "" if kind == "Model" else "bit"
    start = f"{prefix}." if prefix else ""
    head = {"global_avg_pool": f"{start}pooler", "flatten": "classifier.0", "linear": "classifier.1"}
    if preact:
        head = {"norm": f"{start}norm", "act": f"{start}act"} | head
    return ({"prefix": prefix} if prefix else {}) | {
        "stem": {
            "conv": "embedder.convolution",
            "pad": "embedder.pad",
            "norm": "embedder.norm",
            "act": "embedder.act",
            "max_pool": "embedder.pooler",
        },
        "stage": "encoder.stages.*.layers",
        "block": {"norm": "norm*"},
        "shortcut_first": True,
        "projection": {"conv": "conv", "norm": "norm"},
        "head": head,
    }


FORMAT = Format(
    "config.json of a BiT of transformers (`model_type: bit`)",
    lambda data: data.get(common.MODEL_TYPE) == "bit",
    _draft,
)
