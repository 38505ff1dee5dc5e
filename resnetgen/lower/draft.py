"""Drafts: networks of specs that have parts in common, lowered for their figures alone.

The operators, and so all figures, are those of `lower`. A draft is not asked for keys without effect, for names that
collide, for the places where its parts are written, or for what depends on the number of all blocks, as the rates of
dropped paths do. So a part is lowered once for all specs that have it: what surrounds the stages, and each stage, by
the identity of the records that it depends on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from resnetgen.errors import LoweringError
from resnetgen.identity_memo import IdentityMemo
from resnetgen.ir.network import Head, Network, Stage
from resnetgen.layers.context import NetworkContext, never_inherited
from resnetgen.layers.settings import Settings
from resnetgen.lower import variance
from resnetgen.lower.entries import written_entries
from resnetgen.lower.network import Lowering, number_paths
from resnetgen.lower.out_channels import BLOCK
from resnetgen.lower.stage_names import named_stage
from resnetgen.lower.stages import MOST_OPERATORS, Stages
from resnetgen.lower.strides import Extents, FixedStride, Planner, Reached, per_axis
from resnetgen.spec import spec as written
from resnetgen.spec.spec import Spec

_STYLE = ("stem", "layout", "convolution", "norm", "act", "block", "blocks", "output_stride")
"""The keys of a spec that its stages depend on beside their own, and beside the number of axes."""

_MOST_SURROUNDINGS = 500
_MOST_STYLES = 100
_MOST_STAGES = 10_000

_SHOWN = 3
"""The number of equal blocks that shows what any larger one has: a first block, a next, and that others repeat it."""


_Key = tuple[int, str, int, Reached]
"""The facts that a stage depends on beside itself and the style: its index, its name, and what enters it."""


class _Entering(NamedTuple):
    """The facts of those before it that a stage depends on: the channels of their map, and the strides so far."""

    channels: int
    reached: Reached


class _Lowered(NamedTuple):
    """A lowered stage, what the next one depends on, and the number of operators, those of repeated blocks once."""

    stage: Stage
    leaving: _Entering
    operators: int

    def with_blocks(self, blocks: int) -> _Lowered:
        """Return it with another number of blocks, the last one repeated more or less often."""
        *others, last = self.stage.runs
        repeat = last.repeat + blocks - self.stage.blocks()
        return self._replace(stage=self.stage._replace(runs=(*others, last._replace(repeat=repeat))))


class Drafts:
    """Lowers specs, and remembers their parts by identity.

    A draft is fast where the parts of a spec are the very records that those of specs before it are, as `SharedParts`
    gives them (spec/shared_parts.py). Without such parts it takes as long as `lower`.
    """

    def __init__(self) -> None:
        self._surroundings: dict[tuple[object, ...], _Surroundings] = {}
        self._styles: dict[tuple[int, ...], _Style] = {}

    def __call__(self, spec: Spec) -> Network | None:
        """Return the draft of a spec's network; None if the spec is wrong, which `lower` then says."""
        if spec.scale is not None:
            from resnetgen.lower.scale import scaled_spec  # imported for the few specs that have it

            spec, faults = scaled_spec(spec)
            if faults:
                return None
        key = (*spec.stages, *(id(part) for name, part in spec.__dict__.items() if name != "stages"))
        found = self._surroundings.get(key)
        if found is None:
            if len(self._surroundings) >= _MOST_SURROUNDINGS:
                self._surroundings.clear()
            found = self._surroundings[key] = _Surroundings(spec, self._style)
        return found.draft(spec)

    def _style(self, spec: Spec, rank: int) -> _Style:
        key = (rank, *(id(getattr(spec, name)) for name in _STYLE))
        if key not in self._styles:
            if len(self._styles) >= _MOST_STYLES:
                self._styles.clear()
            self._styles[key] = _Style(spec)
        return self._styles[key]


class _Style:
    """Lowered stages of specs that agree in all that stages depend on beside themselves.

    Stages are known by their record, or by their options and the number of their blocks. `common` and `fixed` are those
    of `Stages`. It holds a spec, so that no other part gets the identity of one of its.
    """

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.by_record: IdentityMemo[written.Stage, _Lowered] = IdentityMemo(_MOST_STAGES)
        self.by_options: dict[tuple[object, ...], _Lowered] = {}
        self.common: dict[str, Settings] = {}
        self.fixed: dict[tuple[str, object], FixedStride] = {}

    def keep(self, stage: written.Stage, key: _Key, lowered: _Lowered) -> None:
        """Remember a stage by its record."""
        self.by_record.keep(stage, lowered, key)

    def keep_similar(self, key: tuple[object, ...], lowered: _Lowered) -> None:
        """Remember a stage by its options, for those of other numbers of blocks."""
        if len(self.by_options) >= _MOST_STAGES:
            self.by_options.clear()
        self.by_options[key] = lowered


class _Surroundings(Lowering):
    """All of a spec but its stages, which it lowers once for all specs that differ only in these."""

    def __init__(self, spec: Spec, style: Callable[[Spec, int], _Style]) -> None:
        super().__init__(spec, never_inherited)
        self.context = self.context.replace(is_draft=True)
        self._style = style(spec, self.rank)
        self._heads: dict[tuple[int, frozenset[str]], tuple[Head, ...]] = {}
        pools = (each.pool for each in spec.written_heads.values() if each.pool is not None)
        self._asks_size = any(pool.type == "flatten" or pool.fixes_size for pool in pools)
        try:
            self._stem, entering = self.enter()
        except LoweringError as stop:
            self.faults.append(stop.fault)
            self._is_wrong = True
            return
        ones = (1,) * self.rank
        self._stride = entering.stem_stride
        self._entering = _Entering(entering.channels, Reached(self._stride, ones, self._stride))
        named = Stages(spec, self.context, self.stages, self.taken)
        for name in self.stages:
            named.check_name(name)
        self._is_wrong = bool(self.faults or named.faults)
        self._taken = frozenset(self.taken)

    def draft(self, spec: Spec) -> Network | None:
        """Return the draft of a spec with these surroundings; None if it is wrong."""
        if self._is_wrong:
            return None
        self.faults = []
        try:
            found = self._stages_of(spec)
        except LoweringError:
            return None
        if found is None:
            return None
        stages, channels = found
        network = self.whole(self._stem, stages, self._heads_of(channels, stages))
        return None if self.faults else network

    def _stages_of(self, spec: Spec) -> tuple[tuple[Stage, ...], int] | None:
        """Return the stages, and the channels of the last map; None if they have too many operators or other strides.

        Raises:
            LoweringError: a stage is impossible.
        """
        entering, stages, operators = self._entering, list[Stage](), 0
        for index, name in enumerate(self.stages):
            key = (index, name, *entering)
            found = self._style.by_record.find(spec.stages[name], key) or self._lowered(spec, key, stages)
            stages.append(found.stage)
            entering = found.leaving
            operators += found.operators
        if operators > MOST_OPERATORS or not self._reaches_stride(entering.reached):
            return None
        return tuple(stages), entering.channels

    def _lowered(self, spec: Spec, key: _Key, before: list[Stage]) -> _Lowered:
        """Lower a stage that is not known, given those before it; stages of other numbers of blocks may be."""
        index, name, channels, reached = key
        stage, style = spec.stages[name], self._style
        blocks = stage.blocks if isinstance(stage.blocks, int) else 0
        similar = (key, min(blocks, _SHOWN), _options(stage))
        found = style.by_options.get(similar) if blocks else None
        if found is not None:
            found = found.with_blocks(blocks)
            style.keep(stage, key, found)
            return found
        one = _OneStage(spec, self.context, self.stages, self.taken, style)
        found = one.lowered(index, _Entering(channels, reached), self._stride, before)
        if not one.is_numbered(name):
            style.keep(stage, key, found)
            if blocks and one.keeps_size(name):
                style.keep_similar(similar, found)
        return found

    def _reaches_stride(self, reached: Reached) -> bool:
        """Tell whether the network has the `output_stride` that its spec asks for, if it asks for one."""
        target = self.spec.output_stride
        return target is None or reached.stride == per_axis(target, self.rank, ("output_stride",))

    def _heads_of(self, channels: int, stages: tuple[Stage, ...]) -> tuple[Head, ...]:
        """Return the heads after a map of some channels; those that ask for its size are lowered for each network."""
        numbers = frozenset(number_paths(stages))
        found = None if self._asks_size else self._heads.get((channels, numbers))
        if found is None:
            self.taken = {*self._taken, *numbers}
            found = self.heads(channels, self._stem, stages)
            if not self.faults:
                self._heads[channels, numbers] = found
        return found


def _options(stage: written.Stage) -> frozenset[object]:
    """Return what a stage says, but for its blocks, as a key for look-ups."""
    given = ((name, getattr(stage, name)) for name in stage.model_fields_set if name != "blocks")
    return frozenset((name, _hashable(value)) for name, value in given)


def _hashable(value: object) -> object:
    if isinstance(value, dict):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value


class _OneStage(Stages):
    """Lowers one stage of a spec by itself."""

    def __init__(self, spec: Spec, context: NetworkContext, names: list[str], taken: set[str], style: _Style) -> None:
        super().__init__(spec, context, names, taken)
        self.common, self.fixed = style.common, style.fixed

    def lowered(self, index: int, entering: _Entering, stem_stride: Extents, before: Sequence[Stage]) -> _Lowered:
        """Lower the stage of an index, given those before it.

        Raises:
            LoweringError: it is impossible.
        """
        name = self.names[index]
        planner = Planner(self.spec, self.context.rank, stem_stride, self._fixed_stride)
        planner.reached = entering.reached
        self.plans[name] = plan = planner.plan_stage(name)
        self.in_channels_at = ()
        if self._follows_variance():
            for run in (run for stage in before for run in stage.block_runs):
                self.variance = variance.after(run.block, self.variance, run.repeat)
        runs = tuple(self._runs(name, plan, entering.channels, sum(stage.blocks() for stage in before)))
        leaving = _Entering(runs[-1].block.out_channels, planner.reached)
        stage = named_stage(self.context.layout, self.taken, name, index, runs)
        return _Lowered(stage, leaving, self.operators.spent)

    def is_numbered(self, name: str) -> bool:
        """Tell whether the stage, which was lowered, depends on the number of blocks before it."""
        stage = self.spec.stages[name]
        widths = (stage.channels, *(entry.channels for entry in written_entries(stage)))
        by_number = any(width is not None and BLOCK in width.names() for width in widths)
        return by_number or self._follows_variance()

    def _follows_variance(self) -> bool:
        return any(variance.follows(kind, settings) for settings, kind in self.found.values())

    def keeps_size(self, name: str) -> bool:
        """Tell whether blocks of the stage, which was lowered, never stride by themselves."""
        ones = (1,) * self.context.rank
        return all(plan.fixed == ones for plan in self.plans[name])
