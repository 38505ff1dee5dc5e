"""The RegNets of timm/models/regnet.py, from the parameters of their widths and depths there (`model_cfgs`).

Not `regnetv_040` and `regnetv_064`: the shortcut of each of their blocks begins behind the first norm of the branch,
also where it is the identity, and no block type of a spec has that.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from resnetgen.analysis.quantized_line import compatible, quantized_line
from resnetgen.importing.families.family import Family
from resnetgen.importing.regnet_blocks import BLOCKS, UNNAMED_BLOCKS, grouped
from resnetgen.weights.layouts.timm_regnet import LAYOUT

_STEM = 32
"""The channels that leave the stem, of each of them."""


class _RegNet(NamedTuple):
    """The parameters of a RegNet (arXiv:2003.13678), under the names of that paper.

    `squeezes` tells whether the blocks have squeeze-and-excitation with a fourth of the channels that enter them, and
    `rounded_half_up` whether widths are rounded to whole groups as in torchvision. `expansion` is the inner width of a
    block as a multiple of the outer one. `is_linear` blocks have no activation behind the addition, and no shortcut
    where it would need a projection. `last` is the width of a convolution before the pool, 0 for none.
    """

    depth: int
    w_0: int
    w_a: float
    w_m: float
    group_width: int
    squeezes: bool = False
    rounded_half_up: bool = False
    expansion: int = 1
    is_linear: bool = False
    last: int = 0
    act: str = "relu"
    norm: object = "batch"


_X = {
    "regnetx_002": _RegNet(13, 24, 36.44, 2.49, 8),
    "regnetx_004": _RegNet(22, 24, 24.48, 2.54, 16),
    "regnetx_004_tv": _RegNet(22, 24, 24.48, 2.54, 16, rounded_half_up=True),
    "regnetx_006": _RegNet(16, 48, 36.97, 2.24, 24),
    "regnetx_008": _RegNet(16, 56, 35.73, 2.28, 16),
    "regnetx_016": _RegNet(18, 80, 34.01, 2.25, 24),
    "regnetx_032": _RegNet(25, 88, 26.31, 2.25, 48),
    "regnetx_040": _RegNet(23, 96, 38.65, 2.43, 40),
    "regnetx_064": _RegNet(17, 184, 60.83, 2.07, 56),
    "regnetx_080": _RegNet(23, 80, 49.56, 2.88, 120),
    "regnetx_120": _RegNet(19, 168, 73.36, 2.37, 112),
    "regnetx_160": _RegNet(22, 216, 55.59, 2.1, 128),
    "regnetx_320": _RegNet(23, 320, 69.86, 2.0, 168),
}

_Y = {
    "regnety_002": _RegNet(13, 24, 36.44, 2.49, 8, True),
    "regnety_004": _RegNet(16, 48, 27.89, 2.09, 8, True),
    "regnety_006": _RegNet(15, 48, 32.54, 2.32, 16, True),
    "regnety_008": _RegNet(14, 56, 38.84, 2.4, 16, True),
    "regnety_008_tv": _RegNet(14, 56, 38.84, 2.4, 16, True, rounded_half_up=True),
    "regnety_016": _RegNet(27, 48, 20.71, 2.65, 24, True),
    "regnety_032": _RegNet(21, 80, 42.63, 2.66, 24, True),
    "regnety_040": _RegNet(22, 96, 31.41, 2.24, 64, True),
    "regnety_040_sgn": _RegNet(22, 96, 31.41, 2.24, 64, True, act="silu", norm={"type": "group", "size": 16}),
    "regnety_064": _RegNet(25, 112, 33.22, 2.27, 72, True),
    "regnety_080": _RegNet(17, 192, 76.82, 2.19, 56, True),
    "regnety_080_tv": _RegNet(17, 192, 76.82, 2.19, 56, True, rounded_half_up=True),
    "regnety_120": _RegNet(19, 168, 73.36, 2.37, 112, True),
    "regnety_160": _RegNet(18, 200, 106.23, 2.48, 112, True),
    "regnety_320": _RegNet(20, 232, 115.89, 2.53, 232, True),
    "regnety_640": _RegNet(20, 352, 147.48, 2.4, 328, True),
    "regnety_1280": _RegNet(27, 456, 160.83, 2.52, 264, True),
    "regnety_2560": _RegNet(27, 640, 230.83, 2.53, 373, True),
}

_Z = {
    "regnetz_005": _RegNet(21, 16, 10.7, 2.51, 4, True, expansion=4, is_linear=True, last=1024, act="silu"),
    "regnetz_040": _RegNet(28, 48, 14.5, 2.226, 8, True, expansion=4, is_linear=True, act="silu"),
    "regnetz_040_h": _RegNet(28, 48, 14.5, 2.226, 8, True, expansion=4, is_linear=True, last=1536, act="silu"),
}

_REGNETS = {**_X, **_Y, **_Z}


def _data(name: str) -> dict[str, Any]:
    network = _REGNETS[name]
    line = quantized_line(network.depth, network.w_0, network.w_a, network.w_m)
    inner = [width * network.expansion for width, _ in line]
    wanted = [network.group_width] * len(line)
    if network.rounded_half_up:
        groups = [min(group, width) for group, width in zip(wanted, inner, strict=True)]
        inner = [_divisible(width, group) for width, group in zip(inner, groups, strict=True)]
    else:
        inner, groups = compatible(inner, wanted)
    widths = [width // network.expansion for width in inner]
    block: dict[str, Any] = {"type": "x_block"}
    if network.squeezes:
        block["attention"] = {"type": "se", "width": _fourth([_STEM, *widths]), "place": "conv2"}
        if network.act != "relu":
            block["attention"]["act"] = network.act
    if network.expansion > 1:
        block["mid"] = f"{network.expansion} * out"
    if network.is_linear:
        block |= {"shortcut": "identity_or_none", "join": {"act": "none"}}
    stages = {
        f"block{number}": {"blocks": count, "channels": width, "stride": 2}
        for number, (width, (_, count)) in enumerate(zip(widths, line, strict=True), 1)
    }
    if network.expansion > 1:
        bodies = {"block": {**block, "group_width": network.group_width}, "stages": stages}
    else:
        counts = [width // group for width, group in zip(inner, groups, strict=True)]
        bodies = grouped(block, stages, groups, counts)
    return {
        "input": {"channels": 3, "size": 224},
        "layout": _layout(network),
        **({"act": network.act} if network.act != "relu" else {}),
        **({"norm": network.norm} if network.norm != "batch" else {}),
        "stem": [{"conv": 3, "to": _STEM, "stride": 2}],
        "blocks": _blocks(network),  # with names, which this layout does not use, as the base has them
        **bodies,
        "head": {**_last(network), "pool": "avg", "classes": 1000},
    }


def _divisible(width: int, group: int) -> int:
    """Return a width that whole groups make: the nearest, half up, but not below nine tenths of the width.

    The rule of torchvision's MobileNets and RegNets, `_make_divisible` in torchvision/models/_utils.py.
    """
    found = max(group, (width + group // 2) // group * group)
    return found + group if found < 0.9 * width else found


def _fourth(widths: list[int]) -> str:
    """Return a fourth of the channels that enter a block, rounded to even as timm does, as an expression."""
    rounded = [round(width / 4) for width in widths]
    forms = {"in / 4": 0, "in // 4": 0, "(in + 1) // 4": 1, "(in + 2) // 4": 2}
    if all(width % 4 == 0 for width in widths):
        return "in / 4"
    return next(form for form, more in forms.items() if rounded == [(width + more) // 4 for width in widths])


def _blocks(network: _RegNet) -> dict[str, Any]:
    if network.expansion == 1:
        return BLOCKS
    first, middle, last = UNNAMED_BLOCKS["x_block"]["branch"]
    return {"x_block": {"branch": [{**first, "to": "mid"}, {**middle, "to": "mid"}, last]}}


def _last(network: _RegNet) -> dict[str, Any]:
    """Return the layers between the last stage and the pool."""
    if network.last:
        return {"layers": [{"conv": 1, "to": network.last}]}
    return {"layers": [{"act": "here"}]} if network.is_linear else {}


def _layout(network: _RegNet) -> dict[str, Any]:
    layout: dict[str, Any] = dict(LAYOUT.tables[0].layout)
    if network.is_linear:
        conv = {"conv": "final_conv.conv", "norm": "final_conv.bn", "act": "final_conv.act"}
        layout["head"] = {**layout["head"], **(conv if network.last else {"act": "final_conv"})}
    return layout


def _base(name: str) -> str:
    return "regnet_y_400mf" if _REGNETS[name].squeezes else "regnet_x_400mf"


FAMILY = Family("timm", tuple(_REGNETS), _data, _base, "https://arxiv.org/abs/2003.13678")
