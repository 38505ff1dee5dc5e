"""Strides and dilations of the blocks; `output_stride` replaces strides by dilations."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.diagnostics.suggestions import any_of
from resnetgen.errors import LoweringError
from resnetgen.layers.layer_values import axis_count_message
from resnetgen.layers.strides import fixed_stride
from resnetgen.lower.entries import Entry, entries, opens_with_stride, transition_entry
from resnetgen.schema.fields import Axes
from resnetgen.spec.spec import Spec

Extents = tuple[int, ...]

MOST_STRIDES = 20
"""Blocks in a row whose strides are multiplied: more strides of 2 leave nothing of the largest input."""


class FixedStride(NamedTuple):
    """The stride that a block has whatever its entry says: the product of its layers' numbers.

    `type` is the name of the block type, and `at` the path of the first of these strides.
    """

    stride: Extents
    type: str
    at: Path


class EntryPlan(NamedTuple):
    """The stride of an entry's first block, its dilation, and the dilation of its input.

    `fixed` is what each block strides by itself, beside `stride`. `replaced` is the stride that dilation stands in for.
    """

    stride: Extents
    fixed: Extents
    dilation: Extents
    first_dilation: Extents
    replaced: Extents


class Reached(NamedTuple):
    """A map between two blocks: its stride and its dilation, and the stride that it would have without dilation."""

    stride: Extents
    dilation: Extents
    whole: Extents

    def is_whole(self) -> bool:
        """Return True if no dilation stands in for a stride so far."""
        return self.stride == self.whole


Plans = dict[str, list[EntryPlan] | LoweringError]

MOST_PLANNED = 5_000
"""The most entries of all stages after which another stage is planned: each holds an operator, and more of those than
this are an error."""


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


class Planner:
    """Plans the entries of stages in order, and knows the strides that the network reaches.

    As in torchvision's `replace_stride_with_dilation` and timm's `output_stride`, the first block of a stage keeps the
    dilation of the map that comes in.
    """

    def __init__(self, spec: Spec, rank: int, stem_stride: Extents, fixed: Callable[[str, Entry], FixedStride]) -> None:
        self.spec = spec
        self.rank = rank
        self.ones = (1,) * rank
        self.fixed = fixed
        self.reached = Reached(stem_stride, self.ones, stem_stride)
        self.possible = {stem_stride}
        self.target = self._per_axis(spec.output_stride, ("output_stride",))

    def plan(self, names: list[str]) -> Plans:
        """Return the plan of each stage, or its error; none of those behind too many entries."""
        plans: Plans = {}
        planned = 0
        for name in names:
            if planned > MOST_PLANNED:
                break
            try:
                plans[name] = found = self.plan_stage(name)
                planned += len(found)
            except LoweringError as stop:
                plans[name] = stop
            self.possible.add(self.reached.whole)
        return plans

    def unreached(self) -> list[Fault]:
        """Return the fault of an `output_stride` that the network's strides cannot reach; at most one."""
        if self.target is None or self.reached.stride == self.target:
            return []
        known = any_of(_shown(step) for step in sorted(self.possible))
        message = f"an output stride of {_shown(self.target)} cannot be reached"
        return [Fault("RG305", message, Place(("output_stride",)), help=f"use {known}")]

    def plan_stage(self, name: str) -> list[EntryPlan]:
        """Return the plans of a stage's entries; that of the layers before them, if there are any, is the first.

        Raises:
            LoweringError: a stride or a dilation is impossible.
        """
        written = entries(self.spec, name)
        opening = transition_entry(self.spec, name)
        if opening is None:
            return [self._entry(name, entry, index) for index, entry in enumerate(written)]
        layers = self.spec.stages[name].transition or ()
        fixed = FixedStride(fixed_stride(layers, self.rank), "transition", opening.at)
        takes = opens_with_stride(self.spec.stages[name])
        first = self._entry(name, opening, 0 if takes else 1, fixed)
        return [first, *(self._entry(name, entry, index + takes) for index, entry in enumerate(written))]

    def _entry(self, name: str, entry: Entry, index: int, own: FixedStride | None = None) -> EntryPlan:
        stride = self._stride(name, entry, index)
        fixed = self.fixed(name, entry) if own is None else own
        repeat = min(entry.repeat, MOST_STRIDES)
        always = self.ones if fixed.stride == self.ones else tuple(step**repeat for step in fixed.stride)
        kept = stride if self.target is None else self._kept(stride, always, fixed, entry, self.target)
        replaced = self.ones if kept == stride else tuple(s // k for s, k in zip(stride, kept, strict=True))
        dilation = self._dilation(name, entry, replaced)
        first = self._first_dilation(name, entry, index, dilation)
        total = _times(self.reached.stride, kept, always)
        whole = total if kept == stride and self.reached.is_whole() else _times(self.reached.whole, stride, always)
        self.reached = Reached(total, dilation, whole)
        return EntryPlan(kept, fixed.stride, dilation, first, replaced)

    def _stride(self, name: str, entry: Entry, index: int) -> Extents:
        if entry.options is not None and entry.options.stride is not None:
            return per_axis(entry.options.stride, self.rank, (*entry.at, "stride"))
        return (
            per_axis(self.spec.stages[name].stride, self.rank, ("stages", name, "stride")) if not index else self.ones
        )

    def _kept(self, stride: Extents, always: Extents, fixed: FixedStride, entry: Entry, target: Extents) -> Extents:
        """Return the stride that stays one, where it does not pass `output_stride`, the target.

        Raises:
            LoweringError: the numbers in the layers of the block type pass it.
        """
        least = _times(self.reached.stride, always)
        if set(always) != {1} and any(step > most for step, most in zip(least, target, strict=True)):
            message = (
                f"an output stride of {_shown(target)} cannot be kept: "
                f"layers of the block type `{fixed.type}` stride by themselves"
            )
            help = (
                "write `stride: here` in the layer, and the stride in the stage: only such a stride becomes a dilation"
            )
            related = (Place(fixed.at), "always strides"), (Place(entry.at, Part.KEY), "used here")
            raise LoweringError(Fault("RG305", message, Place(("output_stride",)), related=related, help=help))
        passes = zip(least, stride, target, strict=True)
        return tuple(s if r * s <= most else 1 for r, s, most in passes)

    def _dilation(self, name: str, entry: Entry, replaced: Extents) -> Extents:
        own, stage = entry.options, self.spec.stages[name]
        if self.target is not None:
            self._no_dilation_of_its_own(name, entry)
            return _times(self.reached.dilation, replaced)
        if own is not None and own.dilation is not None:
            return per_axis(own.dilation, self.rank, (*entry.at, "dilation"))
        return self._per_axis(stage.dilation, ("stages", name, "dilation")) or self.ones

    def _first_dilation(self, name: str, entry: Entry, index: int, dilation: Extents) -> Extents:
        """Return the dilation of the layers up to the stride.

        A stage and a stride read the map before them. An entry of the list that has a `dilation` means all its layers.
        """
        own, stage = entry.options, self.spec.stages[name]
        if own is not None and own.first_dilation is not None:
            return per_axis(own.first_dilation, self.rank, (*entry.at, "first_dilation"))
        if own is not None and own.dilation is not None:
            return dilation
        if index:
            return dilation if self.target is None else self.reached.dilation
        return self._per_axis(stage.first_dilation, ("stages", name, "first_dilation")) or self.reached.dilation

    def _per_axis(self, value: Axes | None, at: Path) -> Extents | None:
        return None if value is None else per_axis(value, self.rank, at)

    def _no_dilation_of_its_own(self, name: str, entry: Entry) -> None:
        written = [
            (self.spec.stages[name], ("stages", name)),
            *([] if entry.options is None else [(entry.options, entry.at)]),
        ]
        for options, at in written:
            for key in ("dilation", "first_dilation"):
                if getattr(options, key) is not None:
                    related = ((Place(("output_stride",), Part.KEY), "set by this"),)
                    message = f"`{key}` is set by `output_stride`"
                    place = Place((*at, key), Part.KEY)
                    raise LoweringError(Fault("RG209", message, place, related=related, help="remove one of them"))


def _times(*strides: Extents) -> Extents:
    total = strides[0]
    for stride in strides[1:]:
        if set(stride) != {1}:  # the usual case takes no time
            total = tuple(before * step for before, step in zip(total, stride, strict=True))
    return total


def _shown(stride: Extents) -> str:
    return str(stride[0] if len(set(stride)) == 1 else list(stride))
