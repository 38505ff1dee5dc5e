"""Specs that say what arguments of timm's ResNet and ResNetV2 say."""

from __future__ import annotations

from typing import Any

from tests.strategies.choices import Data

POOLS = {"avg": "avg", "max": "max", "catavgmax": "avg_concat_max"}
ATTENTIONS = {"se": "se", "eca": "eca", "cbam": "cbam", "gc": "global_context"}
NORMS: dict[str, Any] = {
    "BatchNormAct2d": "batch",
    "GroupNormAct": {"type": "group", "groups": 32},
    "EvoNorm2dS0": "evonorm_s0",
    "FilterResponseNormTlu2d": "filter_response",
}
ACTIVE = ("EvoNorm2dS0", "FilterResponseNormTlu2d")
"""Norms with an activation of their own; where nothing but norms stands before one, no other is asked for."""
CONVOLUTIONS = {"StdConv2d": "weight_standardized", "create_conv2d": "plain"}


def resnet_spec(arguments: Data, size: tuple[int, int]) -> Data:
    """The spec of timm.models.resnet.ResNet's arguments, for an input of this height and width."""
    layers, names = _resnet_stem(arguments)
    return {
        "name": "net",
        "input": {"channels": arguments["in_chans"], "size": list(size)},
        "layout": {"stem": names},
        "act": arguments["act_layer"],
        "stem": layers,
        "block": _resnet_block(arguments),
        "stages": _stages([_resnet_stage(arguments, index) for index in range(len(arguments["layers"]))]),
        **_end(arguments),
    }


def _resnet_stem(arguments: Data) -> tuple[list[Data], list[str]]:
    """The stem's layers, and the names of the operators in them."""
    width = arguments["stem_width"]
    if arguments["stem_type"]:
        first = 3 * (width // 4) if "tiered" in arguments["stem_type"] else width
        layers: list[Data] = [{"conv": 3, "to": first, "stride": 2}, {"conv": 3, "to": width}]
        layers.append({"conv": 3, "to": 2 * width})
        names = [f"conv1.{index}" for index in range(7)]
    else:
        layers = [{"conv": 7, "to": 64, "stride": 2}]
        names = ["conv1"]
    pool, pool_names = _resnet_pool(arguments, layers[-1]["to"])
    return [*layers, pool], [*names, "bn1", "act1", *pool_names]


def _resnet_pool(arguments: Data, width: int) -> tuple[Data, list[str]]:
    if arguments.get("replace_stem_pool"):
        return {"conv": 3, "to": width, "stride": 2}, ["maxpool.0", "maxpool.1", "maxpool.2"]
    if arguments["aa_layer"] == "avg":
        return {"avg_pool": 2}, ["maxpool"]
    if arguments["aa_layer"] == "blur":
        return {"max_pool": 3, "stride": 2, "antialias": "blur"}, ["maxpool.0", "maxpool.1"]
    return {"max_pool": 3, "stride": 2}, ["maxpool"]


def _resnet_block(arguments: Data) -> Data:
    """Return the block options common to all stages."""
    reduction = arguments["block_reduce_first"]
    block: Data = {"type": {"BasicBlock": "basic", "Bottleneck": "bottleneck"}[arguments["block"]]}
    if block["type"] == "basic":
        block |= {"mid": f"out // {reduction}"} if reduction > 1 else {}
    else:
        block |= {"widths": {"reduce": f"mid // {reduction}"}} if reduction > 1 else {}
        block |= {"groups": arguments["cardinality"]}
    attention = arguments["block_args"]["attn_layer"]
    block |= {"attention": ATTENTIONS[attention]} if attention else {}
    block |= {"antialias": arguments["aa_layer"]} if arguments["aa_layer"] else {}
    if arguments["avg_down"]:
        return block | {"shortcut": "avg_projection"}
    kernel = arguments["down_kernel_size"]
    return block | ({"shortcut": {"type": "auto", "kernel": kernel}} if kernel > 1 else {})


def _resnet_stage(arguments: Data, index: int) -> Data:
    planes = arguments["channels"][index]
    stage = {"blocks": arguments["layers"][index], **_stride(index)}
    if arguments["block"] == "BasicBlock":
        return stage | {"channels": planes}
    mid = planes * arguments["base_width"] // 64 * arguments["cardinality"]
    return stage | {"channels": 4 * planes, "mid": mid}


def resnetv2_spec(arguments: Data, size: tuple[int, int]) -> Data:
    """The spec of timm.models.resnetv2.ResNetV2's arguments, for an input of this height and width."""
    layers, names = _resnetv2_stem(arguments)
    kind = "preact_basic" if arguments["basic"] else "preact_bottleneck" if arguments["preact"] else "bottleneck"
    spec: Data = {
        "name": "net",
        "input": {"channels": arguments["in_chans"], "size": list(size)},
        "layout": {"base": "resnetv2", "stem": names},
        "convolution": CONVOLUTIONS[arguments["conv_layer"]],
        "norm": NORMS[arguments["norm_layer"]],
        **({} if arguments["preact"] and arguments["norm_layer"] in ACTIVE else {"act": arguments["act_layer"]}),
        "stem": layers,
        "block": {"type": kind, **({"shortcut": "avg_projection"} if arguments["avg_down"] else {})},
        "stages": _stages([_resnetv2_stage(arguments, index) for index in range(len(arguments["layers"]))]),
        **_end(arguments),
    }
    spec["head"] |= {"classifier": "conv", **({"layers": [{"norm": "here"}]} if arguments["preact"] else {})}
    return spec


def _resnetv2_stem(arguments: Data) -> tuple[list[Data], dict[str, str]]:
    """The stem's layers, and the names of the operators in them by role; the last of its norms is the first block's."""
    width = arguments["stem_chs"]
    if "deep" in arguments["stem_type"]:
        layers: list[Data] = [{"conv": 3, "to": width // 2, "stride": 2}, {"conv": 3, "to": width // 2}]
        layers.append({"conv": 3, "to": width})
        names = {role: f"stem.{role}*" for role in ("conv", "norm", "act")}
    else:
        layers = [{"conv": 7, "to": width, "stride": 2}]
        names = {role: f"stem.{role}" for role in ("conv", "norm", "act")}
    if arguments["preact"]:
        layers[-1] |= {"norm": "none", "act": "none", "bias": False}
    if "fixed" in arguments["stem_type"]:
        pool: list[Data] = [{"pad": 1}, {"max_pool": 3, "stride": 2, "padding": 0}]
        return [*layers, *pool], names
    return [*layers, {"max_pool": 3, "stride": 2}], names


def _resnetv2_stage(arguments: Data, index: int) -> Data:
    out = arguments["channels"][index]
    return {
        "blocks": arguments["layers"][index],
        "channels": out,
        "mid": int(out * arguments["bottle_ratio"]),
        **_stride(index),
    }


def _stages(stages: list[Data]) -> Data:
    return {f"layer{index + 1}": stage for index, stage in enumerate(stages)}


def _stride(index: int) -> Data:
    return {"stride": 2} if index else {}


def _end(arguments: Data) -> Data:
    """The head, and the output stride where it is not that of the strides."""
    reached = 2 ** (len(arguments["layers"]) + 1)
    asked = arguments.get("output_stride", reached)
    head: Data = {"pool": POOLS[arguments["global_pool"]], "classes": arguments["num_classes"]}
    return {"head": head, **({"output_stride": asked} if asked < reached else {})}
