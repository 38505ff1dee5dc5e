"""The ResNets and RegNets of Hugging Face's transformers."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

_REGNET = {"base": "huggingface", "prefix": "regnet", "head": {"global_avg_pool": "regnet.pooler"}}
_FIRST = "encoder.stages.0.layers.0.layer.0.convolution.weight"

LAYOUT = ForeignLayout(
    "huggingface",
    "`ResNetForImageClassification` and `RegNetForImageClassification` of `transformers`",
    (
        NamingTable({"base": "huggingface"}, (_FIRST, "resnet.embedder.embedder.convolution.weight"), 1),
        NamingTable(
            {
                **_REGNET,
                "block": {
                    "conv": [f"layer.{number}.convolution" for number in (0, 1, 3)],
                    "norm": [f"layer.{number}.normalization" for number in (0, 1, 3)],
                    "act": [f"layer.{number}.activation" for number in (0, 1)],
                    "attention": "layer.2",
                },
                "attention": {
                    f"{name}": f"attention.{number}" for number, name in enumerate(("fc1", "act", "fc2", "gate"))
                },
            },
            (_FIRST, "encoder.stages.0.layers.0.layer.2.attention.0.weight"),
            1,
        ),
        NamingTable(_REGNET, (_FIRST, "regnet.embedder.embedder.convolution.weight"), 1),
    ),
)
