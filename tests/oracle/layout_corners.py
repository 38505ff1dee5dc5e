"""Specs about the names in a layout, with the codes that they deserve, for tests/oracle/test_differential.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.oracle.slot_corners import EITHER_WAY, SHRINKS, STEM, TWO_SCALES, Data, spec

DIVIDED: Data = {"block": {"conv": "conv*.0", "norm": "conv*.1", "act": "conv*.2", "sum_act": "relu"}}
"""A layout with containers that count."""


HELD: Data = {"stem": {"norm": "conv*.norm"}, "block": {"norm": "conv*.norm"}}
"""A layout of convolutions that hold their norms."""


def named_stem(layout: Any, *layers: Mapping[str, Any]) -> Data:
    """A spec with this layout and these layers in the stem."""
    return spec(layout=layout, stem=[STEM, *layers])


LAYOUT_CORNERS: dict[str, tuple[Data, tuple[str, ...]]] = {
    "a projection that begins inside a container": (
        spec(layout="sknet", block={"type": "preact_basic"}),
        ("RG210",),
    ),
    "a projection that begins after a container": (
        spec(layout={"block": {"norm": "pre*.norm", "act": "pre*.act"}}, block={"type": "preact_basic"}),
        (),
    ),
    "a projection that begins after a container, and after what an anti-aliasing does not do": (
        spec(
            layout={"block": {"norm": "pre*.norm", "act": "pre*.act"}},
            block={"type": "preact_bottleneck", "antialias": "blur", "attention": {"type": "se", "place": "conv1"}},
            stages=EITHER_WAY,
        ),
        (),
    ),
    "a container with what only some blocks have": (
        spec(layout={"block": {"antialias": "blur.pool"}}, block={"type": "basic", "antialias": "blur"}),
        ("RG210",),
    ),
    "a branch that starts at zero in containers that count": (
        spec(layout=DIVIDED, init={"zero_init_residual": True}),
        (),
    ),
    "a stem's list that names its beginning": (
        named_stem({"stem": ["first", "second"]}, {"max_pool": 3, "stride": 2}, {"avg_pool": 2}),
        (),
    ),
    "a stem's list that names its beginning, and tables for the rest": (
        named_stem({"base": "resnetv2", "stem": ["stem.a", "stem.b"]}, STEM, {"max_pool": 3, "stride": 2}),
        (),
    ),
    "a stem's list that names more than there is": (
        named_stem({"stem": ["a", "b", "c", "d"]}),
        ("RG210",),
    ),
    "a stem that is called as in another convention": (
        named_stem({"base": "sknet", "stem": "resnetv2"}, {"max_pool": 3, "stride": 2}),
        (),
    ),
    "a deep stem, and what comes after it": (
        named_stem({"base": "resnetv2", "stem": "deep_stem"}, STEM, STEM, {"max_pool": 3, "stride": 2}),
        (),
    ),
    "a pool of means in a stem": (named_stem("torchvision", {"avg_pool": 3, "stride": 2}), ()),
    "a head whose numbered container flattens": (
        spec(layout={"head": {"global_avg_pool": "head.0", "flatten": "head.1", "linear": "head.2"}}),
        (),
    ),
    "a projection's container that does not count from 0": (
        spec(
            layout={"projection": {"conv": "c*"}},
            block={"type": "preact_basic", "attention": {"type": "se", "place": "shortcut"}},
        ),
        ("RG210",),
    ),
    **{
        f"a layout that has the name {name} beside the modules of a multi-scale convolution": (
            spec(layout=layout, act="prelu", block={"type": "bottleneck", "spatial": TWO_SCALES, **block}),
            codes,
        )
        for name, layout, block, codes in (
            ("act", "sknet", {}, ()),
            ("bns", {"block": {"norm": "bns"}}, {}, ("RG210",)),
            ("pool", {"block": {"antialias": "pool"}}, {"antialias": "blur"}, ()),
            ("convs", {"shortcut": "convs"}, {}, ("RG210",)),
            ("multi_scale", {"shortcut": "multi_scale"}, {}, ("RG210",)),
        )
    },
    **{
        f"an anti-aliasing called {name}, beside widths that vary": (
            spec(
                layout={"block": {"antialias": name}},
                block={"type": "bottleneck", "antialias": "blur"},
                stages={f"layer{k}": {"blocks": 2, "channels": 16 * k, "stride": 2} for k in (1, 2)},
            ),
            (),
        )
        for name in ("self", "nn", "super", "range", "shortcut", "cin", "cout", "BlurPool", "antialias")
    },
    "stages from 1 and blocks with names": (
        spec(layout={"stage": "trunk.block*", "in_stage": "block@-*", "first": {"stage": 1, "block": 1}}),
        (),
    ),
    "layers from 0, in containers that count": (
        spec(
            layout={
                "first": {"layer": 0},
                "block": {"conv": "layer.*.conv", "norm": "layer.*.norm", "act": "layer.*.act", "sum_act": "relu"},
            }
        ),
        (),
    ),
    "a prefix, with the pool of the head behind the stages": (
        spec(layout={"prefix": "net.body", "stage": "encoder.stages.*", "head": {"global_avg_pool": "net.pool"}}),
        (),
    ),
    **{
        f"layers around the flattening, which is {words}": (
            spec(
                layout={"head": {"norm": "head.norm*", "hidden": "head.fc*", **flatten}},
                head={"pool": "avg", "then": [{"norm": "batch"}, {"linear": 8}], "classes": 4},
            ),
            codes,
        )
        for words, flatten, codes in (
            ("not named", {}, ("RG210",)),
            ("outside", {"flatten": "flat"}, ("RG210",)),
            ("beside them", {"flatten": "head.flat", "act": "head.act*"}, ()),
        )
    },
    **{
        f"a blur that only some shortcuts have, in a projection of {words}": (
            spec(
                layout=layout,
                block={
                    "type": "basic",
                    "shortcut": [{"max_pool": 3, "stride": "here", "antialias": "blur"}, {"conv": 1, "to": "out"}],
                },
                stages={"layer1": {"blocks": 1, "channels": 24}, "layer2": {"blocks": 1, "channels": 32, "stride": 2}},
            ),
            (),
        )
        for words, layout in (
            ("another convention", "resnetv2"),
            ("names", {"projection": {"max_pool": "pool", "antialias": "aa", "conv": "conv", "norm": "norm"}}),
        )
    },
    "all that a shortcut may hold, by name": (
        spec(
            layout={
                "projection": {"conv": "c*", "norm": "n*", "act": "a*", "dropout": "d*", "drop_block": "db", "pad": "p"}
            },
            block={
                "type": "basic",
                "shortcut": [
                    {"pad": 1},
                    {"conv": 3, "to": "out", "stride": "here", "padding": 0, "dropout": 0.1, "drop_block": 0.1},
                    {"act": "silu"},
                ],
            },
            stages={"layer1": {"blocks": 2, "channels": 24, "stride": 2}},
        ),
        (),
    ),
    "a shortcut that is its convolution": (
        spec(layout={"projection": {"conv": "."}}, block={"type": "preact_basic"}, stages=EITHER_WAY),
        (),
    ),
    "a shortcut that is its convolution, with its norm inside": (
        spec(layout={"projection": {"conv": ".", "norm": "norm"}}, block={"type": "basic"}, stages=EITHER_WAY),
        (),
    ),
    "a shortcut that is its second module": (
        spec(
            layout={"projection": {"conv": ".", "norm": "norm", "avg_pool": "pool"}},
            block={"type": "basic", "shortcut": "avg_projection"},
            stages=EITHER_WAY,
        ),
        ("RG210",),
    ),
    "norms and activations inside the convolutions": (
        spec(
            layout={"stem": {"norm": "conv*.norm"}, "block": {"norm": "conv*.n", "act": "conv*.a", "sum_act": "relu"}},
            block={"type": "basic", "norm": {"type": "group", "groups": 8}},
            stages=EITHER_WAY,
            init={"zero_init_residual": True},
        ),
        (),
    ),
    **{
        f"norms inside the convolutions, which {words}": (spec(**{"layout": HELD, **changes}), codes)
        for words, changes, codes in (
            ("come after them", {"block": {"type": "preact_basic"}}, ("RG210",)),
            ("pad by mirroring", {"stem": [STEM | {"padding_mode": "reflect"}]}, ("RG210",)),
            ("have it as a number", {"layout": {"stem": {"norm": "conv*.0"}}}, ("RG210",)),
            ("have another attribute of that name", {"layout": {"stem": {"norm": "conv*.bias"}}}, ("RG210",)),
            ("have a list of names", {"layout": {"stem": ["conv1", "conv1.norm", "relu"]}}, ()),
        )
    },
    "a shortcut that cannot be its pool": (
        spec(
            layout={"projection": {"avg_pool": "."}},
            block={"type": "basic", "shortcut": "avg_projection"},
            stages=EITHER_WAY,
        ),
        ("RG210",),
    ),
    "a shortcut that cannot be its convolution": (
        spec(layout={"projection": {"conv": ".", "norm": "0"}}, block={"type": "basic"}, stages=EITHER_WAY),
        ("RG210",),
    ),
    "a list for the operators of a block": (
        spec(layout={"block": ["f.0", "f.1", "relu", "g.conv", "g.norm"]}, block={"type": "basic"}),
        (),
    ),
    "a list with more names than a block has operators": (
        spec(layout={"block": [f"m{k}" for k in range(12)]}, block={"type": "basic"}),
        ("RG210",),
    ),
    "names for the operators of a role, in order": (
        spec(
            layout={
                "stem": {"norm": ["first_norm"]},
                "block": {"conv": ["conv_dw", "conv_pw"], "norm": ["bn_*", "norm"]},
                "head": {"hidden": ["before"]},
            },
            head={"pool": "avg", "then": [{"linear": 8}, {"linear": 8}], "classes": 4},
        ),
        (),
    ),
    "more names than a block has operators of the role": (
        spec(layout={"block": {"conv": ["a", "b", "c"]}}),
        ("RG210",),
    ),
    "names for two block types": (
        spec(
            layout={
                "block": {"norm": "norm*"},
                "blocks": {"basic": {"conv": ["first", "second"]}, "bottleneck": [f"f.{k}" for k in range(8)]},
            },
            stages={**SHRINKS, "last": {"blocks": 1, "channels": 32, "type": "bottleneck"}},
        ),
        (),
    ),
    "names for a block type that no block has": (
        spec(layout={"blocks": {"bottleneck": {"conv": "c*"}}}),
        ("RG206",),
    ),
    **{
        f"names inside the attention {kind}{words}": (
            spec(layout={"attention": names}, block={"type": "basic", "attention": {"type": kind, **options}}),
            codes,
        )
        for kind, options, words, names, codes in (
            ("se", {}, "", {"fc1": "conv_reduce", "fc2": "conv_expand"}, ()),
            ("se", {}, ", one by one", {"fc1": "f.0", "act": "f.1", "fc2": "f.2", "gate": "f.3"}, ()),
            ("se", {}, " in two modules", {"fc1": "squeeze.conv", "act": "squeeze.act", "fc2": "excite.conv"}, ()),
            ("se", {}, " of one name", {"fc1": "fc", "fc2": "fc"}, ("RG210",)),
            ("se", {}, " that do not count", {"fc1": "f.0", "fc2": "f.1"}, ("RG210",)),
            ("se", {}, " that it lacks", {"conv_attn": "weigh"}, ("RG209",)),
            ("eca", {}, "", {"conv": "weigh.0", "gate": "weigh.1"}, ()),
            ("cbam", {}, "", {"channel": "ca", "fc1": "mlp.0", "act": "mlp.1", "fc2": "mlp.2", "bn": "norm"}, ()),
            ("global_context", {"fuse": "both"}, "", {"conv_attn": "attn", "norm": "ln", "mlp_add": "add"}, ()),
            ("gather_excite", {"extent": 4, "parameters": True}, "", {"gather": "g", "conv1": "a", "mlp": "m"}, ()),
        )
    },
    "layers with names": (
        spec(
            layout={"block": {"conv": "f.*.0", "norm": "f.*.1", "act": "f.*.2", "sum_act": "relu"}},
            blocks={
                "named": {
                    "branch": [
                        {"conv": 3, "to": "out", "stride": "here", "name": "a"},
                        {"conv": 3, "to": "out", "act": "none", "name": "b"},
                    ]
                }
            },
            block={"type": "named"},
        ),
        (),
    ),
    "a layer with a name that no module has": (
        spec(
            layout={"block": {"conv": "conv", "norm": "norm", "act": "act"}},
            blocks={"named": {"branch": [{"conv": 3, "to": "out", "stride": "here", "name": "a"}]}},
            block={"type": "named"},
        ),
        ("RG209",),
    ),
    "a container that counts, and then does not": (
        spec(layout={"block": {"conv": "u*.0", "norm": "u*.1", "act": "u*.last", "sum_act": "relu"}}),
        ("RG210",),
    ),
    "selective kernels where a layout has containers": (
        spec(layout="sknet", block={"type": "basic", "spatial": "selective_kernel"}),
        (),
    ),
    "a stage of a name that only its layout hides": (
        spec(layout={"stage": "stages.*"}, stages={"train": {"blocks": 1, "channels": 16}}),
        (),
    ),
    "names with the next number": (
        spec(
            layout={
                "block": {"conv": "f.+.0", "norm": "f.+.1", "act": "f.+.2", "attention": "f.+", "sum_act": "last"},
                "head": {"head_dropout": "top.+", "linear": "top.+"},
            },
            block={"type": "basic", "attention": {"type": "se", "place": "conv2"}},
            head={"pool": "avg", "dropout": 0.1, "classes": 2},
        ),
        (),
    ),
    "the next number behind the stages": (
        spec(
            layout={"stage": "f", "stem": {"conv": "f.+", "norm": "f.+", "act": "f.+"}, "head": {"conv": "f.+.0"}},
            head={"layers": [{"conv": 1, "to": 8, "norm": "none", "act": "none"}], "pool": "avg", "classes": 2},
        ),
        (),
    ),
    "a next number that begins at 1": (spec(layout={"block": {"conv": "f.+.1", "norm": "f.+.2"}}), ("RG210",)),
    "one module with the blocks of all stages": (spec(layout={"stage": "blocks"}), ()),
    "one module with the stem and the blocks of all stages": (
        spec(layout={"stage": "f", "stem": {"conv": "f.0.0", "norm": "f.0.1", "act": "f.0.2"}, "first": {"block": 1}}),
        (),
    ),
    "blocks of all stages that begin with the wrong number": (
        spec(layout={"stage": "blocks", "first": {"block": 1}}),
        ("RG210",),
    ),
    "names for the blocks of all stages": (spec(layout={"stage": "blocks", "in_stage": "b*"}), ("RG210",)),
    "layers before the blocks of a stage that is no module": (
        spec(layout={"stage": "blocks"}, stages={"s": {"blocks": 1, "channels": 16, "transition": [{"max_pool": 3}]}}),
        ("RG210",),
    ),
    "a checkpoint of a stage that is no module": (
        spec(layout={"stage": "blocks"}, training={"checkpoint": True}),
        ("RG210",),
    ),
    "a stem with names for more than it has": (spec(layout="deep_stem"), ("RG210",)),
    "a layout with a container in pieces": (
        spec(layout={"block": {"conv": "a.conv*", "norm": "b.norm*"}}),
        ("RG210",),
    ),
}
"""Layouts: modules inside modules, names in a list."""
