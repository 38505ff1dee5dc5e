"""RG515: pre-activation blocks whose last sum reaches the head without a norm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ir.network import Block, Node


def unnormalized_output(trace: Trace) -> Iterator[Fault]:
    """Pre-activation network without a norm before its head.

    A pre-activation block normalizes what its branch reads, and adds the branch to a sum that nothing normalizes
    (arXiv:1603.05027). This sum grows with the depth. The network of the paper has a norm and
    an activation after the last block; without them, the classifier gets this sum, without a nonlinearity after the
    last convolution. The warning is given if the branch of the last block begins with a norm, nothing follows its
    addition, and the head has no norm before its first layer with weights. A network without norms gets no warning.

    Fails:

        extends: preact_resnet110
        name: bare
        head: {layers: null}

    Fixed:

        extends: preact_resnet110
        name: complete
    """
    network = trace.network
    last = network.stages[-1].runs[-1].block
    if not _sums_without_norm(last):
        return
    for head in (head for head in network.heads if _weights_first(head.nodes)):
        message = "the sum of pre-activation blocks reaches the classifier without a norm"
        layers = "`layers: [{norm: here}]`"
        help = f"add {layers} to `{head.label}`: a norm and its activation, as pre-activation networks have them"
        yield Fault("RG515", message, Place(head.at, Part.KEY), help=help, severity=Severity.WARNING)


def _sums_without_norm(block: Block) -> bool:
    """Return whether a block adds to its input, normalizes before its first weights, and not after its addition."""
    first = next((node for node in block.branch if node.operator.is_norm or node.operator.is_weighted), None)
    begins = first is not None and first.operator.is_norm
    return begins and block.shortcut.kind != "none" and not block.post_add


def _weights_first(nodes: Iterable[Node]) -> bool:
    """Return whether a layer with weights comes before every norm; False if there is neither."""
    found = next((node for node in nodes if node.operator.is_norm or node.operator.is_weighted), None)
    return found is not None and not found.operator.is_norm
