"""The first convolution of a network, whose weights depend on the input channels."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.ir.network import Network, Node
from resnetgen.ops.conv import Conv
from resnetgen.ops.standardize import Standardize
from resnetgen.weights.adaptation.adaptation import refuse
from resnetgen.weights.fit import Fit


class FirstConv(NamedTuple):
    """The first convolution of a stem, the layers before it, and the layer after it if there is one."""

    node: Node
    before: tuple[Node, ...]
    after: Node | None

    @property
    def conv(self) -> Conv:
        """The convolution."""
        assert isinstance(self.node.operator, Conv)
        return self.node.operator

    @property
    def weight(self) -> str:
        """The name of its weights."""
        return f"{self.node.name}.weight"


def first_conv(network: Network, found: Fit, option: str) -> FirstConv:
    """Return the first convolution of a network, which reads all input channels and whose weights a file has.

    Layers without weights may stand before it; the constants of `input: {mean, std}` are none of these.

    Args:
        network: the network.
        found: the part of the file.
        option: the option of the change, for the message.

    Raises:
        WeightsError: there is none.
    """
    stem = [node for node in network.stem if not isinstance(node.operator, Standardize)]
    index = next((index for index, node in enumerate(stem) if isinstance(node.operator, Conv)), None)
    if index is not None:
        after = stem[index + 1] if index + 1 < len(stem) else None
        first = FirstConv(stem[index], tuple(stem[:index]), after)
        if len(found.shapes.get(first.weight) or ()) > 2 and first.conv.groups == 1:
            return first
    message = "the network has no first convolution over all input channels, or this file does not have it"
    refuse(message, f"leave {option} out")
