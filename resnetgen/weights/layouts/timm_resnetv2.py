"""timm.models.resnetv2: networks that normalize before they convolve, with BiT's."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

LAYOUT = ForeignLayout(
    "timm_resnetv2",
    "`timm.models.resnetv2`, with BiT",
    (
        NamingTable(
            {"base": "resnetv2", "stem": {"conv": "stem.conv"}},
            ("stages.0.blocks.0.conv1.weight", "stem.conv.weight"),
            1,
        ),
        NamingTable({"base": "resnetv2"}, ("stages.0.blocks.0.conv1.weight", "stem.conv1.weight"), 3),
    ),
)
