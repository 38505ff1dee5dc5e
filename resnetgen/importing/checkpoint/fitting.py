"""Give a network the depths, widths, kernels, groups and classes that the shapes of a file tell."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from resnetgen.diagnostics.model import Path
from resnetgen.importing.checkpoint.block_widths import StoredBlock, fit_widths, stored_blocks
from resnetgen.ir.network import Block, Network, Node
from resnetgen.ops.conv import Conv
from resnetgen.ops.linear import Linear
from resnetgen.weights.file_contents import Shapes

_Shape = tuple[int, ...]


def fitted(written: Mapping[str, Any], network: Network, shapes: Shapes) -> dict[str, Any] | None:
    """Return the data of a network that probably has the tensors of a file; None if its parts are not in the file.

    Args:
        written: the data of a network.
        network: what it lowers to.
        shapes: the tensors of the file, by names as the network has them.
    """
    data: dict[str, Any] = deepcopy(dict(written))
    channels = _fit_stem(data, network.stem, shapes)
    if channels is None:
        return None
    stages: dict[str, list[StoredBlock]] = {}
    for stage in network.stages:
        blocks = stored_blocks(stage, shapes, channels)
        if not blocks and stages and not any(key.startswith(stage.blocks_path) for key in shapes):
            del data["stages"][stage.name]
            continue
        if not blocks:
            return None
        stages[stage.name] = blocks
        channels = blocks[-1].widths["out"]
    if "scale" in data and _told(network) != {name: _facts(blocks) for name, blocks in stages.items()}:
        del data["scale"]  # the widths are then those that are written
    if "scale" not in data:
        fit_widths(data, stages)
        _fit_groups(data, network, stages)
    for head in network.heads:
        _fit_head(_at(data, head.at), head.nodes, shapes)
    return data


def _facts(blocks: list[StoredBlock]) -> list[int]:
    return [block.widths["out"] for block in blocks]


def _told(network: Network) -> dict[str, list[int]]:
    """Return the channels of the blocks of a network."""
    return {
        stage.name: [run.block.out_channels for run in stage.block_runs for _ in range(run.repeat)]
        for stage in network.stages
    }


def _fit_stem(data: dict[str, Any], nodes: tuple[Node, ...], shapes: Shapes) -> int | None:
    """Set the input's channels and axes, and the stem's widths and kernels; None if its convolutions are not there.

    Returns:
        The channels that leave the stem.
    """
    convolutions = [(node, node.operator) for node in nodes if isinstance(node.operator, Conv)]
    stored = [shapes.get(f"{node.name}.weight") for node, _ in convolutions]
    layers = [layer for layer in data.get("stem", []) if isinstance(layer, dict) and "conv" in layer]
    channels = data["input"]["channels"]
    for index, ((_, operator), shape) in enumerate(zip(convolutions, stored, strict=True)):
        if not shape or len(shape) < 3:
            return None
        if index == 0:
            data["input"] = {**data["input"], "channels": shape[1] * operator.groups}
            _fit_axes(data["input"], len(shape) - 2, len(operator.window.kernel))
        if len(layers) == len(stored):
            _fit_layer(layers[index], operator, shape, "scale" in data)
        channels = shape[0]
    return int(channels)


def _fit_axes(input: dict[str, Any], axes: int, own: int) -> None:
    """Give the input as many axes as a file's kernels have."""
    if axes != own:
        size = input["size"]
        first = size[0] if isinstance(size, list) else size
        input["size"] = first if axes == 2 else [first] * axes


def _fit_layer(layer: dict[str, Any], operator: Conv, shape: _Shape, is_scaled: bool) -> None:
    """Set the width and the kernel of a convolution."""
    if not is_scaled and isinstance(layer.get("to"), int):
        layer["to"] = shape[0]
    kernel = shape[2:]
    if len(kernel) == len(operator.window.kernel) and kernel != tuple(operator.window.kernel):
        layer["conv"] = kernel[0] if len(set(kernel)) == 1 else list(kernel)


def _fit_groups(data: dict[str, Any], network: Network, stages: Mapping[str, list[StoredBlock]]) -> None:
    """Set the groups of the spatial convolutions where they are others than those of the network."""
    own = {each.name: _spatial(each.block_runs[0].block) for each in network.stages if each.name in stages}
    found = {name: (blocks[0].inner, blocks[0].groups) for name, blocks in stages.items()}
    known = {name: (inner, count) for name, (inner, count) in found.items() if inner and count and own[name]}
    is_depthwise = all(inner == count for inner, count in known.values()) and all(
        operator.out_channels == operator.groups for name, operator in own.items() if operator and name in known
    )
    counts = {name: count for name, (_, count) in known.items()}
    if is_depthwise or counts == {name: operator.groups for name, operator in own.items() if operator}:
        return
    sizes = {name: inner // count for name, (inner, count) in known.items()}
    key = "groups" if len(set(counts.values())) == 1 or len(set(sizes.values())) > 1 else "group_width"
    values = counts if key == "groups" else sizes
    block = data.setdefault("block", {})
    for options in (block, *data["stages"].values()):
        options.pop("groups", None)
        options.pop("group_width", None)
    common = next(iter(values.values()))
    if set(values.values()) != {common}:
        for name, value in values.items():
            data["stages"][name][key] = value
    elif (key, common) != ("groups", 1):
        block[key] = common


def _spatial(block: Block) -> Conv | None:
    """Return the convolution before the last, if there are three."""
    convolutions = [node.operator for node in block.branch if isinstance(node.operator, Conv)]
    return convolutions[-2] if len(convolutions) > 2 else None


def _fit_head(head: dict[str, Any], nodes: tuple[Node, ...], shapes: Shapes) -> None:
    """Set the number of classes, or remove the classifier where the file has none; set the widths of the layers."""
    weighted = [node for node in nodes if isinstance(node.operator, Linear | Conv)]
    layers = [each for key in ("layers", "then") for each in head.get(key) or [] if isinstance(each, dict)]
    layers = [each for each in layers if "conv" in each or "linear" in each]
    has_classes = "classes" in head
    if len(layers) + has_classes == len(weighted):
        for layer, node in zip(layers, weighted, strict=False):
            shape = shapes.get(f"{node.name}.weight")
            if shape and isinstance(layer.get("to"), int):
                layer["to"] = shape[0]
    if not weighted or not has_classes:
        return
    stored = shapes.get(f"{weighted[-1].name}.weight")
    if stored:
        head["classes"] = stored[0]
        return
    for key in ("classes", "classifier"):
        head.pop(key, None)


def _at(data: Any, path: Path) -> dict[str, Any]:
    """Return the mapping at a path; an empty one where the path leads to none."""
    for step in path:
        data = data.get(step) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}
