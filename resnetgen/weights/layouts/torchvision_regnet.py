"""torchvision.models.regnet."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

_LETTERS = ("a", "b", "c")

LAYOUT = ForeignLayout(
    "torchvision_regnet",
    "`torchvision.models.regnet`",
    (
        NamingTable(
            {
                "base": "torchvision",
                "stem": ["stem.0", "stem.1", "stem.2"],
                "stage": "trunk_output.block*",
                "in_stage": "block@-*",
                "first": {"stage": 1},
                "block": {
                    "conv": [f"f.{letter}.0" for letter in _LETTERS],
                    "norm": [f"f.{letter}.1" for letter in _LETTERS],
                    "act": [f"f.{letter}.2" for letter in _LETTERS[:-1]],
                    **{"attention": "f.se", "sum_act": "activation"},
                },
                "shortcut": "proj",
                "shortcut_first": True,
            },
            ("trunk_output.block1.block1-0.f.a.0.weight",),
            1,
        ),
    ),
)
