"""The cost of a network: parameters, buffers, multiply-adds and activation memory.

All of it is computed from the facts of the operators along a trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from math import prod

from resnetgen import display
from resnetgen.analysis.shape_inference import MOST_KNOWN, BlockGroup, BlockTrace, StageTrace, Trace
from resnetgen.analysis.step import Step
from resnetgen.frozen import Frozen
from resnetgen.identity_memo import IdentityMemo
from resnetgen.ir.network import Network, Node
from resnetgen.ops.operator import TensorSpec

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8}
"""Bytes of one value by dtype."""


class Cost(Frozen):
    """Parameters and buffers in elements; multiply-adds and written activations, in values, for one sample."""

    params: int = 0
    buffers: int = 0
    macs: int = 0
    values: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.params + other.params,
            self.buffers + other.buffers,
            self.macs + other.macs,
            self.values + other.values,
        )

    def times(self, count: int) -> Cost:
        """Return the cost of `count` equal things."""
        return Cost(self.params * count, self.buffers * count, self.macs * count, self.values * count)

    def memory(self, dtype: str = "float32", batch: int = 1) -> int:
        """Return the bytes that the operators write for a batch: each output except those written over their own input.

        Training keeps about as much; PyTorch may keep less where a gradient needs no value. Inference needs only the
        maps that are alive at one time.
        """
        return self.values * batch * BYTES[dtype]

    def _repr_html_(self) -> str | None:
        return display.html(self)


def step_cost(step: Step) -> Cost:
    """Return the cost of one operator."""
    return steps_cost((step,))


def steps_cost(steps: Iterable[Step]) -> Cost:
    """Return the total cost of operators."""
    params = buffers = macs = values = 0
    for step in steps:
        operator = step.node.operator
        for entry in operator.entries():
            if entry.trained:
                params += entry.numel()
            else:
                buffers += entry.numel()
        buffers += operator.unsaved()
        macs += operator.macs(step.output)
        values += operator.values(step.output)
    return Cost(params, buffers, macs, values)


_COSTS: IdentityMemo[BlockTrace, Cost] = IdentityMemo(MOST_KNOWN)
"""Costs of blocks, which specs share as they share their traces."""

_COSTS_OF_STEPS: IdentityMemo[tuple[Step, ...], Cost] = IdentityMemo(MOST_KNOWN)
"""Costs of stems and heads, likewise."""


def block_cost(block: BlockTrace) -> Cost:
    """Return the cost of one block, with the sum that its addition writes."""
    return _COSTS.get(block, partial(_block_cost, block))


def _block_cost(block: BlockTrace) -> Cost:
    adds = block.block.shortcut.kind != "none" and not block.block.shortcut.over
    added = block.branch[-1].output if block.branch and adds else ()
    found = steps_cost(block.steps())
    return found + Cost(values=prod(added)) if added else found


def _total(costs: Iterable[tuple[Cost, int]]) -> Cost:
    """Return the sum of costs, each so many times; quicker than by additions of `Cost`."""
    params = buffers = macs = values = 0
    for cost, count in costs:
        params += cost.params * count
        buffers += cost.buffers * count
        macs += cost.macs * count
        values += cost.values * count
    return Cost(params, buffers, macs, values)


def part_cost(part: BlockGroup) -> Cost:
    """Return the total cost of a group of equal blocks."""
    return block_cost(part.trace).times(part.count)


def stage_cost(stage: StageTrace) -> Cost:
    """Return the cost of a stage."""
    return _total([(block_cost(part.trace), part.count) for part in stage.parts])


KnownCosts = IdentityMemo[StageTrace, Cost]
"""Costs of stages, for networks that have traces of stages in common."""


def cost(trace: Trace, known: KnownCosts | None = None) -> Cost:
    """Return the cost of a network.

    Args:
        trace: its shapes.
        known: remembers the costs of stages, for networks that share their traces as the very same objects.
    """
    ends = (trace.stem, *(head.steps for head in trace.heads))
    of_ends = [_COSTS_OF_STEPS.get(steps, partial(steps_cost, steps)) for steps in ends]
    if known is None:
        of_stages = [*map(stage_cost, trace.stages)]
    else:
        of_stages = [known.get(stage, partial(stage_cost, stage)) for stage in trace.stages]
    return _total([(each, 1) for each in (*of_stages, *of_ends)])


def state_dict(network: Network) -> Iterator[tuple[str, TensorSpec]]:
    """Yield each key of the emitted network's state dict with its tensor, in order, without torch."""
    from resnetgen.analysis.state_dict import tensors_by_block  # `check` does not need it

    for row in tensors_by_block(network):
        for number in range(row.first, row.first + row.repeat):
            for tensor in row.tensors:
                yield row.key(number, tensor.suffix), tensor.spec


def weighted_layers(network: Network) -> int:
    """Return the depth of a network, as in its name: convolutions and linear layers along the branches.

    Shortcuts do not count. ResNet-50 has 50.
    """
    count = count_weighted(network.stem) + count_weighted(network.head_nodes)
    return count + sum(count_weighted(run.block.branch) * run.repeat for stage in network.stages for run in stage.runs)


def count_weighted(nodes: Iterable[Node]) -> int:
    """Return how many of the operators count towards the depth of a network."""
    return sum(node.operator.is_weighted for node in nodes)
