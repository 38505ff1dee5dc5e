"""The questions about a network that the shapes of tensors do not answer, and its answer to each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resnetgen.diagnostics.model import Path
from resnetgen.ir.network import Network, Node
from resnetgen.ops.conv import Conv
from resnetgen.ops.operator import Operator
from resnetgen.ops.window import by_axis


def untold(network: Network) -> dict[Path, str]:
    """Return what a network has where shapes do not tell it, by the part of the spec that says so.

    Strides and the layers that have them, dilations, pools, activations, eps, blur, and how shortcuts change the size
    of a map, or that there are no shortcuts.
    """
    found = {
        ("input", "size"): _number(network.size),
        ("stem",): ", ".join(_moves(network.stem)),
        ("act",): ", ".join(_acts(network)),
        ("norm",): ", ".join(f"eps {eps:g}" for eps in _eps(network)),
        ("block", "shortcut"): _skips(network),
        ("block", "antialias"): _blur(network),
        ("stages",): "; ".join(_steps(network)),
        ("head", "pool"): ", ".join(node.operator.describe() for node in network.head_nodes if node.operator.is_global),
    }
    return {path: words for path, words in found.items() if words}


def _number(extents: tuple[int, ...]) -> str:
    return str(extents[0]) if len(set(extents)) == 1 and len(extents) > 1 else by_axis(extents)


def _moves(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the layers of a stem that change the size of the map."""
    for node in nodes:
        window = node.operator.receptive_window()
        if window is not None and (set(window.stride) != {1} or not isinstance(node.operator, Conv)):
            yield node.operator.describe()


def _operators(network: Network) -> list[Operator]:
    return [node.operator for _, nodes in network.parts() for node in nodes]


def _acts(network: Network) -> list[str]:
    return list(dict.fromkeys(each.describe() for each in _operators(network) if each.is_activation))


def _eps(network: Network) -> list[float]:
    found = (getattr(each, "eps", None) for each in _operators(network) if each.is_norm)
    return list(dict.fromkeys(eps for eps in found if eps is not None))


def _skips(network: Network) -> str:
    """Return how shortcuts change a map, or that there are none; empty where all leave it as it is."""
    skips = [run.block.shortcut for stage in network.stages for run in stage.block_runs]
    if skips and all(skip.kind == "none" for skip in skips):
        return "none"
    shown = dict.fromkeys(" and ".join(_brief(skip.nodes)) for skip in skips if skip.nodes)
    return " or ".join(list(shown)[:2])


def _blur(network: Network) -> str:
    """Return what reduces the map in a branch in place of a convolution."""
    for stage in network.stages:
        for run in stage.block_runs:
            for node in run.block.branch:
                window = node.operator.receptive_window()
                if window is not None and set(window.stride) != {1} and not node.operator.is_weighted:
                    return node.operator.describe()
    return "none"


def _brief(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if node.operator.role == "pad":
            yield "zero channels"
        elif not (node.operator.is_norm or node.operator.is_activation or node.operator.role == "identity"):
            yield node.operator.describe().partition("/")[0]


def _steps(network: Network) -> Iterator[str]:
    """Yield the strides of the stages and the layers that have them, and the dilations."""
    strides = [_number((stage.opening or stage.block_runs[0]).block.stride) for stage in network.stages]
    places: dict[str, None] = {}
    dilations: dict[str, None] = {}
    for stage in network.stages:
        for node in stage.runs[0].block.branch:
            window = node.operator.receptive_window()
            if window is not None and set(window.stride) != {1}:
                places[node.name] = None
        for run in stage.block_runs:
            for node in run.block.branch:
                if isinstance(node.operator, Conv):
                    dilations[_number(node.operator.window.dilation)] = None
    yield f"strides {', '.join(strides)}" + (f" in {' or '.join(places)}" if places else "")
    yield f"dilation {', '.join(dilations)}" if list(dilations) != ["1"] else "no dilation"
