"""What a network costs: parameters, buffers, multiply-adds, activation memory and receptive field.

All of it is read off the operators' facts along a trace; nothing here knows the structure of a network a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod

from resnetgen.analysis.shape_inference import BlockGroup, BlockTrace, StageTrace, Step, Trace
from resnetgen.frozen import Frozen
from resnetgen.ir.network import Network, Node
from resnetgen.ops.operator import TensorSpec

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8}
"""Bytes of one value, by dtype."""


class Cost(Frozen):
    """Parameters and buffers in elements, multiply-adds and written activations (in values) for one sample."""

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
        """The cost of `count` such things."""
        return Cost(self.params * count, self.buffers * count, self.macs * count, self.values * count)

    def memory(self, dtype: str = "float32", batch: int = 1) -> int:
        """Bytes that the operators write for a batch: every output that is not written over its own input.

        This is what training keeps, near enough; PyTorch may keep less where a gradient does not need a value, and an
        inference needs only what is alive at one time.
        """
        return self.values * batch * BYTES[dtype]


def step_cost(step: Step) -> Cost:
    """The cost of one operator."""
    entries = step.node.operator.entries()
    return Cost(
        params=sum(entry.numel() for entry in entries if entry.trained),
        buffers=sum(entry.numel() for entry in entries if not entry.trained) + step.node.operator.unsaved(),
        macs=step.node.operator.macs(step.output),
        values=step.node.operator.values(step.output),
    )


def block_cost(block: BlockTrace) -> Cost:
    """The cost of one block, with the sum that its addition writes."""
    adds = block.block.shortcut.kind != "none" and not block.block.shortcut.over
    added = block.branch[-1].output if block.branch and adds else ()
    return sum(map(step_cost, block.steps()), Cost(values=prod(added) if added else 0))


def part_cost(part: BlockGroup) -> Cost:
    """The cost of equal blocks together."""
    return block_cost(part.trace).times(part.count)


def stage_cost(stage: StageTrace) -> Cost:
    """The cost of a stage."""
    return sum(map(part_cost, stage.parts), Cost())


def steps_cost(steps: Iterable[Step]) -> Cost:
    """The cost of some operators together."""
    return sum(map(step_cost, steps), Cost())


def cost(trace: Trace) -> Cost:
    """The cost of the whole network."""
    return sum(map(stage_cost, trace.stages), steps_cost(trace.stem) + steps_cost(trace.head))


def state_dict(network: Network) -> Iterator[tuple[str, TensorSpec]]:
    """Every key of the emitted network's state dict with its tensor, in order, without torch."""
    from resnetgen.analysis.state_dict import tensors_by_block  # no check asks for it

    for row in tensors_by_block(network):
        for number in range(row.first, row.first + row.repeat):
            for tensor in row.tensors:
                yield row.key(number, tensor.tail), tensor.entry


def weighted_layers(network: Network) -> int:
    """How many convolutions and linear layers a signal passes on its way through the branches: ResNet-50's 50."""
    count = count_weighted(network.stem) + count_weighted(network.head)
    return count + sum(count_weighted(run.block.branch) * run.repeat for stage in network.stages for run in stage.runs)


def count_weighted(nodes: Iterable[Node]) -> int:
    """How many of some operators have weights that a network's depth counts."""
    return sum(node.operator.is_weighted for node in nodes)
