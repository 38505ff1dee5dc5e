"""Specs about the slots of a block, with the codes that they deserve, for tests/oracle/test_differential.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Data = dict[str, Any]

SHRINKS = {"layer1": {"blocks": 2, "channels": 32, "stride": 2}}
KEEPS = {"layer1": {"blocks": 2, "channels": 16}}
TWO_SCALES = {"type": "multi_scale", "scale": 2}
MULTI = {"conv": 3, "to": "out", "spatial": TWO_SCALES}
STEM = {"conv": 3, "to": 16}


def spec(**changes: Any) -> Data:
    """A small spec with some of its keys replaced."""
    return {
        "name": "net",
        "input": {"channels": 3, "size": 16},
        "stem": [STEM],
        "block": {"type": "basic"},
        "stages": SHRINKS,
        "head": {"pool": "avg", "classes": 4},
        **changes,
    }


def of_block(**options: Any) -> Data:
    """A spec with these options of its blocks."""
    return spec(block={"type": "basic", **options})


def of_layers(*layers: Mapping[str, Any], stages: Any = KEEPS, **options: Any) -> Data:
    """A spec whose blocks have these layers."""
    return spec(block={"type": "T", **options}, blocks={"T": {"branch": [*layers]}}, stages=stages)


STANDARDIZED = "weight_standardized"
SMOOTHED_POOL = {"max_pool": 3, "stride": "here", "antialias": "blur"}
EITHER_WAY = {
    "layer1": {"blocks": 2, "channels": 16, "stride": [2, 3]},
    "layer2": {"blocks": 1, "channels": 32, "stride": 3},
}


ATTENTION_POOL = {"pool": {"type": "attention", "heads": 4, "to": 6}}
FLAT_MAP = {"type": "group", "groups": 1}

SLOT_CORNERS: dict[str, tuple[Data, tuple[str, ...]]] = {
    "an attention pool": (spec(head=ATTENTION_POOL), ()),
    "an attention pool and a classifier": (spec(head={**ATTENTION_POOL, "classes": 4}), ()),
    "an attention pool over one axis": (spec(input={"channels": 3, "size": [15]}, head=ATTENTION_POOL), ()),
    "an attention pool over three axes": (spec(input={"channels": 3, "size": [5, 6, 7]}, head=ATTENTION_POOL), ()),
    "an attention pool of a share of the channels": (
        spec(head={"pool": {"type": "attention", "heads": 1, "to": "in // 3"}}),
        (),
    ),
    "an attention pool of as many channels": (spec(head={"pool": {"type": "attention", "heads": 32}}), ()),
    "heads of 64 channels": (
        spec(stages={"layer1": {"blocks": 1, "channels": 128}}, head={"pool": "attention"}),
        (),
    ),
    "heads of 64 channels in a small map": (spec(head={"pool": "attention"}), ("RG303",)),
    "heads that do not divide the channels": (spec(head={"pool": {"type": "attention", "heads": 5}}), ("RG303",)),
    "a width that is none": (spec(head={"pool": {"type": "attention", "heads": 4, "to": "in // 64"}}), ("RG208",)),
    "a convolution after an attention pool": (
        spec(head={**ATTENTION_POOL, "classes": 4, "classifier": "conv"}),
        ("RG204",),
    ),
    "layers after an attention pool": (
        spec(head={**ATTENTION_POOL, "then": [{"norm": FLAT_MAP}, {"linear": 8, "act": "relu"}], "normalize": True}),
        (),
    ),
    "an attention pool with modules in another": (
        spec(
            head=ATTENTION_POOL,
            layout={"attention": {"q_proj": "in_.q", "k_proj": "in_.k", "v_proj": "in_.v", "c_proj": "out.0"}},
        ),
        (),
    ),
    "a parameter with the name of a module": (
        spec(head=ATTENTION_POOL, layout={"attention": {"positional_embedding": "q_proj"}}),
        ("RG210",),
    ),
    "a parameter in another module": (
        spec(head=ATTENTION_POOL, layout={"attention": {"positional_embedding": "embed.positions"}}),
        ("RG210",),
    ),
    "an activation behind a generalized mean, whose gradient needs its output": (
        spec(head={"pool": "gem", "then": [{"act": "sigmoid"}, {"linear": 8}], "classes": 2}),
        (),
    ),
    "a filter of one weight in a layer": (
        of_layers({"conv": 1, "to": "out", "groups": "in"}, convolution=STANDARDIZED),
        ("RG303",),
    ),
    "a filter of one weight in each scale of a convolution": (
        of_layers({**MULTI, "conv": 1, "spatial": {"type": "multi_scale", "scale": 16}}, convolution=STANDARDIZED),
        ("RG303",),
    ),
    "a filter of one weight on a shortcut": (
        spec(stem=[{"conv": 3, "to": 1}], block={"type": "basic", "convolution": STANDARDIZED}),
        ("RG303",),
    ),
    "a filter of few weights on a shortcut": (
        spec(
            stem=[{"conv": 3, "to": 1}],
            block={"type": "basic", "convolution": STANDARDIZED, "shortcut": {"type": "projection", "kernel": 3}},
        ),
        (),
    ),
    "a multi-scale convolution that shrinks the map at its edges": (
        of_layers({**MULTI, "padding": 0}, {"pad": 1}),
        ("RG303",),
    ),
    "a multi-scale convolution of an even kernel, dilated": (
        of_layers({**MULTI, "conv": 2, "dilation": 2}),
        (),
    ),
    "a multi-scale convolution with a padding that its dilation needs": (
        of_layers({**MULTI, "dilation": 3, "padding": 3}),
        (),
    ),
    "a multi-scale convolution that strides by itself": (of_layers({**MULTI, "stride": [2, 1]}), ()),
    "a pool that leaves its stride to a blur, in blocks that have none": (of_layers(SMOOTHED_POOL), ("RG209",)),
    "a pool that leaves its stride to a blur, in some blocks": (
        of_layers(SMOOTHED_POOL, {"conv": 3, "to": "out"}, stages=SHRINKS),
        (),
    ),
    **{
        f"a blur over {size} pixels beside a projection, at strides by axis and of three": (
            spec(
                input={"channels": 3, "size": [23, 25]},
                block={"type": "basic", "antialias": {"type": "blur", "size": size, "padding": "zeros"}},
                stages=EITHER_WAY,
            ),
            (),
        )
        for size in (3, 5, 7)
    },
    "an even kernel on some shortcuts, dilated": (
        spec(
            block={"type": "basic", "shortcut": {"type": "projection", "kernel": 4}},
            stages={
                "layer1": {"blocks": 1, "channels": 16, "dilation": 2, "shortcut": "projection"},
                "layer2": {"blocks": 2, "channels": 32, "stride": 2},
            },
        ),
        (),
    ),
    "kernels by axis in some blocks of a type": (
        spec(
            block={},
            blocks={"T": {"branch": [{"conv": 3, "to": "out", "stride": "here"}]}},
            stages={
                "layer1": {
                    "channels": 16,
                    "blocks": 1,
                    "type": "T",
                    "stride": 2,
                    "shortcut": {"type": "projection", "kernel": [3, 5]},
                },
                "layer2": {
                    "channels": 32,
                    "blocks": 1,
                    "type": "T",
                    "stride": 2,
                    "shortcut": {"type": "projection", "kernel": 3},
                },
            },
        ),
        (),
    ),
    "an activation after an anti-aliasing that only some blocks have": (
        of_layers({"conv": 3, "to": "out", "stride": "here", "antialias": "avg"}, {"act": "here"}, stages=SHRINKS),
        (),
    ),
    "an attention at a place of its own beside a layer that is another": (
        of_layers(
            {"conv": 3, "to": "out"}, {"attention": "eca"}, attention={"type": "se", "place": "start"}, stages=KEEPS
        ),
        (),
    ),
    "an attention after widths that cannot be": (
        spec(
            stages={"layer1": {"blocks": 1, "channels": "in - 100"}},
            head={"pool": "avg", "classes": 4, "layers": [{"attention": "eca"}]},
        ),
        ("RG208",),
    ),
    "two multi-scale convolutions in one block": (of_layers(MULTI, MULTI), ()),
    "a multi-scale convolution in a stem": (spec(stem=[STEM, {**STEM, "spatial": TWO_SCALES}]), ()),
    "a multi-scale convolution between a blur and nothing": (
        of_layers(
            {**MULTI, "stride": "here"},
            stages={"layer1": {"blocks": 2, "channels": 16, "stride": 2}},
            antialias={"type": "blur", "place": "before"},
        ),
        (),
    ),
    "a multi-scale convolution of a volume below its pool's kernel": (
        spec(
            input={"channels": 3, "size": [2, 6, 6]},
            block={"type": "bottleneck", "spatial": TWO_SCALES},
            stages={"layer1": {"blocks": 1, "channels": 32}},
        ),
        ("RG304",),
    ),
    "selective kernels that are even, but reach evenly": (
        of_layers({"conv": 4, "to": "out", "dilation": 2, "spatial": "selective_kernel"}),
        (),
    ),
    "two layers that stride, and leave that to a mean": (
        of_layers(
            {"conv": 3, "to": "out", "stride": "here"},
            {"conv": 3, "to": "out", "stride": 2},
            stages={"layer1": {"blocks": 1, "channels": 16, "stride": 2}},
            antialias="avg",
        ),
        (),
    ),
    "a blur before a pool": (
        spec(stem=[STEM, {"max_pool": 3, "stride": 2, "antialias": {"type": "blur", "place": "before"}}]),
        (),
    ),
    "a blur that mirrors more than there is": (
        spec(input={"channels": 3, "size": [16, 2]}, block={"type": "basic", "antialias": {"type": "blur", "size": 5}}),
        ("RG304",),
    ),
    "an attention beside a padded shortcut": (
        of_block(shortcut="pad", attention={"type": "se", "place": "shortcut"}),
        (),
    ),
    "an attention after a convolution that there is not": (
        of_block(attention={"type": "se", "place": "conv3"}),
        ("RG206",),
    ),
}
