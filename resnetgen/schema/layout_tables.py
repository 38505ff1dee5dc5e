"""The tables of names that are built in: from an operator's role to its name, part by part."""

from typing import Any

OPERATORS = {
    "conv": "conv*",
    "spatial": "conv*",
    "norm": "bn*",
    "act": "act*",
    "sum_act": "act*",
    "max_pool": "maxpool",
    "avg_pool": "avgpool",
    "pad": "pad",
    "dropout": "dropout*",
    "drop_block": "drop_block",
    "drop_path": "drop_path",
    "antialias": "aa",
    "attention": "se",
    "branch_scale": "branch_scale",
    "multiply": "multiply",
}
"""The names of torchvision.models.resnet, timm.models.resnet and res2net, which build on one another."""

HEAD = {
    "global_avg_pool": "avgpool",
    "global_pool": "global_pool",
    "head_dropout": "dropout",
    "flatten": "flatten",
    "hidden": "fc*",
    "linear": "fc",
    "normalize": "normalize",
    "output_activation": "activation",
}

ATTENTION = (
    *("fc1", "fc2", "act", "norm", "gate", "conv", "bn", "channel", "spatial", "conv_attn", "mlp_add", "mlp_scale"),
    *("positional_embedding", "q_proj", "k_proj", "v_proj", "c_proj"),
    *("gather", "mlp", "conv1", "conv2", "conv3", "norm1", "norm2", "norm3", "act1", "act2"),
)
"""The names of the modules inside attention modules and the attention pool, which a layout can replace."""

_NUMBERED = dict.fromkeys(OPERATORS, "*")

TRANSITION = _NUMBERED
"""The names of the operators before the blocks of a stage: their numbers."""

ROLES = (*OPERATORS, *HEAD)
"""Everything that has a name: the words on the left of a table."""

_DEEP_STEM = "conv1.0 conv1.1 conv1.2 conv1.3 conv1.4 conv1.5 conv1.6 bn1 act1"

_V2 = {"norm": "norm*", "attention": "attn"}

TABLES: dict[str, dict[str, Any]] = {
    "torchvision": {
        "stem": {**OPERATORS, "avg_pool": "pool"},
        "prefix": "",
        "stage": "",
        "in_stage": "*",
        "first": (),
        "transition": "transition",
        "block": OPERATORS,
        "blocks": (),
        "attention": (),
        "shortcut": "downsample",
        "shortcut_first": False,
        "projection": _NUMBERED,
        "head": {**OPERATORS, **HEAD},
        "heads": (),
    },
    "deep_stem": {"base": "torchvision", "stem": _DEEP_STEM.split()},
    "sknet": {
        "base": "torchvision",
        "block": {"conv": "conv*.conv", "norm": "conv*.bn", "act": "conv*.act", "sum_act": "act"},
    },
    "resnetv2": {
        "base": "torchvision",
        "stem": {role: f"stem.{name}" for role, name in (OPERATORS | _V2 | {"max_pool": "pool"}).items()},
        "stage": "stages.*.blocks",
        "block": _V2,
        "shortcut_first": True,
        "projection": {**OPERATORS, "conv": "conv", "norm": "norm", "act": "act", "avg_pool": "pool"},
        "head": {"norm": "norm", "act": "act", **{role: f"head.{name}" for role, name in HEAD.items()}},
    },
    "huggingface": {
        "base": "torchvision",
        "prefix": "resnet",
        "stem": {
            "conv": "embedder.embedder.convolution",
            "norm": "embedder.embedder.normalization",
            "act": "embedder.embedder.activation",
            "max_pool": "embedder.pooler",
        },
        "stage": "encoder.stages.*.layers",
        "first": {"layer": 0},
        "block": {
            "conv": "layer.*.convolution",
            "norm": "layer.*.normalization",
            "act": "layer.*.activation",
            "sum_act": "activation",
        },
        "shortcut": "shortcut",
        "shortcut_first": True,
        "projection": {"conv": "convolution", "norm": "normalization"},
        "head": {"global_avg_pool": "resnet.pooler", "flatten": "classifier.0", "linear": "classifier.1"},
    },
    "detectron2": {
        "base": "torchvision",
        "stem": {"conv": "stem.conv*", "norm": "stem.conv*.norm", "act": "stem.act*", "max_pool": "stem.pool"},
        "stage": "res*",
        "first": {"stage": 2},
        "block": {"norm": "conv*.norm"},
        "shortcut": "shortcut",
        "shortcut_first": True,
        "projection": {"conv": ".", "norm": "norm"},
        "head": {"linear": "linear"},
    },
    "efficientnet": {
        "base": "torchvision",
        "stem": {"conv": "conv_stem"},
        "stage": "blocks.*",
        "blocks": {
            "inverted": {"conv": ["conv_pw", "conv_dw", "conv_pwl"]},
            "separable": {"conv": ["conv_dw", "conv_pw"]},
        },
        "attention": {"fc1": "conv_reduce", "fc2": "conv_expand"},
        "head": {"conv": "conv_head", "global_avg_pool": "global_pool", "linear": "classifier"},
    },
    "mmpretrain": {"base": "torchvision", "prefix": "backbone", "head": {"linear": "head.fc"}},
}
"""The conventions that are built in; each says what it has that its base has not."""
