"""The ResNets of detectron2's C4 detectors, such as `faster_rcnn_R_50_C4`: the last stage is a part of the head.

`Res5ROIHeads` of detectron2/modeling/roi_heads/roi_heads.py has it as `res5`, the backbone all before.
"""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable


def _respell(name: str) -> str:
    return f"roi_heads.{name}" if name.startswith("res5.") else f"backbone.{name}"


LAYOUT = ForeignLayout(
    "detectron2_c4",
    "detectron2's C4 detectors: stages to `res4` in `backbone`, `res5` in `roi_heads`",
    (
        NamingTable(
            {"base": "detectron2"},
            ("backbone.res2.0.conv1.weight", "backbone.res4.0.conv1.norm.weight", "roi_heads.res5.0.conv1.weight"),
            respell=_respell,
        ),
    ),
)
