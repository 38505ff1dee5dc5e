"""RG506: a norm has a single value to normalize."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, takewhile

from resnetgen.analysis.shape_inference import HeadTrace, Trace
from resnetgen.analysis.step import Step
from resnetgen.diagnostics.model import Fault, Part, Place, Severity
from resnetgen.ops.batch_norm import BatchNorm
from resnetgen.ops.window import by_axis


def single_pixel(trace: Trace) -> Iterator[Fault]:
    """Norm over a map of a single pixel.

    In training, batch norm computes the mean and variance of a channel over batch and pixels. With one pixel and a
    batch of one there is a single value, and PyTorch raises `Expected more than 1 value per channel when training`; in
    a small batch the statistics come from a handful of values. This typically happens in the last batch of an epoch,
    when one sample is left. There is no warning after a global pool or a window that covers the whole map, as in the
    layer that computes the embedding of a face (arXiv:2004.04989): there the single pixel is intended. Nor is there one
    for attention that normalizes pooled values, because it has this limit at every input size.

    A group norm of one channel per group has a single value per group then, whatever the batch. Its result is always
    zero, before weight and bias, and PyTorch rejects a batch of one, in evaluation too. This warning has no exceptions.

    Fails:

        extends: resnet18
        name: tiny
        input: {channels: 3, size: 32}
        ignore: {RG501: one warning at a time}

    Fixed:

        extends: resnet18
        name: tiny
        input: {channels: 3, size: 64}
    """
    for message, place, help in (*islice(_batch_norms(trace), 1), *islice(_group_norms(trace), 1)):
        related = ((Place(("input", "size")), f"the input is {by_axis(trace.input[1:])}"),)
        yield Fault("RG506", message, place, related=related, help=help, severity=Severity.WARNING)


def _batch_norms(trace: Trace) -> Iterator[tuple[str, Place, str]]:
    """Yield message, place and help for each batch norm over a single pixel, up to a window that takes in a map."""
    help = "use a larger input or fewer strides, drop incomplete batches, or use another norm, such as group"
    for place, name, step in _before_single_pixels(trace):
        if isinstance(step.node.operator, BatchNorm) and set(step.input[1:]) == {1}:
            yield f"{name} normalizes a map of one pixel: batch norm cannot train on it at batch 1", place, help


def _group_norms(trace: Trace) -> Iterator[tuple[str, Place, str]]:
    """Yield message, place and help for each operator with a group norm of single values."""
    help = "use fewer groups, another norm, a larger input or fewer strides"
    if trace.min_batch == 1:
        return
    for place, name, step in chain(_trunk(trace, every=True), *map(_of_head, trace.heads)):
        if step.node.operator.min_batch(step.input) > 1:
            what = f"{name} ({step.node.operator.describe()})"
            yield f"{what} normalizes single values: they become zero, and PyTorch rejects a batch of 1", place, help


_Placed = tuple[Place, str, Step]
"""A step with its place and its name in messages."""


def _before_single_pixels(trace: Trace) -> Iterator[_Placed]:
    """Yield the steps up to a window that takes in a map: of the trunk, and of each head if the trunk has no such."""
    trunk = list(_trunk(trace))
    before = list(takewhile(_keeps_the_map, trunk))
    yield from before
    if len(before) == len(trunk):
        for head in trace.heads:
            yield from takewhile(_keeps_the_map, _of_head(head))


def _trunk(trace: Trace, *, every: bool = False) -> Iterator[_Placed]:
    """Yield the steps of the stem, and those of stages that end in a single pixel: no block enlarges its map.

    With `every`, yield those of all stages.
    """
    for step in trace.stem:
        yield Place(step.node.at), step.node.name, step
    for traced in trace.stages:
        if every or set(traced.output[1:]) == {1}:
            for part in traced.parts:
                for step in part.trace.steps():
                    yield Place(traced.stage.at, Part.KEY), f"`{traced.stage.name}`", step


def _of_head(traced: HeadTrace) -> Iterator[_Placed]:
    return ((Place(step.node.at), step.node.name, step) for step in traced.steps)


def _keeps_the_map(placed: _Placed) -> bool:
    _, _, step = placed
    return not (step.node.operator.is_global or _takes_in_the_map(step))


def _takes_in_the_map(step: Step) -> bool:
    """Return True if a window has the size of its map, pads nothing and does not stride."""
    window = step.node.operator.receptive_window()
    if window is None or set(step.input[1:]) == {1}:
        return False
    reach = tuple(window.reach(axis) for axis in range(len(window.kernel)))
    return reach == step.input[1:] and {*window.stride} == {1} and not window.pads()
