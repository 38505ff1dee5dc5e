"""CLIP's ResNets, of OpenAI and of open_clip: the image encoder, beside the text encoder."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

LAYOUT = ForeignLayout(
    "clip",
    "CLIP's image encoder: `ModifiedResNet` of OpenAI's `clip` and of `open_clip`",
    (
        NamingTable(
            {
                "base": "torchvision",
                "prefix": "visual",
                "stage": "layer*",
                "first": {"stage": 1},
                "projection": {"avg_pool": "pool", "conv": "conv", "norm": "norm"},
                "head": {"global_pool": "visual.attnpool"},
            },
            ("layer1.0.conv1.weight", "conv3.weight", "attnpool.positional_embedding"),
            3,
            # Its pool before them has no tensors, and the number -1.
            lambda name: name.replace(".downsample.conv.", ".downsample.0.").replace(
                ".downsample.norm.", ".downsample.1."
            ),
            optional="visual.",
        ),
    ),
)
