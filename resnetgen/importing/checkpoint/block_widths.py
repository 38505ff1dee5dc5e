"""The widths of blocks that the shapes in a file tell, as a person would write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple

from resnetgen.errors import ExpressionError
from resnetgen.ir.network import Block, Node, Stage
from resnetgen.ops.conv import Conv
from resnetgen.schema import width_expression
from resnetgen.weights.file_contents import Shapes

_INNER = {"bottleneck": "out / 4", "preact_bottleneck": "out / 4", "inverted": "6 * in"}
"""The inner widths that built-in block types have by default; those of the others are `out`."""

_ENTRY_KEYS = {"mid", "widths", "channels", "repeat"}
"""The keys of an entry of `blocks` that the shapes of a file tell."""


class StoredBlock(NamedTuple):
    """A block in a file: its widths by name, `in` and `out` first, and the width and groups of its spatial convolution.

    These are None for a block of less than three convolutions.
    """

    widths: dict[str, int]
    inner: int | None
    groups: int | None


def stored_blocks(stage: Stage, shapes: Shapes, channels: int) -> list[StoredBlock] | None:
    """Return the blocks of a stage in a file; None where these are others than the stage's.

    Args:
        stage: a stage of a network of the collection.
        shapes: the tensors of the file.
        channels: the channels that enter the stage.
    """
    found: list[StoredBlock] = []
    blocks = [run.block for run in stage.block_runs for _ in range(min(run.repeat, 2))]
    while any(_convolutions(block, _start(stage, len(found)), shapes) for block in blocks):
        block = blocks[min(len(found), len(blocks) - 1)]
        stored = _stored_block(block, _convolutions(block, _start(stage, len(found)), shapes), channels)
        if stored is None:
            return None
        found.append(stored)
        channels = stored.widths["out"]
    return found


def _start(stage: Stage, number: int) -> str:
    return f"{stage.blocks_path}{stage.first + number}."


def _convolutions(block: Block, start: str, shapes: Shapes) -> list[tuple[Node, tuple[int, ...]]]:
    """Return the convolutions of a branch that a file has, each with the shape there."""
    nodes = (node for node in block.branch if isinstance(node.operator, Conv))
    stored = ((node, shapes.get(f"{start}{node.name}.weight")) for node in nodes)
    return [(node, shape) for node, shape in stored if shape]


def _stored_block(block: Block, convolutions: list[tuple[Node, tuple[int, ...]]], channels: int) -> StoredBlock | None:
    if not convolutions or len(convolutions) != sum(isinstance(node.operator, Conv) for node in block.branch):
        return None
    widths = {"in": channels, "out": convolutions[-1][1][0]}
    own = dict(block.widths)
    names = [name for name in own if name not in ("in", "out")]
    for node, shape in reversed(convolutions[:-1]):
        assert isinstance(node.operator, Conv)
        known = [
            name for name in names if own[name] == node.operator.out_channels and widths.get(name, shape[0]) == shape[0]
        ]
        if known:
            widths.setdefault(next((name for name in known if name not in widths), known[0]), shape[0])
    widths = {name: widths[name] for name in ("in", "out", *names) if name in widths}
    return StoredBlock(widths, *_spatial([shape for _, shape in convolutions]))


def _spatial(shapes: list[tuple[int, ...]]) -> tuple[int | None, int | None]:
    """Return the width and the groups of the convolution before the last; None where the shapes do not tell them."""
    if len(shapes) < 3:
        return None, None
    before, (inner, share, *_) = shapes[-3][0], shapes[-2]
    return (inner, before // share) if share and not before % share else (None, None)


def fit_widths(data: dict[str, Any], stages: Mapping[str, list[StoredBlock]]) -> None:
    """Set depths and widths of all stages to those of a file.

    Args:
        data: the data of a network, which are changed.
        stages: the blocks in the file, by the stage's name.
    """
    open_stages = {name: blocks for name, blocks in stages.items() if _is_plain(data["stages"][name].get("blocks"))}
    for name, blocks in stages.items():
        stage = data["stages"][name]
        if name not in open_stages:
            continue
        stage["blocks"] = len(blocks)
        if len({block.widths["out"] for block in blocks}) == 1 and isinstance(stage.get("channels"), int):
            stage["channels"] = blocks[0].widths["out"]
    names = dict.fromkeys(name for blocks in open_stages.values() for block in blocks for name in block.widths)
    entries: dict[str, list[dict[str, Any]]] = {name: [{} for _ in blocks] for name, blocks in open_stages.items()}
    for width in [name for name in names if name not in ("in", "out")]:
        _fit_width(data, width, open_stages, entries)
    for name, blocks in open_stages.items():
        if len({block.widths["out"] for block in blocks}) > 1:
            for entry, block in zip(entries[name], blocks, strict=True):
                entry["channels"] = block.widths["out"]
        if any(entries[name]):
            data["stages"][name]["blocks"] = list(_repeated(entries[name]))


def _is_plain(blocks: object) -> bool:
    """Return whether the blocks of a stage differ in nothing but widths."""
    return not isinstance(blocks, list) or all(isinstance(each, dict) and each.keys() <= _ENTRY_KEYS for each in blocks)


def _repeated(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for entry, run in groupby(entries):
        count = len(list(run))
        yield entry | ({"repeat": count} if count > 1 else {})


def _fit_width(
    data: dict[str, Any], width: str, stages: Mapping[str, list[StoredBlock]], entries: dict[str, list[dict[str, Any]]]
) -> None:
    """Set a width of blocks: once for all stages where an expression is true in all, else where it is not."""
    having = {name: blocks for name, blocks in stages.items() if all(width in block.widths for block in blocks)}
    block = data.setdefault("block", {})
    default = _default(data, width)
    common = _pop(block, width)
    own = {name: _pop(data["stages"][name], width) for name in having}
    choices = [each for each in (default, common, *own.values()) if each is not None]
    choices += _ratios([stored for blocks in having.values() for stored in blocks], width)
    fitting = {name: [each for each in choices if _is_true(each, width, blocks)] for name, blocks in having.items()}
    base = max(dict.fromkeys(choices), key=lambda each: sum(each in found for found in fitting.values()), default=None)
    if base is not None and not any(base in found for found in fitting.values()):
        base = default
    if base is not None and base != default:
        _put(block, width, base)
    for name, blocks in having.items():
        values = {stored.widths[width] for stored in blocks}
        if base in fitting[name]:
            continue
        if fitting[name] or len(values) == 1:
            _put(data["stages"][name], width, fitting[name][0] if fitting[name] else next(iter(values)))
            continue
        for entry, stored in zip(entries[name], blocks, strict=True):
            if not _is_true(base, width, [stored]):
                _put(entry, width, stored.widths[width])


def _default(data: Mapping[str, Any], width: str) -> object:
    """Return a width as the block type has it; None for a type that says none."""
    kind = data.get("block", {}).get("type")
    own = data.get("blocks", {}).get(kind)
    if isinstance(own, dict):
        return own.get("mid") if width == "mid" else (own.get("widths") or {}).get(width)
    return _INNER.get(str(kind), "out") if width == "mid" else "mid"


def _pop(options: dict[str, Any], width: str) -> object:
    if width == "mid":
        return options.pop("mid", None)
    widths = options.get("widths") or {}
    found = widths.pop(width, None)
    if not widths:
        options.pop("widths", None)
    return found


def _put(options: dict[str, Any], width: str, value: object) -> None:
    if width == "mid":
        options["mid"] = value
    else:
        options.setdefault("widths", {})[width] = value


def _is_true(written: object, width: str, blocks: Sequence[StoredBlock]) -> bool:
    """Return whether an expression gives a width in all of some blocks."""
    try:
        if isinstance(written, int):
            return all(block.widths[width] == written for block in blocks)
        parsed = width_expression.parse(str(written))
        return all(parsed.value(block.widths) == block.widths[width] for block in blocks)
    except ExpressionError:
        return False


def _ratios(blocks: Sequence[StoredBlock], width: str) -> list[str]:
    """Return a width as parts of what leaves a block, and of what enters it, as each of some blocks has it."""
    found: dict[str, None] = {}
    for name in ("out", "in"):
        for block in blocks:
            ratio = Fraction(block.widths[width], block.widths[name])
            if ratio.numerator <= 64 and ratio.denominator <= 256:
                found[expression(ratio, name)] = None
    return list(found)


def expression(ratio: Fraction, name: str = "out") -> str:
    """Return a part of a width as an expression: `3 * out / 4`."""
    start = name if ratio.numerator == 1 else f"{ratio.numerator} * {name}"
    return start if ratio.denominator == 1 else f"{start} / {ratio.denominator}"
