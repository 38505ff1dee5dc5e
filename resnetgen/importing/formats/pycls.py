"""A network of pycls, from its YAML: ResNet, AnyNet or RegNet.

pycls keeps the norm of a projection beside its convolution, in the block, where no layout of a spec has it. So the
names are those of the network of the collection that the spec extends.
"""

from __future__ import annotations

from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.importing.config_file import ConfigFile
from resnetgen.importing.draft import Draft
from resnetgen.importing.format import Format
from resnetgen.importing.naming import name_for_file
from resnetgen.importing.pycls_widths import Body, anynet_body, regnet_body
from resnetgen.importing.regnet_blocks import BLOCKS, grouped
from resnetgen.importing.settings import Settings
from resnetgen.importing.shorten import inherited

_DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
"""The blocks of the stages by the depth of a ResNet, as in pycls."""

_CIFAR = "cifar10"


def _draft(file: ConfigFile) -> Draft:
    settings = Settings(file, file.data)
    model = settings.section("MODEL")
    kind = model.word("TYPE", "", ("resnet", "anynet", "regnet"))
    training = settings.section("TRAIN")
    cifar = training.raw("DATASET") == _CIFAR
    data: dict[str, Any] = {
        "input": {"channels": 3, "size": training.whole("IM_SIZE", 32 if cifar else 224)},
        **_norm(settings.section("BN")),
        **(_resnet(model, settings.section("RESNET"), cifar) if kind == "resnet" else _regnet(settings, kind)),
    }
    act = model.word("ACTIVATION_FUN", "relu", ("relu", "silu", "swish", "gelu"))
    if act != "relu":
        data["act"] = "silu" if act == "swish" else act
    data["head"] = {**data.get("head", {}), "pool": "avg", "classes": model.whole("NUM_CLASSES", 10)}
    _refuse_others(model)
    settings.finish()
    choices: dict[Path, str] = {} if "IM_SIZE" in training else {("input", "size"): "pycls's default of TRAIN.IM_SIZE"}
    if "NUM_CLASSES" not in model:
        choices["head", "classes"] = "pycls's default of MODEL.NUM_CLASSES"
    return Draft(name_for_file(file.text.name), f"{_TITLES.get(kind, kind)} of pycls.", data, choices=choices)


def _refuse_others(model: Settings) -> None:
    """Refuse what is unknown under MODEL, and a scaling of the network."""
    if model.raw("SCALING_TYPE", ""):
        model.refuse("SCALING_TYPE", "the import does not scale networks; `scale` in a spec does")
    for key in _NO_MATTER:
        model.raw(key)
    model.refuse_others()


_NO_MATTER = ("DEPTH", "LOSS_FUN", "ACTIVATION_INPLACE", "SCALING_FACTOR")
"""Keys under MODEL on which no network depends, or only one that reads them itself."""

_TITLES = {"resnet": "A ResNet", "anynet": "An AnyNet", "regnet": "A RegNet"}


def _norm(settings: Settings) -> dict[str, Any]:
    eps, momentum = settings.number("EPS", 1e-5), settings.number("MOM", 0.1)
    options = ({"eps": eps} if eps != 1e-5 else {}) | ({"momentum": momentum} if momentum != 0.1 else {})
    return {"norm": {"type": "batch", **options}} if options else {}


def _resnet(model: Settings, settings: Settings, cifar: bool) -> dict[str, Any]:
    depth = model.whole("DEPTH", 50)
    kind = settings.word("TRANS_FUN", "bottleneck_transform", ("bottleneck_transform", "basic_transform"))
    bottleneck = kind == "bottleneck_transform"
    groups, width = settings.whole("NUM_GROUPS", 1), settings.whole("WIDTH_PER_GROUP", 64)
    first_strides = settings.flag("STRIDE_1X1", True)
    settings.refuse_others()
    block: dict[str, Any] = {"type": "bottleneck" if bottleneck else "basic"}
    if cifar:
        if (depth - 2) % 6 or depth < 8:
            model.note("DEPTH", "a ResNet for CIFAR has 6n + 2 layers")
        blocks, widths, inner = (max(1, (depth - 2) // 6),) * 3, (16, 32, 64), (16, 32, 64)
        stem: list[dict[str, Any]] = [{"conv": 3, "to": 16}]
        block["shortcut"] = "auto"  # as written in the collection, whose networks for CIFAR have other ones by default
    else:
        if depth not in _DEPTHS:
            model.refuse("DEPTH", f"pycls's ResNets have {', '.join(map(str, _DEPTHS))} layers")
        blocks, widths = _DEPTHS.get(depth, _DEPTHS[50]), (256, 512, 1024, 2048)  # type: ignore[assignment]
        inner = tuple(width * groups << index for index in range(4))  # type: ignore[assignment]
        stem = [{"conv": 7, "to": 64, "stride": 2}, {"max_pool": 3, "stride": 2}]
    stages = {
        f"layer{number}": {"blocks": count, "channels": out} | ({"stride": 2} if number > 1 else {})
        for number, (count, out) in enumerate(zip(blocks, widths, strict=True), 1)
    }
    if bottleneck:
        block |= _inner(inner, widths) | ({"groups": groups} if groups > 1 else {})
        block |= {"stride_on": "conv1"} if first_strides else {}
    return {"stem": stem, "block": block, "stages": stages}


def _inner(inner: tuple[int, ...], widths: tuple[int, ...]) -> dict[str, Any]:
    """Return the inner width of a bottleneck as a part of the outer one; all stages have the same."""
    if inner[0] * 4 == widths[0]:
        return {}
    whole, rest = divmod(inner[0], widths[0])
    if not rest:
        return {"mid": "out" if whole == 1 else f"{whole} * out"}
    return {"mid": f"out / {widths[0] // inner[0]}" if not widths[0] % inner[0] else f"{inner[0]} * out / {widths[0]}"}


def _regnet(settings: Settings, kind: str) -> dict[str, Any]:
    key = kind.upper() or "REGNET"
    if key not in settings:
        settings.raw(key, None)
        if kind:  # else the type itself is wrong
            settings.note(key, f"the key `{key}` is missing, which `TYPE: {kind}` needs")
        settings.finish()
    options = settings.section(key)
    body = regnet_body(options) if kind == "regnet" else anynet_body(options)
    block_type = options.word("BLOCK_TYPE", "res_bottleneck_block")
    if block_type != "res_bottleneck_block":
        options.refuse("BLOCK_TYPE", "only `res_bottleneck_block` is known")
    stem = _stem(options)
    attends = options.flag("SE_ON", False)
    block: dict[str, Any] = {"type": "x_block"}
    if attends:
        block["attention"] = {"type": "se", "width": _reduced(options, [stem[0]["to"], *body.widths]), "place": "conv2"}
    head_width = options.whole("HEAD_W", 0, least=0)
    options.refuse_others()
    return {
        "layout": inherited("regnet_x_400mf")["layout"],
        "stem": stem,
        "blocks": BLOCKS,
        **grouped(block, _stages(body), body.group_widths, [w // g for w, g in _pairs(body)]),
        **({"head": {"layers": [{"conv": 1, "to": head_width}]}} if head_width else {}),
    }


def _reduced(options: Settings, widths: list[int]) -> str:
    """Return the hidden width of the attention in a block, a part of the channels that enter the block."""
    ratio = options.number("SE_R", 0.25, least=1e-3, most=1.0)
    part = round(1 / ratio)
    if part * ratio != 1 or any(width % part for width in widths):
        options.refuse("SE_R", "the widths of the attention would be rounded")
    return "in" if part == 1 else f"in / {part}"


def _pairs(body: Body) -> list[tuple[int, int]]:
    return list(zip(body.widths, body.group_widths, strict=True))


def _stages(body: Body) -> dict[str, dict[str, Any]]:
    return {
        f"block{number}": {"blocks": depth, "channels": width} | ({"stride": stride} if stride > 1 else {})
        for number, (depth, width, stride) in enumerate(zip(body.depths, body.widths, body.strides, strict=True), 1)
    }


def _stem(options: Settings) -> list[dict[str, Any]]:
    kind = options.word("STEM_TYPE", "simple_stem_in", ("simple_stem_in", "res_stem_cifar", "res_stem_in"))
    width = options.whole("STEM_W", 32)
    if kind == "res_stem_in":
        return [{"conv": 7, "to": width, "stride": 2}, {"max_pool": 3, "stride": 2}]
    return [{"conv": 3, "to": width} | ({"stride": 2} if kind == "simple_stem_in" else {})]


FORMAT = Format(
    "YAML of pycls (`MODEL: {TYPE: ...}`)",
    lambda data: isinstance(data.get("MODEL"), dict) and "TYPE" in data["MODEL"],  # type: ignore[operator]
    _draft,
)
