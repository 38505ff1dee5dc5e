"""Give a network of the collection the depths and widths that the shapes of a file tell."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from itertools import count
from typing import Any, NamedTuple

from resnetgen.diagnostics.model import Path
from resnetgen.importing.checkpoint.templates import Template
from resnetgen.ir.network import Node, Stage
from resnetgen.ops.conv import Conv
from resnetgen.ops.linear import Linear
from resnetgen.weights.file_contents import Shapes

_Shape = tuple[int, ...]


class _Widths(NamedTuple):
    """The widths of a stage in a file: its output, inside of its blocks, and the groups of its spatial convolution."""

    out: int
    mid: int | None
    groups: int | None


def fitted(template: Template, shapes: Shapes) -> dict[str, Any] | None:
    """Return the data of a network that probably has the tensors of a file; None if its parts are not in the file.

    Args:
        template: a network of the collection.
        shapes: the tensors of the file, by names as the network has them.
    """
    data: dict[str, Any] = deepcopy(template.data)
    network = template.compiled.network
    if not _fit_stem(data, network.stem, shapes):
        return None
    widths = []
    for stage in network.stages:
        written = data["stages"][stage.name]
        depth = next(number for number in count() if not _has_block(stage, number, shapes))
        if not depth:
            return None
        found = _widths(stage, shapes)
        if isinstance(written.get("blocks"), int):
            written["blocks"] = depth
        if found is not None and isinstance(written.get("channels"), int):
            written["channels"] = found.out
        widths.append(found)
    _fit_inner(data, template, widths)
    for head in network.heads:
        _fit_head(_at(data, head.at), head.nodes, shapes)
    return data


def _fit_stem(data: dict[str, Any], nodes: tuple[Node, ...], shapes: Shapes) -> bool:
    """Set the input channels and the widths of the stem; return whether the file has the stem's convolutions."""
    convolutions = [node for node in nodes if isinstance(node.operator, Conv)]
    stored = [_weight(node.name, shapes) for node in convolutions]
    layers = [layer for layer in data.get("stem", []) if isinstance(layer, dict) and "conv" in layer]
    if any(shape is None for shape in stored):
        return False
    if len(layers) == len(stored):
        for layer, shape in zip(layers, stored, strict=True):
            assert shape is not None
            layer["to"] = shape[0]
    if stored and stored[0] is not None:
        operator = convolutions[0].operator
        assert isinstance(operator, Conv)
        data["input"] = {**data["input"], "channels": stored[0][1] * operator.groups}
    return True


def _has_block(stage: Stage, number: int, shapes: Shapes) -> bool:
    start = f"{stage.blocks_path}{stage.first + number}."
    nodes = stage.block_runs[0].block.branch
    return any(_weight(f"{start}{node.name}", shapes) for node in nodes if isinstance(node.operator, Conv))


def _widths(stage: Stage, shapes: Shapes) -> _Widths | None:
    """Return the widths of the first block of a stage; None if the file has them not."""
    start = f"{stage.blocks_path}{stage.first}."
    nodes = [node for node in stage.block_runs[0].block.branch if isinstance(node.operator, Conv)]
    stored = [_weight(f"{start}{node.name}", shapes) for node in nodes]
    found = [shape for shape in stored if shape is not None]
    if len(found) != len(nodes) or len(found) < 2:
        return None
    inner = found[-2]
    previous = found[-3][0] if len(found) > 2 else None
    groups = previous // inner[1] if previous is not None and inner[1] and not previous % inner[1] else None
    return _Widths(found[-1][0], inner[0], groups)


def _fit_inner(data: dict[str, Any], template: Template, widths: list[_Widths | None]) -> None:
    """Set the inner widths and the groups where they are others than those of the template."""
    own = [_widths(stage, template.shapes) for stage in template.compiled.network.stages]
    known = [(stage, found) for stage, found in zip(data["stages"].values(), widths, strict=True) if found is not None]
    if len(known) != len(widths) or any(each is None for each in own):
        return
    pairs = [(found, each) for (_, found), each in zip(known, own, strict=True) if each is not None]
    if any(_ratio(found) != _ratio(each) for found, each in pairs):
        _set(data, "mid", [_expression(_ratio(found)) for found, _ in pairs], [found.mid for found, _ in pairs])
    if any(found.groups != each.groups for found, each in pairs):
        counts = [found.groups for found, _ in pairs]
        sizes = [(found.mid or 1) // (found.groups or 1) for found, _ in pairs]
        key = "groups" if len(set(counts)) == 1 or len(set(sizes)) > 1 else "group_width"
        data.get("block", {}).pop("group_width" if key == "groups" else "groups", None)
        _set(data, key, counts if key == "groups" else sizes, counts if key == "groups" else sizes)


def _ratio(widths: _Widths) -> Fraction:
    return Fraction(widths.mid or 1, widths.out)


def _set(data: dict[str, Any], key: str, same: list[Any], single: list[Any]) -> None:
    """Set an option of all blocks where it is the same in all stages, else of each stage."""
    for stage in data["stages"].values():
        stage.pop(key, None)
    block = data.setdefault("block", {})
    block.pop(key, None)
    if len(set(same)) == 1:
        if same[0] != _default(key, block.get("type")):
            block[key] = same[0]
        return
    for stage, value in zip(data["stages"].values(), single, strict=True):
        stage[key] = value


_INNER = {"bottleneck": "out / 4", "preact_bottleneck": "out / 4", "basic": "out", "preact_basic": "out"}
"""The inner widths that built-in block types have by default."""


def _default(key: str, block_type: object) -> object:
    """Return the value of an option without it; None where that is not known."""
    return {"mid": _INNER.get(str(block_type)), "groups": 1}.get(key)


def _expression(ratio: Fraction) -> str:
    start = "out" if ratio.numerator == 1 else f"{ratio.numerator} * out"
    return start if ratio.denominator == 1 else f"{start} / {ratio.denominator}"


def _fit_head(head: dict[str, Any], nodes: tuple[Node, ...], shapes: Shapes) -> None:
    """Set the number of classes, or remove the classifier where the file has none."""
    last = next((node for node in reversed(nodes) if isinstance(node.operator, Linear | Conv)), None)
    if last is None or "classes" not in head:
        return
    stored = _weight(last.name, shapes)
    if stored is not None:
        head["classes"] = stored[0]
        return
    for key in ("classes", "classifier"):
        head.pop(key, None)


def _at(data: Any, path: Path) -> dict[str, Any]:
    """Return the mapping at a path; an empty one where the path leads to none."""
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _weight(name: str, shapes: Shapes) -> _Shape | None:
    """Return the shape of an operator's weight."""
    return shapes.get(f"{name}.weight")
