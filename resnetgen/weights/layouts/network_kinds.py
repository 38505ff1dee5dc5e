"""Kinds of networks that libraries name differently, by facts of the network."""

from resnetgen.ir.network import Network
from resnetgen.ops.conv import Conv
from resnetgen.ops.pool import AvgPool, MaxPool


def has_no_pool(network: Network) -> bool:
    """Return whether a network has no pool in its stem."""
    return not any(isinstance(node.operator, MaxPool | AvgPool) for node in network.stem)


def is_regnet(network: Network) -> bool:
    """Return whether a network has grouped convolutions and no pool in its stem, which no ResNet of a library has."""
    runs = (run for stage in network.stages for run in stage.runs)
    convs = (node.operator for run in runs for node in run.block.branch if isinstance(node.operator, Conv))
    return has_no_pool(network) and any(conv.groups > 1 for conv in convs)


def is_no_regnet(network: Network) -> bool:
    """Return the opposite of `is_regnet`."""
    return not is_regnet(network)
