"""The columns of a network's picture: the input, the stem, each stage and each head, with words, slabs and costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.analysis.cost import Cost, stage_cost, steps_cost
from resnetgen.analysis.shape_inference import StageTrace, Trace
from resnetgen.analysis.step import Step, summary
from resnetgen.number_format import with_times_sign
from resnetgen.pictures import slabs
from resnetgen.pictures.differences import Differences, marked
from resnetgen.pictures.folded_stages import folded_stages
from resnetgen.pictures.geometry import Words
from resnetgen.pictures.labels import figures, shape_words, times
from resnetgen.pictures.slabs import Slab

STEP = 5.0
"""Between slabs that no arc goes around."""

ROOM = 6.5
"""Beside a slab, for the legs of its arc."""

BAR = 70.0
"""The length of the longest bar."""

MOST_LINES = 4
"""The most operators of a stem or a head that are listed; more are only counted."""


class Column(NamedTuple):
    """A part of the network; without a `cost`, it has no bars. `slabs` has None for dots.

    A column that `forks` reads what the first head reads: it is one more head. `differs` says where it differs from
    that of another network.
    """

    name: str
    what: tuple[str, ...]
    output: str
    cost: Cost | None
    slabs: tuple[Slab | None, ...]
    forks: bool = False
    differs: tuple[str, ...] = ()

    @property
    def slabs_width(self) -> float:
        """The width of the slabs, with the room for arcs."""
        return sum(room(slab) for slab in self.slabs)

    @property
    def width(self) -> float:
        """The width of the widest of slabs and words."""
        texts = [
            Words(0, 0, self.name, "name"),
            Words(0, 0, self.output),
            *(Words(0, 0, each, "note") for each in self.what),
            *(Words(0, 0, each, "differs") for each in self.differs),
        ]
        if self.cost is not None:
            texts += [Words(0, 0, each, "note") for each in figures(self.cost)]
        return max(self.slabs_width, BAR if self.cost is not None else 0.0, *(each.width for each in texts))


def room(slab: Slab | None) -> float:
    """Return the width that a slab takes, or dots."""
    if slab is None:
        return 30.0
    return slabs.width(slab.output) + (STEP if slab.style != "block" else 2 * ROOM)


def columns(trace: Trace, differences: Differences) -> Iterator[Column]:
    """Yield the columns of a network, with what differs from another one."""
    kind = "image" if trace.network.rank == 2 else "volume" if trace.network.rank == 3 else "signal"
    yield Column("input", (kind,), shape_words(trace.input), None, (Slab(trace.input, "map"),))
    if trace.stem:
        yield _sequence("stem", trace.stem, trace, differences.stem)
    stages = folded_stages(trace)
    for stage in stages.first:
        yield _stage(stage, trace, differences)
    if stages.folded:
        yield Column("…", (stages.words(),), shape_words(stages.folded[-1].output), stages.cost(), (None,))
    for stage in stages.last:
        yield _stage(stage, trace, differences)
    heads = [head for head in trace.heads if head.steps]
    for number, head in enumerate(heads):
        label = head.head.label
        yield _sequence(label, head.steps, trace, differences.heads.get(label, ()))._replace(forks=number > 0)


def _sequence(part: str, steps: tuple[Step, ...], trace: Trace, facts: tuple[str, ...]) -> Column:
    what = list(map(with_times_sign, summary(steps)))
    if len(what) > MOST_LINES:
        what = [*what[: MOST_LINES - 1], f"and {len(what) - MOST_LINES + 1} more"]
    if part in trace.network.features:
        what.append("feature map")
    found = tuple(slab._replace(differs=bool(facts)) for slab in slabs.of_steps(part, steps))
    output = shape_words(steps[-1].output)
    return Column(part, tuple(what), output, steps_cost(steps), found, differs=marked(facts))


def _stage(stage: StageTrace, trace: Trace, differences: Differences) -> Column:
    what = [times(name, count) for name, count in stage.block_types().items()]
    if len(what) > MOST_LINES:
        what = [*what[: MOST_LINES - 1], f"and {len(what) - MOST_LINES + 1} more types"]
    if stage.stage.name in trace.network.features:
        what.append("feature map")
    return Column(
        stage.stage.label,
        tuple(what),
        shape_words(stage.output),
        stage_cost(stage),
        slabs.of_stage(stage, lambda number: differences.of_block(stage.stage.name, number)),
        differs=differences.of_stage(stage.stage),
    )
