"""A RegNet of Hugging Face's transformers, from its config.json."""

from __future__ import annotations

from typing import Any

from resnetgen.importing.config_file import ConfigFile
from resnetgen.importing.draft import Draft
from resnetgen.importing.format import Format
from resnetgen.importing.formats import transformers_settings as common
from resnetgen.importing.regnet_blocks import UNNAMED_BLOCKS, grouped
from resnetgen.importing.settings import Settings


def _draft(file: ConfigFile) -> Draft:
    settings = common.settings_of(file)
    widths = settings.wholes("hidden_sizes", (128, 192, 512, 1088))
    depths = settings.wholes("depths", (2, 6, 12, 2), len(widths))
    attends = settings.word("layer_type", "y", ("y", "x")) == "y"
    width = settings.whole("groups_width", 64)
    first = 2 if settings.flag("downsample_in_first_stage", True) else 1
    embedding = settings.whole("embedding_size", 32)
    if attends and any(each % 4 for each in (embedding, *widths[:-1], widths[-1])):
        settings.refuse("hidden_sizes", "the attention of `layer_type: y` has a fourth of the channels, not rounded")
    names = [f"block{number}" for number in range(1, len(widths) + 1)]
    block: dict[str, Any] = {"type": "x_block"}
    if attends:
        block["attention"] = {"type": "se", "width": "in / 4", "place": "conv2"}
    stages = {
        name: {"blocks": depth, "channels": each} | ({"stride": stride} if stride > 1 else {})
        for name, depth, each, stride in zip(names, depths, widths, [first] + [2] * len(widths), strict=False)
    }
    groups = [max(1, each // width) for each in widths]
    data: dict[str, Any] = {
        "input": {"channels": settings.whole("num_channels", 3), "size": common.SIZE},
        "layout": _layout(settings, attends),
        **common.activation(settings),
        "stem": [{"conv": 3, "to": embedding, "stride": 2}],
        "blocks": UNNAMED_BLOCKS,
        **grouped(block, stages, [width] * len(widths), groups),
        "head": common.head(settings, names),
    }
    settings.finish()
    description = "A RegNet of Hugging Face's transformers."
    return Draft(common.network_name(file), description, data, choices=common.choices(data["head"], names))


def _layout(settings: Settings, attends: bool) -> Any:
    last = 3 if attends else 2
    block: dict[str, Any] = {
        role: [f"layer.{number}.{word}" for number in (0, 1, last)]
        for role, word in (("conv", "convolution"), ("norm", "normalization"))
    }
    block["act"] = ["layer.0.activation", "layer.1.activation"]
    if not attends:
        return common.layout(settings, "regnet", {"block": block | _SUM})
    attention = {"fc1": "attention.0", "act": "attention.1", "fc2": "attention.2", "gate": "attention.3"}
    return common.layout(settings, "regnet", {"block": block | _SUM | {"attention": "layer.2"}, "attention": attention})


_SUM = {"sum_act": "activation"}
"""The name of the activation after the addition: that of the base, and of the RegNets that ship."""


FORMAT = Format(
    "config.json of a RegNet of transformers (`model_type: regnet`)",
    lambda data: data.get(common.MODEL_TYPE) == "regnet",
    _draft,
)
