"""Shapes: what every operator of a network makes of an input size, and where that fails.

A trace visits each distinct pair of block and input shape once, however often the block repeats.
"""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Path, Place
from resnetgen.diagnostics.model import Part as Half
from resnetgen.errors import ShapeError
from resnetgen.frozen import Frozen
from resnetgen.ir.network import Block, Network, Node, Run, Stage
from resnetgen.ops.operator import Misfit, Shape, by_axis

MOST_SHAPES = 1000
"""How often the map may change its size within one run of equal blocks."""


class Step(NamedTuple):
    """An operator with its input and output shape."""

    node: Node
    input: Shape
    output: Shape


class BlockTrace(NamedTuple):
    """A block with its steps, and the shape that leaves it."""

    block: Block
    input: Shape
    branch: tuple[Step, ...]
    shortcut: tuple[Step, ...]
    post_add: tuple[Step, ...]
    output: Shape

    def steps(self) -> tuple[Step, ...]:
        """All steps, in the order of the state dict."""
        return (*self.branch, *self.post_add, *self.shortcut)


class BlockGroup(Frozen):
    """`count` blocks of a run that see the same shape; `first` is the index of the first in its stage."""

    trace: BlockTrace
    count: int
    first: int


class StageTrace(NamedTuple):
    """A stage with its blocks, equal ones together."""

    stage: Stage
    parts: tuple[BlockGroup, ...]
    output: Shape


class Trace(NamedTuple):
    """A network at one input size. Where `faults` is not empty, the trace may end early."""

    network: Network
    input: Shape
    stem: tuple[Step, ...]
    stages: tuple[StageTrace, ...]
    head: tuple[Step, ...]
    output: Shape
    faults: tuple[Fault, ...] = ()


class _Tracer:
    def __init__(self, network: Network, size: tuple[int, ...]) -> None:
        self.network = network
        self.size = size
        self.faults: list[Fault] = []
        # Whether a branch changed the map's size where it should not have, so that later misfits may follow from it.
        self.doubtful = False
        self.memo: dict[tuple[int, Shape], BlockTrace] = {}

    def run(self) -> Trace:
        network = self.network
        given = shape = (network.channels, *self.size)
        stem: tuple[Step, ...] = ()
        stages: list[StageTrace] = []
        head: tuple[Step, ...] = ()
        try:
            stem = self.steps(network.stem, shape, ())
            shape = stem[-1].output if stem else shape
            for stage in network.stages:
                traced = self.stage(stage, shape)
                stages.append(traced)
                shape = traced.output
            head = self.steps(network.head, shape, ())
            shape = head[-1].output if head else shape
        except ShapeError as error:
            if not self.doubtful:
                self.faults.append(error.fault)
        return Trace(network, given, stem, tuple(stages), head, shape, tuple(self.faults))

    def stage(self, stage: Stage, shape: Shape) -> StageTrace:
        parts: list[BlockGroup] = []
        first = 0
        for run in stage.runs:
            for part in self.parts(run, shape, first):
                parts.append(part)
                shape = part.trace.output
            first += run.repeat
        return StageTrace(stage, tuple(parts), shape)

    def parts(self, run: Run, shape: Shape, first: int) -> list[BlockGroup]:
        """The blocks of a run, as few parts as there are distinct input shapes."""
        parts: list[BlockGroup] = []
        left = run.repeat
        while left:
            trace = self.block(run, shape)
            count = left if trace.output == shape else 1
            parts.append(BlockGroup(trace, count, first))
            if len(parts) > MOST_SHAPES:
                message = f"the map changes its size in more than {MOST_SHAPES} blocks in a row"
                help = "pad the convolutions to keep the size"
                raise ShapeError(Fault("RG304", message, Place(run.at, Half.KEY), help=help))
            shape = trace.output
            first += count
            left -= count
        return parts

    def block(self, run: Run, shape: Shape) -> BlockTrace:
        key = (id(run), shape)
        if key not in self.memo:
            self.memo[key] = self._block(run, shape)
        return self.memo[key]

    def _block(self, run: Run, shape: Shape) -> BlockTrace:
        block = run.block
        branch = self.steps(block.branch, shape, run.at)
        result = branch[-1].output if branch else shape
        tapped = branch[block.shortcut.tap].input if branch else shape
        around = self.steps(block.shortcut.nodes, tapped, run.at)
        brought = around[-1].output if around else shape
        if block.shortcut.kind != "none" and brought != result:
            self.differ(run, branch, shape, brought, result)
        joined = self.steps(block.post_add, result, run.at)
        return BlockTrace(block, shape, branch, around, joined, joined[-1].output if joined else result)

    def steps(self, nodes: tuple[Node, ...], shape: Shape, at: Path) -> tuple[Step, ...]:
        steps = []
        for node in nodes:
            operator = node.operator
            output = operator.output(shape)
            if min(output) < 1 or operator.refuses_pixels:
                misfit = operator.shape_error(shape)
                if misfit:
                    raise ShapeError(_misfit_fault(node, misfit, at, self.size))
            steps.append(Step(node, shape, output))
            shape = output
        return tuple(steps)

    def differ(self, run: Run, branch: tuple[Step, ...], shape: Shape, brought: Shape, result: Shape) -> None:
        """The sides of an addition differ: the shortcut is of the wrong kind, or a layer makes the map too small."""
        culprit = next((step for step in branch if step.output[1:] != _strided_size(step)), None)
        if culprit is None:
            self.faults.append(_identity_fault(run, brought, result))
        else:
            self.faults.append(_shrunk_fault(run, culprit, brought, result))
            self.doubtful = True


def trace(network: Network, size: tuple[int, ...] | None = None) -> Trace:
    """Every shape at an input size, the spec's own by default; what cannot be is in the trace's faults."""
    return _Tracer(network, network.size if size is None else size).run()


def format_shape(shape: Shape) -> str:
    """A shape as messages and tables write it: `64x56x56`."""
    return by_axis(shape)


def _misfit_fault(node: Node, misfit: Misfit, at: Path, size: tuple[int, ...]) -> Fault:
    where = Place(node.at) if node.at else Place(at, Half.KEY)
    related = [(Place(("input", "size")), f"the input is {by_axis(size)}")]
    if node.at and at and node.at[: len(at)] != at:
        related.append((Place(at, Half.KEY), "used here"))
    message = f"{node.name} ({node.operator.describe()}) {misfit.why}"
    other = "a window that fits" if node.operator.window() else f"another {node.operator.role}"
    help = f"use a larger input, fewer strides, or {other}"
    return Fault("RG304", message, where, related=tuple(related), help=misfit.help or help)


def _strided_size(step: Step) -> tuple[int, ...]:
    """The size that a step's stride asks for: that of every stride-th pixel."""
    window = step.node.operator.window()
    if window is None:
        return step.input[1:]
    return tuple(-(-extent // stride) for extent, stride in zip(step.input[1:], window.stride, strict=True))


def _shrunk_fault(run: Run, culprit: Step, brought: Shape, result: Shape) -> Fault:
    """A layer of the branch gives the map another size than its stride asks for, and the shortcut does not follow."""
    node = culprit.node
    made = f"{by_axis(culprit.output[1:])} for {by_axis(culprit.input[1:])}"
    sides = f"the branch gives {format_shape(result)}, the {run.block.shortcut.kind} shortcut {format_shape(brought)}"
    message = f"{node.name} ({node.operator.describe()}) gives {made}: {sides}"
    used = (Place(run.at, Half.KEY), "used here")
    if not node.at:  # a built-in block type wrote the layer
        return Fault("RG302", message, used[0], help=_padding_help(culprit))
    return Fault("RG302", message, Place(node.at), related=(used,), help=_padding_help(culprit))


def _padding_help(step: Step) -> str:
    """What would give the map the size that the stride asks for."""
    window = step.node.operator.window()
    assert window is not None
    if step.node.injected:
        slots = "`antialias: blur`, or `{type: avg, size: 3}`"
        return (
            f"{slots}, would give {by_axis(_strided_size(step))}; `resnetgen show` lists the input sizes that work now"
        )
    half = tuple(spread * (extent - 1) // 2 for extent, spread in zip(window.kernel, window.dilation, strict=True))
    padding = f"padding: {list(half) if len(set(half)) > 1 else half[0]}"
    ways = [(padding, window._replace(padding=half))]
    if not step.node.operator.is_weighted:
        ceil = window._replace(ceil=True)
        ways += [("ceil_mode: true", ceil), (f"{padding}, ceil_mode: true", ceil._replace(padding=half))]
    for words, way in ways:
        if tuple(way.extent(extent, axis) for axis, extent in enumerate(step.input[1:])) == _strided_size(step):
            return f"`{words}` would give {by_axis(_strided_size(step))}"
    return "use an odd kernel, with half of it as padding"


def _identity_fault(run: Run, brought: Shape, result: Shape) -> Fault:
    """The spec asks for the identity around a branch that strides or changes the channels."""
    asked = Place(run.shortcut_at, Half.ENTRY)
    message = f"identity shortcut cannot join {format_shape(brought)} to {format_shape(result)}"
    related = ((Place(run.at, Half.KEY), f"branch gives {format_shape(result)}"),)
    stride = run.block.stride[0] if len(set(run.block.stride)) == 1 else by_axis(run.block.stride)
    help = f"use `shortcut: auto`, which puts a 1x1 convolution with stride {stride} there"
    return Fault("RG301", message, asked, f"shortcut brings {format_shape(brought)}", related, help=help)
