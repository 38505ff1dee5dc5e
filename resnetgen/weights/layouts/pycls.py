"""The ResNets, ResNeXts and RegNets of pycls."""

from resnetgen.weights.layouts.foreign_layout import ForeignLayout, NamingTable

_SQUEEZE = {name: f"f_ex.{number}" for number, name in enumerate(("fc1", "act", "fc2", "gate"))}


def _table(letters: str, marks: tuple[str, ...], *, attention: bool = False) -> NamingTable:
    """Return the table of blocks whose layers have letters; the norm of their shortcut is beside it."""
    return NamingTable(
        {
            "base": "torchvision",
            "stem": {"conv": "stem.conv", "norm": "stem.bn", "act": "stem.af", "max_pool": "stem.pool"},
            "stage": "s*",
            "in_stage": "b*",
            "first": {"stage": 1, "block": 1},
            "block": {
                "conv": [f"f.{letter}" for letter in letters],
                "norm": [f"f.{letter}_bn" for letter in letters],
                "act": [f"f.{letter}_af" for letter in letters[:-1]],
                **{"attention": "f.se", "sum_act": "af"},
            },
            **({"attention": _SQUEEZE} if attention else {}),
            "shortcut": "proj",
            "projection": {"conv": ".", "norm": "norm"},
            "head": {"linear": "head.fc"},
        },
        marks,
        1,
        lambda name: name.replace(".proj.norm.", ".bn."),
    )


LAYOUT = ForeignLayout(
    "pycls",
    "`pycls.models.anynet` and `pycls.models.resnet`, with RegNet",
    (
        _table("abc", ("s1.b1.f.a.weight", "s1.b1.f.c.weight", "s1.b1.f.se.f_ex.0.weight"), attention=True),
        _table("abc", ("s1.b1.f.a.weight", "s1.b1.f.c.weight")),
        _table("ab", ("s1.b1.f.a.weight", "s1.b1.f.b.weight")),
    ),
)
