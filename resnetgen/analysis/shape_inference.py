"""Shape inference: the output shape of every operator at an input size, and the faults where there is none.

Each pair of a block and an input shape is traced once, however often the block repeats.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen import display
from resnetgen.analysis.addition_faults import addition_fault
from resnetgen.analysis.mismatch_fault import mismatch_fault
from resnetgen.analysis.step import Step
from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.errors import ShapeError
from resnetgen.frozen import Frozen
from resnetgen.identity_memo import IdentityMemo
from resnetgen.ir.map_size import MOST_CHANGES
from resnetgen.ir.network import Block, Head, Network, Node, Run, Stage
from resnetgen.ir.stem_map import STEM
from resnetgen.ops.window import Shape, by_axis

OUTPUT = "output"
"""The name of a single output, where one is needed."""

MOST_KNOWN = 4_000
"""The most traces of blocks that are remembered, as many as blocks themselves are (lower/block.py)."""


class BlockTrace(NamedTuple):
    """A block with its steps and its output shape."""

    block: Block
    input: Shape
    branch: tuple[Step, ...]
    shortcut: tuple[Step, ...]
    post_add: tuple[Step, ...]
    output: Shape

    def steps(self) -> tuple[Step, ...]:
        """Return all steps in the order of the state dict."""
        return (*self.branch, *self.post_add, *self.shortcut)


class BlockGroup(Frozen):
    """`count` blocks of a run with the same input shape; `first` is the index of the first in its stage."""

    trace: BlockTrace
    count: int
    first: int


class StageTrace(NamedTuple):
    """A stage with its blocks, equal ones grouped."""

    stage: Stage
    parts: tuple[BlockGroup, ...]
    output: Shape

    def __repr__(self) -> str:
        return f"<StageTrace {self.stage.name}: {self.stage.blocks()} blocks -> {format_shape(self.output)}>"

    def block_types(self) -> dict[str, int]:
        """Return the number of blocks of each type."""
        found: dict[str, int] = {}
        for run in self.stage.block_runs:
            found[run.block.type] = found.get(run.block.type, 0) + run.repeat
        return found


class HeadTrace(NamedTuple):
    """A head with its steps and its output shape."""

    head: Head
    steps: tuple[Step, ...]
    output: Shape


class Trace(NamedTuple):
    """The shapes of a network at one input size. If there are `faults`, it may end early.

    `min_batch` is the fewest samples that it takes at this size.
    """

    network: Network
    input: Shape
    stem: tuple[Step, ...]
    stages: tuple[StageTrace, ...]
    heads: tuple[HeadTrace, ...]
    faults: tuple[Fault, ...] = ()
    min_batch: int = 1

    def batch(self, samples: int) -> int:
        """Return a number of samples, or the fewest that the network takes if those are more."""
        return max(samples, self.min_batch)

    @property
    def outputs(self) -> dict[str, Shape]:
        """The shapes of what the network returns by name: its heads or its maps. A head without a name is `output`."""
        if self.network.heads:
            return {each.head.name or OUTPUT: each.output for each in self.heads}
        maps = self.maps()
        return {name: maps[name] for name in self.network.features if name in maps}

    @property
    def output(self) -> Shape:
        """The shape of the output; empty where the network returns several by name."""
        return () if self.network.names_outputs else self.outputs.get(OUTPUT, ())

    def describe_outputs(self) -> str:
        """Return the outputs in words: `1000`, `policy 362, value 1`."""
        named = self.network.names_outputs
        return ", ".join(f"{name if named else ''} {by_axis(shape)}".strip() for name, shape in self.outputs.items())

    def maps(self) -> dict[str, Shape]:
        """Return the shape of every map that the network could give: of its stem, if it has one, and of its stages."""
        found = {stage.stage.name: stage.output for stage in self.stages}
        if not self.stem and STEM not in self.network.features:
            return found
        end = self.network.stem_map
        return {STEM: self.stem[end - 1].output if end else self.input, **found}

    @property
    def head_steps(self) -> tuple[Step, ...]:
        """The steps of all heads, one head after the other."""
        return tuple(step for each in self.heads for step in each.steps)

    def written_steps(self) -> Iterator[Step]:
        """Yield the steps of stem, branches and heads whose layers the spec has written."""
        branches = (step for stage in self.stages for part in stage.parts for step in part.trace.branch)
        yield from (step for step in (*self.stem, *branches, *self.head_steps) if step.node.at)

    def __repr__(self) -> str:
        return f"<Trace {self.network.name}: {format_shape(self.input)} -> {self.describe_outputs()}>"

    def _repr_html_(self) -> str | None:
        return display.html(self)


_KNOWN: IdentityMemo[Block, BlockTrace] = IdentityMemo(MOST_KNOWN)
"""Traces of blocks without faults, by the block and its input shape: specs share their blocks."""

_KNOWN_STEPS: IdentityMemo[tuple[Node, ...], tuple[Step, ...]] = IdentityMemo(MOST_KNOWN)
"""Steps of stems and heads without faults, which the candidates of a design space share."""


KnownStages = IdentityMemo[Stage, StageTrace]
"""Traces of stages without faults, by the stage and its input shape, for networks that have stages in common."""


class _Tracer:
    """Follows a map through the network and collects faults."""

    def __init__(self, network: Network, size: tuple[int, ...], known: KnownStages | None = None) -> None:
        self.network = network
        self.known = known
        self.size = size
        self.faults: list[Fault] = []
        # Set once a branch gave the wrong size: later shape errors may follow from that, and are not reported.
        self.size_is_wrong = False
        self.min_batch = 1
        self.memo: dict[tuple[int, Shape], BlockTrace] = {}

    def run(self) -> Trace:
        network = self.network
        input = shape = (network.channels, *self.size)
        stem: tuple[Step, ...] = ()
        stages: list[StageTrace] = []
        heads: list[HeadTrace] = []
        try:
            stem = self.known_steps(network.stem, shape)
            shape = stem[-1].output if stem else shape
            for stage in network.stages:
                traced = self.stage(stage, shape)
                stages.append(traced)
                shape = traced.output
            for head in network.heads:
                steps = self.known_steps(head.nodes, shape)
                heads.append(HeadTrace(head, steps, steps[-1].output if steps else shape))
        except ShapeError as error:
            if not self.size_is_wrong:
                self.faults.append(error.fault)
        return Trace(network, input, stem, tuple(stages), tuple(heads), tuple(self.faults), self.min_batch)

    def stage(self, stage: Stage, shape: Shape) -> StageTrace:
        """Trace a stage; of one that is known, nothing is asked of the batch, and there are no faults."""
        if self.known is None:
            return self._unknown_stage(stage, shape)
        found = self.known.find(stage, shape)
        if found is None:
            faults, min_batch, self.min_batch = len(self.faults), self.min_batch, 1
            found = self._unknown_stage(stage, shape)
            if len(self.faults) == faults and self.min_batch == 1:
                self.known.keep(stage, found, shape)
            self.min_batch = max(self.min_batch, min_batch)
        return found

    def _unknown_stage(self, stage: Stage, shape: Shape) -> StageTrace:
        parts: list[BlockGroup] = []
        first = 0
        for run in stage.runs:
            for part in self.parts(run, shape, first):
                parts.append(part)
                shape = part.trace.output
            first += 0 if run.block.opens_stage else run.repeat
        return StageTrace(stage, tuple(parts), shape)

    def parts(self, run: Run, shape: Shape, first: int) -> list[BlockGroup]:
        """Group the blocks of a run by input shape."""
        parts: list[BlockGroup] = []
        left = run.repeat
        while left:
            trace = self.block(run, shape)
            count = left if trace.output == shape else 1
            parts.append(BlockGroup(trace, count, first))
            if len(parts) > MOST_CHANGES:
                message = f"the map changes its size in more than {MOST_CHANGES} blocks in a row"
                help = "pad the convolutions to keep the size"
                raise ShapeError(Fault("RG304", message, Place(run.at, Part.KEY), help=help))
            shape = trace.output
            first += count
            left -= count
        return parts

    def block(self, run: Run, shape: Shape) -> BlockTrace:
        key = (id(run), shape)
        if key not in self.memo:
            self.memo[key] = _KNOWN.find(run.block, shape) or self._unknown_block(run, shape)
        return self.memo[key]

    def _unknown_block(self, run: Run, shape: Shape) -> BlockTrace:
        """Trace a block, and remember its trace if the trace is all that is to be told of it."""
        faults, min_batch = len(self.faults), self.min_batch
        self.min_batch = 1
        found = self._block(run, shape)
        if len(self.faults) == faults and self.min_batch == 1:
            _KNOWN.keep(run.block, found, shape)
        self.min_batch = max(self.min_batch, min_batch)
        return found

    def _block(self, run: Run, shape: Shape) -> BlockTrace:
        block = run.block
        branch = self.steps(block.branch, shape, run.at)
        result = branch[-1].output if branch else shape
        tap_shape = branch[block.shortcut.tap].input if branch else shape
        shortcut = self.steps(block.shortcut.nodes, tap_shape, run.at)
        shortcut_shape = shortcut[-1].output if shortcut else shape
        if block.shortcut.kind != "none" and shortcut_shape != result:
            fault, self.size_is_wrong = addition_fault(run, branch, shortcut, shortcut_shape, result)
            if fault.at.path != run.padding_at or all(each.at != fault.at for each in self.faults):
                self.faults.append(fault)
        post_add = self.steps(block.post_add, result, run.at)
        return BlockTrace(block, shape, branch, shortcut, post_add, post_add[-1].output if post_add else result)

    def known_steps(self, nodes: tuple[Node, ...], shape: Shape) -> tuple[Step, ...]:
        """Return the steps of a stem or a head, and remember them if they ask nothing of the batch."""
        found = _KNOWN_STEPS.find(nodes, shape)
        if found is None:
            min_batch, self.min_batch = self.min_batch, 1
            found = self.steps(nodes, shape, ())
            if self.min_batch == 1:
                _KNOWN_STEPS.keep(nodes, found, shape)
            self.min_batch = max(self.min_batch, min_batch)
        return found

    def steps(self, nodes: tuple[Node, ...], shape: Shape, at: Path) -> tuple[Step, ...]:
        steps = []
        for node in nodes:
            operator = node.operator
            output = operator.output(shape)
            if min(output) < 1 or operator.refuses_pixels:
                mismatch = operator.shape_error(shape)
                if mismatch:
                    raise ShapeError(mismatch_fault(node, mismatch, at, self.size))
                self.min_batch = max(self.min_batch, operator.min_batch(shape))
            steps.append(Step(node, shape, output))
            shape = output
        return tuple(steps)


def trace(network: Network, size: tuple[int, ...] | None = None, known: KnownStages | None = None) -> Trace:
    """Infer all shapes of a network.

    Args:
        network: the network.
        size: the input size in pixels along each axis; by default the spec's own.
        known: remembers the traces of stages, for networks that have stages in common as the very same objects.

    Returns:
        The trace; its `faults` say which operators have no output shape, and which additions do not match.
    """
    return _Tracer(network, network.size if size is None else size, known).run()


def format_shape(shape: Shape) -> str:
    """Return a shape as in messages and tables: `64x56x56`."""
    return by_axis(shape)
