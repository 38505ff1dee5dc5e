"""The ResNets, RegNets and BiT networks of Hugging Face's transformers."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable
from resnetgen.weights.layouts.network_kinds import is_regnet

_REGNET = {"base": "huggingface", "prefix": "regnet", "head": {"global_avg_pool": "regnet.pooler"}}
_SQUEEZE = {f"{name}": f"attention.{number}" for number, name in enumerate(("fc1", "act", "fc2", "gate"))}


def _regnet_block(*numbers: int) -> dict[str, object]:
    """Return the names of a block whose convolutions have these numbers."""
    return {
        "conv": [f"layer.{number}.convolution" for number in numbers],
        "norm": [f"layer.{number}.normalization" for number in numbers],
        "act": [f"layer.{number}.activation" for number in numbers[:-1]],
    }


_BIT = {
    "base": "resnetv2",
    "prefix": "bit",
    "stem": {
        **{"conv": "embedder.convolution", "norm": "embedder.norm", "act": "embedder.activation"},
        **{"pad": "embedder.pad", "max_pool": "embedder.pooler"},
    },
    "stage": "encoder.stages.*.layers",
    "shortcut": "downsample",
    "head": {
        **{"norm": "bit.norm", "act": "bit.activation", "global_avg_pool": "bit.pooler"},
        **{"linear": "classifier", "conv": "classifier"},
    },
}
_FIRST = "encoder.stages.0.layers.0.layer.0.convolution.weight"


LAYOUT = ForeignLayout(
    "huggingface",
    "`ResNetForImageClassification` of `transformers`, its RegNets and BiT networks",
    (
        NamingTable(
            {**_REGNET, "block": {**_regnet_block(0, 1, 3), "attention": "layer.2"}, "attention": _SQUEEZE},
            (_FIRST, "encoder.stages.0.layers.0.layer.2.attention.0.weight"),
            1,
            optional="regnet.",
            applies=is_regnet,
        ),
        NamingTable(
            {**_REGNET, "block": _regnet_block(0, 1, 2)},
            (_FIRST, "regnet.embedder.embedder.convolution.weight"),
            1,
            optional="regnet.",
            applies=is_regnet,
        ),
        NamingTable({"base": "huggingface"}, (_FIRST, "embedder.embedder.convolution.weight"), 1, optional="resnet."),
        NamingTable(
            _BIT,
            ("encoder.stages.0.layers.0.conv1.weight", "embedder.convolution.weight"),
            1,
            # The flattening before it has no tensors, and the number 0; a convolution is flattened after it.
            lambda name: name.replace("classifier.", "classifier.1."),
            optional="bit.",
            flat=("classifier.1.weight",),
        ),
    ),
)
