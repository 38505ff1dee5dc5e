"""Random arguments of timm's ResNet and ResNetV2, from a seed: small networks of every kind that a spec can say."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from torch import nn

from tests.published.timm_oracle import timm_module
from tests.strategies.choices import Data

ACTS = ("relu", "silu", "gelu")
POOLS = ("avg", "max", "catavgmax")
ATTENTIONS = (None, "se", "eca", "cbam", "gc")
ANTIALIASES = (None, None, None, "avg", "blur")
SMALL, LARGE = 33, 96
"""The extents of an input, odd ones among them: there the two sides of an addition may differ."""


def random_resnet(seed: int, number: int) -> Data:
    """Arguments of timm.models.resnet.ResNet, classes by their names; each choice is of its own."""
    random = Random(f"resnet:{seed}:{number}")
    block = random.choice(("BasicBlock", "Bottleneck"))
    arguments: Data = {
        "block": block,
        "layers": _layers(random, 4),
        "channels": [random.choice((16, 24, 32, 48)) for _ in range(4)],
        "num_classes": random.choice((5, 10)),
        "in_chans": random.choice((1, 3)),
        "global_pool": random.choice(POOLS),
        "stem_width": random.choice((16, 24, 30, 32)),
        "stem_type": random.choice(("", "deep", "deep_tiered")),
        "block_reduce_first": random.choice((1, 1, 2)),
        "down_kernel_size": random.choice((1, 1, 3)),
        "avg_down": random.random() < 0.4,
        "act_layer": random.choice(ACTS),
        "aa_layer": random.choice(ANTIALIASES),
        "block_args": {"attn_layer": random.choice(ATTENTIONS)},
        "zero_init_last": False,  # a branch that starts at zero would hide what is wrong in it
    }
    if block == "Bottleneck":
        arguments |= {"cardinality": random.choice((1, 2, 4)), "base_width": random.choice((16, 32, 64, 70))}
    if arguments["aa_layer"] is None:
        # Elsewhere timm blurs even the layers that it dilates, and a convolution before its norm.
        arguments |= {"output_stride": random.choice((8, 16, 32)), "replace_stem_pool": random.random() < 0.4}
    return arguments


def random_resnetv2(seed: int, number: int) -> Data:
    """Arguments of timm.models.resnetv2.ResNetV2, classes by their names."""
    random = Random(f"resnetv2:{seed}:{number}")
    stages = random.choice((2, 3, 4, 4))
    preact = random.random() < 0.8
    stem = random.choice((64, 128))
    return {
        "layers": _layers(random, stages),
        "channels": _widths(random, stages, stem),
        "num_classes": random.choice((5, 10)),
        "in_chans": random.choice((1, 3)),
        "global_pool": random.choice(POOLS),
        "output_stride": random.choice((8, 16, 32)),
        "stem_chs": stem,
        "stem_type": random.choice(("", "fixed", "deep", "deep_fixed")),
        "avg_down": random.random() < 0.4,
        "preact": preact,
        "basic": preact and random.random() < 0.4,
        "bottle_ratio": random.choice((0.25, 0.5)),
        "act_layer": random.choice(ACTS),
        "norm_layer": random.choice(("BatchNormAct2d", "GroupNormAct", "EvoNorm2dS0", "FilterResponseNormTlu2d")),
        "conv_layer": random.choice(("StdConv2d", "create_conv2d")),
        "zero_init_last": False,
    }


def random_size(seed: int, number: int) -> tuple[int, int]:
    """Height and width of an input."""
    random = Random(f"size:{seed}:{number}")
    return random.randint(SMALL, LARGE), random.randint(SMALL, LARGE)


def _widths(random: Random, stages: int, before: int) -> list[int]:
    """Widths of stages: 32 groups divide a quarter, and none is that before it, where timm projects all the same."""
    widths = [before]
    for _ in range(stages):
        widths.append(random.choice([width for width in (128, 256, 384) if width != widths[-1]]))
    return widths[1:]


def _layers(random: Random, stages: int) -> list[int]:
    """Return the number of blocks of each stage."""
    return [random.choice((1, 1, 2, 3)) for _ in range(stages)]


def resnet(arguments: Mapping[str, Any]) -> nn.Module:
    """timm's ResNet of these arguments, in eval mode."""
    module = timm_module("models.resnet")
    antialiases = {None: None, "avg": nn.AvgPool2d, "blur": timm_module("layers").BlurPool2d}
    classes = {"block": getattr(module, arguments["block"]), "aa_layer": antialiases[arguments["aa_layer"]]}
    network: nn.Module = module.ResNet(**{**arguments, **classes})
    return network.eval()


def resnetv2(arguments: Mapping[str, Any]) -> nn.Module:
    """timm's ResNetV2 of these arguments, in eval mode."""
    layers = timm_module("layers")
    classes = {key: getattr(layers, arguments[key]) for key in ("norm_layer", "conv_layer")}
    network: nn.Module = timm_module("models.resnetv2").ResNetV2(**{**arguments, **classes})
    return network.eval()
