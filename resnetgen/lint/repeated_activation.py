"""RG517: an activation directly after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from resnetgen.analysis.shape_inference import Trace
from resnetgen.diagnostics.model import Fault, Part, Path, Place, Severity
from resnetgen.ir.network import Node, Run
from resnetgen.ops.activation import Activation


def repeated_activation(trace: Trace) -> Iterator[Fault]:
    """Activation directly after another.

    The second of two equal rectifiers changes nothing, and no published network has two activations in a row. Usually,
    one of them was inherited: in a block without a shortcut, the activation of `join` follows that of the last layer.
    The warning is given for two activations in a row in the stem, in the head, in a branch, or around the addition of a
    block that adds nothing.

    Fails:

        extends: resnet18
        name: twice
        blocks: {row: {branch: [{conv: 3, to: out, stride: here}, {conv: 3, to: out}]}}
        block: {type: row, shortcut: none}

    Fixed:

        extends: resnet18
        name: once
        blocks: {row: {branch: [{conv: 3, to: out, stride: here}, {conv: 3, to: out}], join: {act: none}}}
        block: {type: row, shortcut: none}
    """
    network = trace.network
    known: set[Path] = set()
    runs = (run for stage in network.stages for run in stage.runs)
    heads = ((head.at, head.nodes) for head in network.heads)
    parts = [(("stem",), network.stem), *(part for run in runs for part in _of_block(run)), *heads]
    for at, nodes in parts:
        for before, after in pairwise(nodes):
            place = after.at or before.at or at
            if not (isinstance(before.operator, Activation) and isinstance(after.operator, Activation)):
                continue
            if place not in known:
                known.add(place)
                message = f"{after.operator.describe()} directly follows {before.operator.describe()}"
                help = "write `act: none` in the layer before, or `join: {act: none}` in a block without a shortcut"
                yield Fault("RG517", message, Place(place, Part.KEY), help=help, severity=Severity.WARNING)


def _of_block(run: Run) -> Iterator[tuple[Path, Sequence[Node]]]:
    """Yield the rows of a block's operators; without a shortcut it is one row."""
    block = run.block
    if block.shortcut.kind == "none":
        yield run.at, (*block.branch, *block.post_add)
    else:
        yield run.at, block.branch
        yield run.at, block.post_add
    yield run.at, block.shortcut.nodes
