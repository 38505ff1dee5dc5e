"""The arguments of timm's ResNets, each as what it changes in the data of a spec."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from resnetgen.importing.settings import Settings

GLOBAL_POOLS = {"avg": "avg", "max": "max", "avgmax": "avg_plus_max", "catavgmax": "avg_concat_max"}
"""Our words for timm's global pools."""

_ACTIVATIONS = {
    **{
        word: word for word in ("relu", "relu6", "leaky_relu", "elu", "celu", "selu", "gelu", "silu", "mish", "sigmoid")
    },
    **{"swish": "silu", "tanh": "tanh", "hardswish": "hardswish", "hard_swish": "hardswish"},
}

_NORMS = {"batchnorm": "batch", "batchnorm2d": "batch", "groupnorm": "group", "frozenbatchnorm2d": "frozen_batch"}

_ATTENTIONS = {"se": "se", "eca": "eca", "cbam": "cbam", "gc": "global_context"}

_WIDTH_OF_STEM = 64

_LAYOUTS = ("torchvision", "deep_stem", "sknet")

_EXPANSION = {"bottleneck": 4, "basic": 1}


class Arguments(NamedTuple):
    """The data of a network that arguments change, the arguments, and the spec of the collection that they change."""

    data: dict[str, Any]
    given: Settings
    base: str

    @property
    def block(self) -> dict[str, Any]:
        """The options of the blocks."""
        found: dict[str, Any] = self.data.setdefault("block", {})
        return found

    def refuse_unless_resnet(self, name: str) -> bool:
        """Refuse an argument of timm's ResNets for another network; return whether it is refused."""
        layout = self.data.get("layout", "torchvision")
        base = layout.get("base", "torchvision") if isinstance(layout, dict) else layout
        if not (base in _LAYOUTS and self.block.get("type") in _EXPANSION):
            self.given.refuse(name, f"it is an argument of timm's ResNets, and `{self.base}` is none of these")
            return True
        return False


def _layers(arguments: Arguments) -> None:
    stages = arguments.data["stages"]
    depths = arguments.given.wholes("layers", [1] * len(stages), len(stages))
    for (name, stage), depth in zip(stages.items(), depths, strict=True):
        if not isinstance(stage.get("blocks"), int):
            arguments.given.refuse("layers", f"the blocks of `{name}` of `{arguments.base}` are not all alike")
            return
        stage["blocks"] = depth


def _channels(arguments: Arguments) -> None:
    stages = arguments.data["stages"]
    widths = arguments.given.wholes("channels", [1] * len(stages), len(stages))
    if not arguments.refuse_unless_resnet("channels"):
        for stage, width in zip(stages.values(), widths, strict=True):
            stage["channels"] = width * _EXPANSION[arguments.block["type"]]


def _in_chans(arguments: Arguments) -> None:
    arguments.data["input"]["channels"] = arguments.given.whole("in_chans", 3)


def _output_stride(arguments: Arguments) -> None:
    stride = arguments.given.whole("output_stride", 32)
    if stride not in (8, 16, 32):
        arguments.given.note("output_stride", "`output_stride` must be 8, 16 or 32")
    if stride != 32:
        arguments.data["output_stride"] = stride


def _stem(arguments: Arguments) -> None:
    """Write the convolutions of the stem anew, by `stem_type` and `stem_width`."""
    given = arguments.given
    if arguments.refuse_unless_resnet("stem_type" if "stem_type" in given else "stem_width"):
        return
    convolutions = [layer for layer in arguments.data["stem"] if "conv" in layer]
    rest = [layer for layer in arguments.data["stem"] if "conv" not in layer]
    was_deep = len(convolutions) == 3
    tiered = was_deep and convolutions[0]["to"] != convolutions[1]["to"]
    kind = given.word("stem_type", ("deep_tiered" if tiered else "deep") if was_deep else "")
    width = given.whole("stem_width", convolutions[1]["to"] if was_deep else _WIDTH_OF_STEM)
    deep = "deep" in kind
    if deep:
        first = 3 * (width // 4) if "tiered" in kind else width
        made = [{"conv": 3, "to": first, "stride": 2}, {"conv": 3, "to": width}, {"conv": 3, "to": 2 * width}]
    else:
        made = [{"conv": 7, "to": _WIDTH_OF_STEM, "stride": 2}]
    arguments.data["stem"] = made + rest
    if deep != was_deep:
        _rename_stem(arguments.data, deep)


def _rename_stem(data: dict[str, Any], deep: bool) -> None:
    """Give the operators of the stem the names of a stem with three convolutions, or with one."""
    layout = data.pop("layout", "torchvision")
    if isinstance(layout, str):
        layout = {"base": layout} if layout not in ("torchvision", "deep_stem") else {}
    layout = {key: value for key, value in layout.items() if key != "stem"} | ({"stem": "deep_stem"} if deep else {})
    if layout:
        data["layout"] = "deep_stem" if layout == {"stem": "deep_stem"} else layout


def _width(arguments: Arguments) -> None:
    """Set the groups and the inner width by `cardinality` and `base_width`."""
    given, block = arguments.given, arguments.block
    name = "cardinality" if "cardinality" in given else "base_width"
    if arguments.refuse_unless_resnet(name):
        return
    old_groups = block.get("groups", 1)
    old_ratio = _ratio(block.get("mid", "out / 4"))
    if old_ratio is None or not isinstance(old_groups, int):
        given.refuse(name, f"the inner width of `{arguments.base}` is not a fixed part of the outer one")
        return
    groups = given.whole("cardinality", old_groups)
    base_width = given.whole("base_width", int(old_ratio * 256 / old_groups))
    if block["type"] == "basic":
        if (groups, base_width) != (1, _WIDTH_OF_STEM):
            given.refuse(name, "timm's basic blocks have one group and a base width of 64")
        return
    ratio = Fraction(base_width * groups, 256)
    inner = [Fraction(stage["channels"], 4) * base_width / 64 for stage in arguments.data["stages"].values()]
    if any(each.denominator != 1 for each in inner):
        given.refuse("base_width", "the inner widths would be rounded")
    if ratio != old_ratio:
        block["mid"] = _expression(ratio)
    if groups != old_groups:
        block["groups"] = groups
    for key, default in (("mid", "out / 4"), ("groups", 1)):
        if block.get(key) == default:
            del block[key]


def _ratio(mid: object) -> Fraction | None:
    """Return the inner width as a part of the outer one; None where it is something else."""
    match = re.fullmatch(r"(?:(\d+) \* )?out(?: / (\d+))?", str(mid))
    return Fraction(int(match[1] or 1), int(match[2] or 1)) if match else None


def _expression(ratio: Fraction) -> str:
    start = "out" if ratio.numerator == 1 else f"{ratio.numerator} * out"
    return start if ratio.denominator == 1 else f"{start} / {ratio.denominator}"


def _avg_down(arguments: Arguments) -> None:
    averages = arguments.given.flag("avg_down", False)
    if arguments.refuse_unless_resnet("avg_down"):
        return
    arguments.block.pop("shortcut", None)
    if averages:
        arguments.block["shortcut"] = "avg_projection"


def _one_of(name: str, words: dict[str, str], key: str, default: str) -> Callable[[Arguments], None]:
    def apply(arguments: Arguments) -> None:
        word = arguments.given.word(name, default)
        folded = word if word in words else word.replace("_", "").lower()
        if folded not in words:
            arguments.given.refuse(name, f"the choices are {', '.join(words)}")
        if not arguments.refuse_unless_resnet(name):
            arguments.data[key] = words.get(folded, default)
            if arguments.data[key] == default:
                del arguments.data[key]

    return apply


def _block_args(arguments: Arguments) -> None:
    given = arguments.given.section("block_args")
    if arguments.refuse_unless_resnet("block_args"):
        return
    name = given.word("attn_layer", "")
    options = given.section("attn_kwargs")
    if name and name not in _ATTENTIONS:
        given.refuse("attn_layer", f"the choices are {', '.join(_ATTENTIONS)}")
    attention: dict[str, Any] = {"type": _ATTENTIONS.get(name, "se")}
    if name != "eca" and "rd_ratio" in options:
        attention["ratio"] = options.number("rd_ratio", 0.0625)
    given.refuse_others()
    options.refuse_others()
    if name:
        arguments.block["attention"] = attention if len(attention) > 1 else attention["type"]


def _drop_rate(arguments: Arguments) -> None:
    if rate := arguments.given.number("drop_rate", 0.0, most=1.0):
        arguments.data["head"]["dropout"] = rate


def _drop_path_rate(arguments: Arguments) -> None:
    if rate := arguments.given.number("drop_path_rate", 0.0, most=1.0):
        arguments.block["drop_path"] = rate


def _zero_init_last(arguments: Arguments) -> None:
    if arguments.given.flag("zero_init_last", True):
        return  # how weights begin is left to the spec
    arguments.data.get("init", {}).pop("zero_init_residual", None)


def _only(name: str, default: object) -> Callable[[Arguments], None]:
    def apply(arguments: Arguments) -> None:
        if arguments.given.raw(name) != default:
            arguments.given.refuse(name, f"only {default} is known")

    return apply


ARGUMENTS: dict[str, Callable[[Arguments], None]] = {
    "layers": _layers,
    "channels": _channels,
    "in_chans": _in_chans,
    "output_stride": _output_stride,
    "stem_type": _stem,
    "stem_width": _stem,
    "cardinality": _width,
    "base_width": _width,
    "avg_down": _avg_down,
    "act_layer": _one_of("act_layer", _ACTIVATIONS, "act", "relu"),
    "norm_layer": _one_of("norm_layer", _NORMS, "norm", "batch"),
    "block_args": _block_args,
    "drop_rate": _drop_rate,
    "drop_path_rate": _drop_path_rate,
    "zero_init_last": _zero_init_last,
    "drop_block_rate": _only("drop_block_rate", 0.0),
    "replace_stem_pool": _only("replace_stem_pool", False),
    "block_reduce_first": _only("block_reduce_first", 1),
    "down_kernel_size": _only("down_kernel_size", 1),
    "features_only": _only("features_only", False),
}
"""The changes of each argument. One that is not here is refused."""
