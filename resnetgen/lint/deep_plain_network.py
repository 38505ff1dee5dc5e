"""RG503: a network without shortcuts is too deep to train well."""

from __future__ import annotations

from collections.abc import Iterator

from resnetgen.analysis.cost import weighted_layers
from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ir.network import Network, Node
from resnetgen.ops.conv import Conv

MAX_LAYERS = 20
"""Plain networks gain from depth up to 20 layers; with 32, the next depth tried, they lose."""


def deep_plain_network(trace: Trace) -> Iterator[Fault]:
    """Plain network deep enough to degrade.

    Without shortcuts a deeper network is likely to reach a higher error, on the training set too: of the plain networks
    in arXiv:1512.03385, the one with 34 layers ends above the one with 18 on ImageNet (figure 4 and table 2), and those
    with 32, 44 and 56 layers above the one with 20 on CIFAR-10 (figure 6). Residual networks were made to solve this.
    The warning is given for networks of 21 or more layers in which no block has a shortcut. Depthwise convolutions do
    not count: each is one half of a layer that is factorized into two, as in MobileNet (arXiv:1704.04861). If a network
    is meant for this comparison, give that reason under `ignore`.

    Fails:

        extends: resnet34
        name: no_way_around
        block: {shortcut: none}

    Fixed:

        extends: resnet34
        name: with_shortcuts
    """
    runs = [run for stage in trace.network.stages for run in stage.block_runs]
    if any(run.block.shortcut.kind != "none" for run in runs):
        return
    layers = weighted_layers(trace.network) - _depthwise(trace.network)
    if layers <= MAX_LAYERS:
        return
    message = f"a plain network of {layers} layers is likely to train to a higher error than a shallower one"
    place = Place(runs[0].shortcut_at, Part.ENTRY) if runs[0].shortcut_at else Place(runs[0].at, Part.KEY)
    help = "use `shortcut: auto`; or give the reason under `ignore: {RG503: ...}`"
    yield Fault("RG503", message, place, help=help, severity=Severity.WARNING)


def _depthwise(network: Network) -> int:
    """Return the number of depthwise convolutions in the branches."""
    runs = (run for stage in network.stages for run in stage.runs)
    return sum(run.repeat * sum(map(_is_depthwise, run.block.branch)) for run in runs)


def _is_depthwise(node: Node) -> bool:
    conv = node.operator
    return isinstance(conv, Conv) and 1 < conv.groups == conv.in_channels
