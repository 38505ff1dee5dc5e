"""The faults of an addition: the two sides of a block have different shapes."""

from __future__ import annotations

from resnetgen.analysis.size_mends import kernel_help, size_help, strided_size
from resnetgen.analysis.step import Step
from resnetgen.diagnostics.model import Fault, Part, Place
from resnetgen.ir.network import Run
from resnetgen.ops.window import Shape, by_axis, usual_padding


def addition_fault(
    run: Run, branch: tuple[Step, ...], shortcut: tuple[Step, ...], shortcut_shape: Shape, result: Shape
) -> tuple[Fault, bool]:
    """Return the fault of an addition of unequal shapes, and whether a layer gives the wrong size.

    Either a layer, of the branch or of the shortcut, gives another size than its stride asks for, or the shortcut is of
    the wrong kind.
    """
    culprit = _culprit(branch)
    if culprit is not None:
        return _branch_fault(run, branch, culprit, shortcut_shape, result), True
    culprit = _culprit(shortcut)
    if culprit is not None:
        return _shortcut_fault(run, shortcut, culprit, shortcut_shape, result), True
    return _identity_fault(run, shortcut_shape, result), False


def _culprit(steps: tuple[Step, ...]) -> Step | None:
    return next((step for step in steps if step.output[1:] != strided_size(step)), None)


def _branch_fault(run: Run, branch: tuple[Step, ...], culprit: Step, shortcut_shape: Shape, result: Shape) -> Fault:
    """Return the fault of a layer whose output size does not follow from its stride, unlike the shortcut's."""
    message = f"{_sizes(culprit, culprit.node.name)}: {_sides(run, shortcut_shape, result)}"
    used = (Place(run.at, Part.KEY), "used here")
    help = size_help(branch, culprit, shortcut_shape)
    if not culprit.node.at:  # a built-in block type wrote the layer
        if run.padding_at and _is_padded_unusually(culprit):
            help = "remove it: by default, a convolution is padded by half its kernel"
            return Fault("RG302", message, Place(run.padding_at), related=(used,), help=help)
        return Fault("RG302", message, used[0], help=help)
    return Fault("RG302", message, Place(culprit.node.at), related=(used,), help=help)


def _shortcut_fault(run: Run, shortcut: tuple[Step, ...], culprit: Step, shortcut_shape: Shape, result: Shape) -> Fault:
    """Return the fault of a layer of the shortcut that rounds the size otherwise than the branch does."""
    name = run.block.shortcut.name_of(culprit.node)
    message = f"{_sizes(culprit, name)}: {_sides(run, shortcut_shape, result)}"
    used = (Place(run.at, Part.KEY), "used here")
    if culprit.node.at:  # a list of the spec has the layer
        return Fault(
            "RG302", message, Place(culprit.node.at), related=(used,), help=size_help(shortcut, culprit, result)
        )
    place = Place(run.shortcut_at, Part.ENTRY) if run.shortcut_at else used[0]
    return Fault("RG302", message, place, related=(used,), help=kernel_help(culprit))


def _is_padded_unusually(step: Step) -> bool:
    """Tell whether a step has another padding than half its kernel."""
    window = step.node.operator.receptive_window()
    return window is not None and (
        not window.is_even() or window.padding != usual_padding(window.kernel, window.dilation)
    )


def _sizes(step: Step, name: str) -> str:
    described = f"{name} ({step.node.operator.describe()})"
    return f"{described} gives {by_axis(step.output[1:])} for {by_axis(step.input[1:])}"


def _sides(run: Run, shortcut_shape: Shape, result: Shape) -> str:
    kind = run.block.shortcut.kind
    words = "the shortcut" if kind == "layers" else f"the {kind} shortcut"
    return f"the branch gives {by_axis(result)}, {words} {by_axis(shortcut_shape)}"


def _identity_fault(run: Run, shortcut_shape: Shape, result: Shape) -> Fault:
    """Return the fault of an identity shortcut around a branch that strides or changes the channels."""
    place = Place(run.shortcut_at, Part.ENTRY)
    message = f"identity shortcut cannot join {by_axis(shortcut_shape)} to {by_axis(result)}"
    related = ((Place(run.at, Part.KEY), f"branch gives {by_axis(result)}"),)
    stride = run.block.stride[0] if len(set(run.block.stride)) == 1 else by_axis(run.block.stride)
    help = f"use `shortcut: auto`, which puts a 1x1 convolution with stride {stride} there"
    return Fault("RG301", message, place, f"shortcut brings {by_axis(shortcut_shape)}", related, help=help)
