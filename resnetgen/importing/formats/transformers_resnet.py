"""A ResNet of Hugging Face's transformers, from its config.json."""

from __future__ import annotations

from typing import Any

from resnetgen.importing.config_file import ConfigFile
from resnetgen.importing.draft import Draft
from resnetgen.importing.format import Format
from resnetgen.importing.formats import transformers_settings as common


def _draft(file: ConfigFile) -> Draft:
    settings = common.settings_of(file)
    widths = settings.wholes("hidden_sizes", (256, 512, 1024, 2048))
    depths = settings.wholes("depths", (3, 4, 6, 3), len(widths))
    kind = settings.word("layer_type", "bottleneck", ("bottleneck", "basic"))
    first = 2 if settings.flag("downsample_in_first_stage", False) else 1
    in_first_layer = settings.flag("downsample_in_bottleneck", False) and kind == "bottleneck"
    names = [f"layer{number}" for number in range(1, len(widths) + 1)]
    act = common.activation(settings)
    block: dict[str, Any] = {"type": kind} | ({"stride_on": "conv1"} if in_first_layer else {})
    if act:
        block["join"] = act  # inside of the blocks, transformers has ReLUs in any case
    stages = {
        name: {"blocks": depth, "channels": width} | ({"stride": stride} if stride > 1 else {})
        for name, depth, width, stride in zip(names, depths, widths, [first] + [2] * len(widths), strict=False)
    }
    data: dict[str, Any] = {
        "input": {"channels": settings.whole("num_channels", 3), "size": common.SIZE},
        "layout": common.layout(settings, "resnet"),
        "stem": [
            {"conv": 7, "to": settings.whole("embedding_size", 64), "stride": 2, **act},
            {"max_pool": 3, "stride": 2},
        ],
        "block": block,
        "stages": stages,
        "head": common.head(settings, names),
    }
    settings.finish()
    description = "A ResNet of Hugging Face's transformers."
    return Draft(common.network_name(file), description, data, choices=common.choices(data["head"], names))


FORMAT = Format(
    "config.json of a ResNet of transformers (`model_type: resnet`)",
    lambda data: data.get(common.MODEL_TYPE) == "resnet",
    _draft,
)
