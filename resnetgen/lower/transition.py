"""The layers of a stage before its blocks, as ConvNeXt's norm and strided convolution (arXiv:2201.03545)."""

from __future__ import annotations

from resnetgen.diagnostics.model import Fault, Part, Place
from resnetgen.errors import LoweringError
from resnetgen.ir.network import Block, Shortcut, total_stride
from resnetgen.layers import Layer
from resnetgen.layers.builder import LayerBuilder
from resnetgen.layers.context import BlockContext, NetworkContext, Position
from resnetgen.lower.branch import check_strides
from resnetgen.schema.layout_tables import TRANSITION
from resnetgen.schema.layouts import Naming

NAME = "transition"

_NAMING = Naming(TRANSITION)


def transition(layers: list[Layer], position: Position, network: NetworkContext) -> Block:
    """Return the layers as a block without a shortcut. As in the stem, they have the network's norm and activation.

    Raises:
        LoweringError: one of them is impossible, or none does anything.
    """
    widths = {"in": position.in_channels, "out": position.out_channels}
    context = BlockContext(
        network, _NAMING, position.at, position.at, widths=widths, position=position, opens_stage=True
    )
    check_strides(layers, position.at, context)
    builder = LayerBuilder(context, position.in_channels, taken={""})
    for index, layer in enumerate(layers):
        builder.lay(index, layer)
    builder.reject_names_beside_numbers()
    if not builder.nodes:
        message = "`transition` has no effect: none of its layers does anything here"
        raise LoweringError(Fault("RG209", message, Place(position.at, Part.KEY), help="remove it"))
    nodes = tuple(node._replace(injected=False) for node in builder.nodes)
    return Block(
        type=NAME,
        description="",
        branch=nodes,
        shortcut=Shortcut("none", ""),
        post_add=(),
        widths=(("in", position.in_channels), ("out", builder.channels)),
        stride=total_stride(nodes, network.rank),
        opens_stage=True,
    )
