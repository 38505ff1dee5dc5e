"""The stages: from the spec's entries to runs of blocks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import NamedTuple

from resnetgen.diagnostics.model import Fault, Part, Path, Place
from resnetgen.errors import ExpressionError, LoweringError, WorkLimitError
from resnetgen.ir.network import Run, Stage
from resnetgen.ir.reserved import MODULE_ATTRIBUTES, NETWORK_ATTRIBUTES
from resnetgen.ir.stem_map import STEM
from resnetgen.layers.context import NetworkContext, Position
from resnetgen.layers.settings import Settings, width_key
from resnetgen.lower import block_types
from resnetgen.lower.block import block
from resnetgen.lower.shadowed_keys import shadowed
from resnetgen.lower.strides import Extents, StagePlan, per_axis, plan, unreached
from resnetgen.lower.unused_keys import Use, unused
from resnetgen.ops.composite import count_operators
from resnetgen.schema.fields import MOST_CHANNELS
from resnetgen.schema.width_expression import Expression
from resnetgen.source.unambiguous import replacement, unambiguous_match
from resnetgen.source.yaml_faults import fault_limit
from resnetgen.spec.spec import BlockEntry, Spec
from resnetgen.work_budget import WorkBudget

MOST_OPERATORS = 5_000
"""The most operators that are laid for blocks, each run of equal ones counted once, with those inside other operators:
to write code for them takes half a second."""


class _Entry(NamedTuple):
    """An entry of a stage's `blocks`: its options, how often it repeats, and its path."""

    options: BlockEntry | None
    repeat: int
    at: Path


class Stages:
    """Lowers the named stages and collects their faults, so that one broken stage does not hide another."""

    def __init__(self, spec: Spec, context: NetworkContext, names: list[str], taken: set[str]) -> None:
        self.spec = spec
        self.context = context
        self.names = names
        self.taken = taken
        self.faults: list[Fault] = []
        self.uses: list[Use] = []
        self.common: dict[str, Settings] = {}
        self.operators = WorkBudget(MOST_OPERATORS)

    def lower(
        self, channels: int, channels_at: Path, stem_stride: Extents, stem_is_whole: bool
    ) -> tuple[tuple[Stage, ...], int]:
        """Return the stages and the output channels of the last; faults are in `faults`.

        Args:
            channels: The input channels.
            channels_at: The path of the input channels.
            stem_stride: The total stride of the stem along each axis.
            stem_is_whole: False if the stem has faults; its stride is then not checked.
        """
        self.in_channels_at = channels_at
        try:
            plans = plan(self.spec, self.context.rank, stem_stride, self.names)
            self.faults += unreached(self.spec, self.context.rank, stem_stride, plans) if stem_is_whole else []
        except LoweringError as stop:
            self.faults.append(stop.fault)
            return (), channels
        stages, first = [], 0
        for index, name in enumerate(self.names):
            self._check_name(name)
            planned = plans[name]
            try:
                if isinstance(planned, LoweringError):
                    raise planned
                runs = tuple(self._runs(name, planned, channels, first))
                stages.append(self._stage(name, index, runs))
            except LoweringError as stop:
                if stop.fault not in self.faults:
                    self.faults.append(stop.fault)
            if len(self.faults) >= fault_limit() or self.operators.spent > MOST_OPERATORS:
                break
            first += count(self.spec.stages[name].blocks)
            channels = self._channels_after(name, channels)
        self.faults += unused(self.uses, self.spec.norm) or (
            [] if self.faults else shadowed(self.spec, self.names, self.uses)
        )
        return tuple(stages), channels

    def _stage(self, name: str, index: int, runs: tuple[Run, ...]) -> Stage:
        layout = self.context.layout
        return Stage(
            name,
            layout.stage_path(name, index),
            runs,
            ("stages", name),
            layout.holder,
            layout.block_name(index),
            layout.first_block,
        )

    def _check_name(self, name: str) -> None:
        if name == STEM:
            message = (
                f"a stage cannot be called `{name}`: in `head: {{features: ...}}` this name means the map of the stem"
            )
        elif self.context.layout.stage or self.context.layout.prefix:
            return  # it is no attribute of the network: the layout has another name for it
        elif name in MODULE_ATTRIBUTES:
            message = f"a stage cannot be called `{name}`: every PyTorch module has an attribute of that name"
        elif name in NETWORK_ATTRIBUTES:
            message = f"a stage cannot be called `{name}`: the emitted network has an attribute of that name"
        elif name.startswith("_"):
            message = f"a stage cannot be called `{name}`: PyTorch reserves names that begin with `_`"
        elif name in self.taken:
            message = f"a stage cannot be called `{name}`: the stem has a layer of that name"
        else:
            return
        place = Place(("stages", name), Part.KEY)
        self.faults.append(Fault("RG205", message, place, help="choose another name, such as `layer1`"))

    def _channels_after(self, name: str, channels: int) -> int:
        """Return the output channels of a stage as far as known, even if the stage is at fault."""
        stage, stage_in_channels = self.spec.stages[name], channels
        for entry in stage.blocks if isinstance(stage.blocks, list) else [None]:
            with contextlib.suppress(ExpressionError):  # the entry's own fault is reported elsewhere
                if entry is not None and entry.channels is not None:
                    channels = entry.channels.width({"in": channels}, MOST_CHANNELS)
                elif stage.channels is not None:
                    channels = stage.channels.width({"in": stage_in_channels}, MOST_CHANNELS)
        return channels

    def _runs(self, name: str, planned: StagePlan, channels: int, first: int) -> Iterator[Run]:
        """Yield the runs of a stage: for each entry its first block, and the others if they differ from it."""
        stage_in_channels = channels
        for index, entry in enumerate(self._entries(name)):
            settings, kind = self._settings(name, entry)
            out, channels_at = self._out(name, entry, channels, stage_in_channels)
            stride, stride_at = self._stride(name, entry, planned, index)
            begins = index == 0
            opening = Position(
                channels,
                out,
                stride,
                planned.dilation,
                planned.first_dilation if begins else planned.dilation,
                planned.replaced if begins else (1,) * self.context.rank,
                entry.at,
                self.in_channels_at,
                channels_at,
            )
            type_at = self._type(name, entry)[1]
            self.uses.append(Use(kind, settings, opening, type_at, stride_at, self._dilates(name, planned)))
            one = (1,) * self.context.rank
            places = entry.at, channels_at, channels_at
            following = Position(out, out, one, planned.dilation, planned.dilation, one, *places)
            shortcut_at = settings.origins.get("shortcut", ())
            numbers = self._number_widths(name, settings)
            same = opening.numbers() == following.numbers()
            entering = block(kind, settings, opening, self.context)
            yield self._counted(Run(entering, entry.repeat if same else 1, first, entry.at, shortcut_at, numbers))
            if entry.repeat > 1 and not same:
                after = block(kind, settings, following, self.context)
                yield self._counted(Run(after, entry.repeat - 1, first + 1, entry.at, shortcut_at, numbers))
            first += entry.repeat
            channels, self.in_channels_at = out, channels_at

    def _number_widths(self, name: str, settings: Settings) -> tuple[tuple[str, Path], ...]:
        """Return the widths that are plain numbers for all blocks of a stage, with their paths."""
        numbers = [key for key, width in settings.widths.items() if width.is_number()]
        found = [(key, settings.origins.get(width_key(key), ())) for key in numbers]
        written = self.spec.stages[name].channels
        if written is not None and written.is_number():
            found.append(("out", ("stages", name, "channels")))
        return tuple((key, at) for key, at in found if at and at[2:3] != ("blocks",))

    def _counted(self, run: Run) -> Run:
        try:
            self.operators.spend(sum(count_operators(node.operator) for node in run.block.nodes()))
        except WorkLimitError:
            message = f"more than {MOST_OPERATORS:,} operators in the blocks up to here, repeated blocks counted once"
            help = "write equal blocks in a row as one entry, with `repeat`"
            raise LoweringError(Fault("RG107", message, Place(run.at, Part.KEY), help=help)) from None
        return run

    def _dilates(self, name: str, planned: StagePlan) -> Path:
        """Return the path that sets this stage's dilation, empty if it only keeps that of the stage before."""
        if self.spec.output_stride is not None:
            return ("stages", name, "stride") if set(planned.replaced) != {1} else ()
        if set(planned.dilation) != {1}:
            return ("stages", name, "dilation")
        first = self.spec.stages[name].first_dilation is not None and set(planned.first_dilation) != {1}
        return ("stages", name, "first_dilation") if first else ()

    def _entries(self, name: str) -> list[_Entry]:
        blocks = self.spec.stages[name].blocks
        if isinstance(blocks, int):
            return [_Entry(None, blocks, ("stages", name))]
        return [_Entry(entry, entry.repeat, ("stages", name, "blocks", index)) for index, entry in enumerate(blocks)]

    def _settings(self, name: str, entry: _Entry) -> tuple[Settings, block_types.NamedType]:
        spec, stage_at = self.spec, ("stages", name)
        type_name, type_at = self._type(name, entry)
        if type_name is None:
            help = "write `block: {type: bottleneck}` for all stages, or `type` in each of these"
            related = ((Place(stage_at, Part.KEY), "for the blocks here"),)
            place = Place(("block", "type"), Part.KEY)  # the same for all stages: they lack one key
            raise LoweringError(Fault("RG202", "the block type is missing", place, related=related, help=help))
        kind = block_types.find(spec, type_name, Place(type_at))
        if kind.name not in self.common:
            self.common[kind.name] = Settings().over(kind.type, kind.at).over(spec.block, ("block",))
        settings = self.common[kind.name].over(spec.stages[name], stage_at)
        return settings if entry.options is None else settings.over(entry.options, entry.at), kind

    def _type(self, name: str, entry: _Entry) -> tuple[str | None, Path]:
        """Return the name of the block type and its path: the entry's, the stage's, or that of all stages."""
        if entry.options is not None and entry.options.type is not None:
            return entry.options.type, (*entry.at, "type")
        if self.spec.stages[name].type is not None:
            return self.spec.stages[name].type, ("stages", name, "type")
        return self.spec.block.type, ("block", "type")

    def _out(self, name: str, entry: _Entry, channels: int, stage_in_channels: int) -> tuple[int, Path]:
        """Return the output channels of an entry and their path: the entry's own `channels`, else the stage's."""
        if entry.options is not None and entry.options.channels is not None:
            return self._width(entry.options.channels, channels, (*entry.at, "channels"))
        written = self.spec.stages[name].channels
        if written is None:
            place = Place(("stages", name, "channels"), Part.KEY)
            similar = unambiguous_match(name, [other for other in self.spec.stages if other != name])
            hint = f", or did you mean `{similar}`?" if similar else ""
            help = f"write the number of output channels of its blocks{hint}"
            fix = replacement(Place(("stages", name), Part.KEY), similar)
            raise LoweringError(Fault("RG202", f"`{name}` needs the key `channels`", place, help=help, fix=fix))
        return self._width(written, stage_in_channels, ("stages", name, "channels"))

    def _width(self, written: Expression, channels: int, at: Path) -> tuple[int, Path]:
        try:
            return written.width({"in": channels}, MOST_CHANNELS), at
        except ExpressionError as error:
            message = f"the width `{at[-1]}: {written.text}` {error}"
            fix = replacement(Place(at), error.instead(written.text))
            raise LoweringError(Fault("RG208", message, Place(at), help=error.help, fix=fix)) from None

    def _stride(self, name: str, entry: _Entry, planned: StagePlan, index: int) -> tuple[Extents, Path]:
        if entry.options is not None and entry.options.stride is not None:
            at = (*entry.at, "stride")
            return per_axis(entry.options.stride, self.context.rank, at), at
        return planned.stride if index == 0 else (1,) * self.context.rank, ("stages", name, "stride")


def count(blocks: int | list[BlockEntry]) -> int:
    """Return the number of blocks in a stage."""
    return blocks if isinstance(blocks, int) else sum(entry.repeat for entry in blocks)
