"""The ResNets of one pathway in PySlowFast: Slow, C2D and I3D. SlowFast's own two pathways are no network of ours."""

from __future__ import annotations

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

_LETTERS = ("a", "b", "c")


def _respell(name: str) -> str:
    """Return a name with the norm of the shortcut beside it, and the number of a block after `res`."""
    return name.replace(".branch1.norm.", ".branch1_bn.").replace(".branch1.conv.", ".branch1.")


LAYOUT = ForeignLayout(
    "slowfast",
    "the networks of one pathway in PySlowFast: Slow, C2D and I3D",
    (
        NamingTable(
            {
                "base": "torchvision",
                "stem": {
                    **{"conv": "s1.pathway0_stem.conv", "norm": "s1.pathway0_stem.bn"},
                    **{"act": "s1.pathway0_stem.relu", "max_pool": "s1.pathway0_stem.pool_layer"},
                },
                "stage": "s*",
                "in_stage": "pathway0_res*",
                "first": {"stage": 2},
                "block": {
                    "conv": [f"branch2.{letter}" for letter in _LETTERS],
                    "norm": [f"branch2.{letter}_bn" for letter in _LETTERS],
                    "act": [f"branch2.{letter}_relu" for letter in _LETTERS[:-1]],
                    "sum_act": "relu",
                },
                "shortcut": "branch1",
                "projection": {"conv": "conv", "norm": "norm"},
                "head": {"linear": "head.projection"},
            },
            ("s2.pathway0_res0.branch2.a.weight", "s1.pathway0_stem.conv.weight"),
            1,
            _respell,
        ),
    ),
)
