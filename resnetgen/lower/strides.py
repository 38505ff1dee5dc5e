"""Strides and dilations of the stages; `output_stride` replaces strides by dilations."""

from __future__ import annotations

from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.diagnostics.suggestions import any_of
from resnetgen.errors import LoweringError
from resnetgen.layers.builder import axis_count_message
from resnetgen.schema.fields import Axes
from resnetgen.spec.spec import Spec, Stage

Extents = tuple[int, ...]


class StagePlan(NamedTuple):
    """The stride of a stage's first block, the stage's dilation, and the dilation of its input.

    `replaced` is the stride that dilation stands in for.
    """

    stride: Extents
    dilation: Extents
    first_dilation: Extents
    replaced: Extents


def per_axis(value: Axes, rank: int, at: Path) -> Extents:
    """Return one number for each axis.

    Raises:
        LoweringError: there is another number of numbers than of axes.
    """
    if isinstance(value, int):
        return (value,) * rank
    if len(value) != rank:
        raise LoweringError(Fault("RG204", axis_count_message(str(at[-1]), len(value), rank), Place(at)))
    return value


def plan(spec: Spec, rank: int, stem_stride: Extents, names: list[str]) -> dict[str, StagePlan | LoweringError]:
    """Return the plan of each stage, or its error.

    As in torchvision's `replace_stride_with_dilation` and timm's `output_stride`, the first block of a stage keeps the
    dilation of the map that comes in.
    """
    ones = (1,) * rank
    reached, previous = stem_stride, ones
    plans: dict[str, StagePlan | LoweringError] = {}
    for name in names:
        try:
            planned = _stage(spec, rank, name, reached, previous)
        except LoweringError as stop:
            plans[name] = stop
            continue
        plans[name] = planned
        reached = tuple(r * s for r, s in zip(reached, planned.stride, strict=True))
        previous = planned.dilation
    return plans


def _stage(spec: Spec, rank: int, name: str, reached: Extents, previous: Extents) -> StagePlan:
    stage, at = spec.stages[name], ("stages", name)
    stride = per_axis(stage.stride, rank, (*at, "stride"))
    ones = (1,) * rank
    if spec.output_stride is None:
        dilation = ones if stage.dilation is None else per_axis(stage.dilation, rank, (*at, "dilation"))
        replaced = ones
    else:
        _no_dilation_of_its_own(stage, at)
        target = per_axis(spec.output_stride, rank, ("output_stride",))
        keeps = [r * s <= t for r, s, t in zip(reached, stride, target, strict=True)]
        replaced = tuple(1 if keep else s for keep, s in zip(keeps, stride, strict=True))
        dilation = tuple(p * r for p, r in zip(previous, replaced, strict=True))
        stride = tuple(s if keep else 1 for keep, s in zip(keeps, stride, strict=True))
    first = previous if stage.first_dilation is None else per_axis(stage.first_dilation, rank, (*at, "first_dilation"))
    return StagePlan(stride, dilation, first, replaced)


def _no_dilation_of_its_own(stage: Stage, at: Path) -> None:
    for key in ("dilation", "first_dilation"):
        if getattr(stage, key) is not None:
            related = ((Place(("output_stride",), Part.KEY), "set by this"),)
            message = f"`{key}` is set by `output_stride`"
            raise LoweringError(
                Fault("RG209", message, Place((*at, key), Part.KEY), related=related, help="remove one of them")
            )
    entries = stage.blocks if isinstance(stage.blocks, list) else []
    for index, entry in enumerate(entries):
        if entry.stride is not None:
            message = "with `output_stride`, only a whole stage has a stride"
            raise LoweringError(Fault("RG209", message, Place((*at, "blocks", index, "stride"), Part.KEY)))


def unreached(spec: Spec, rank: int, stem_stride: Extents, plans: dict[str, StagePlan | LoweringError]) -> list[Fault]:
    """Return the fault of an `output_stride` that the network's strides cannot reach; at most one."""
    if spec.output_stride is None or any(isinstance(planned, LoweringError) for planned in plans.values()):
        return []
    target = per_axis(spec.output_stride, rank, ("output_stride",))
    reached, whole = stem_stride, stem_stride
    possible = {stem_stride}
    for planned in plans.values():
        assert isinstance(planned, StagePlan)
        reached = tuple(r * s for r, s in zip(reached, planned.stride, strict=True))
        whole = tuple(w * s * r for w, s, r in zip(whole, planned.stride, planned.replaced, strict=True))
        possible.add(whole)
    if reached == target:
        return []
    known = any_of(str(step[0] if len(set(step)) == 1 else list(step)) for step in sorted(possible))
    shown = target[0] if len(set(target)) == 1 else list(target)
    return [
        Fault("RG305", f"an output stride of {shown} cannot be reached", Place(("output_stride",)), help=f"use {known}")
    ]
